"""剔除: asked for with a reason and evidence, answered outside, the answer recorded with its paper. Until then the appeal counts."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from districts.posts.duties import Duty
from districts.records.attachments import keep_file, prepared
from districts.records.models import Basis
from districts.workflow import NotYours, acting_as, take_step
from partybuilding.appeals.models import Appeal, Exclusion, ExclusionStep

MOST_FILES = 6
PHOTOS = (".jpg", ".jpeg", ".png", ".webp")


def may_ask(user, appeal):
    """By whoever handles there; at the street itself by whoever dispatches there."""
    return asking_duty(user, appeal) is not None


def asking_duty(user, appeal):
    for duty in (Duty.HANDLE, Duty.ISSUE):
        if Appeal.objects.where_user_may(user, duty).filter(pk=appeal.pk).exists():
            return duty
    return None


def prepare_evidence(files):
    """[(kind, content, name)]; raises ValidationError with every fault."""
    if len(files) > MOST_FILES:
        raise ValidationError(f"佐证最多 {MOST_FILES} 个，现在是 {len(files)} 个。")
    ready, faults = [], []
    for file in files:
        try:
            ready.append((*prepared(file, file.name.lower().endswith(PHOTOS)), file.name))
        except ValidationError as fault:
            faults += fault.messages
    if faults:
        raise ValidationError(faults)
    return ready


@transaction.atomic
def ask_exclusion(appeal, by, *, reason, note, evidence=(), under=None, basis=""):
    """Ask; NotYours without the duty there, ValidationError where it was asked before or nothing proves it."""
    duty = asking_duty(by, appeal)
    ways = acting_as(by, duty, appeal.unit) if duty else []
    acting = next((way for way in ways if under in (None, way.appointment.pk)), None)
    if acting is None:
        raise NotYours
    if acting.principal and basis not in Basis.values:
        raise ValidationError(f"代{acting.principal.name}申请，请选择依据（口头交代、会议议定或书面批示）。")
    try:
        with transaction.atomic():
            exclusion = Exclusion.objects.create(appeal=appeal, reason=reason, note=note)
    except IntegrityError:
        raise ValidationError("这件诉求已经申请过剔除，请等审定结果。") from None
    now = timezone.now()
    ExclusionStep.objects.create(
        exclusion=exclusion, verb="ask", label="申请剔除", from_state="", to_state=Exclusion.State.ASKED, note=note,
        by=by, for_whom=acting.principal, basis=basis if acting.principal else "", appointment=acting.appointment,
        taken_at=now, taken_on=timezone.localdate(now),
    )  # fmt: skip
    for kind, content, name in evidence:
        keep_file(exclusion.evidence, kind, content, name=name, by=by)
    return exclusion


@transaction.atomic
def answer_exclusion(exclusion, by, *, is_granted, note="", paper="", **acting):
    """Record the answer that came from outside; from a granted one on the adjusted rates leave the appeal out."""
    step = take_step(exclusion, "grant" if is_granted else "deny", by, note=note, paper=paper, **acting)
    if is_granted:
        Appeal.objects.filter(pk=exclusion.appeal_id).update(is_excluded=True)
    return step
