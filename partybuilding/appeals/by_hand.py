"""手工办理, for a street without another system: registered here, 签收, 联系, 办理, 反馈, 回访.

What is registered goes through the importer's own cleaning, so that callers are masked the same way.
"""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from districts.duties import Duty
from districts.locking import advisory_lock
from districts.records.dirty import mark_dirty
from districts.trail.recording import record_event
from districts.units.models import Unit
from districts.workflow import NotYours, StepRefused, act_as, take_step
from partybuilding.appeals.importing.cleaning import facts_of
from partybuilding.appeals.importing.headings import LEDGER
from partybuilding.appeals.importing.writing import Cleaned, write_rows
from partybuilding.appeals.models import Appeal, AppealDesk

NUMBERS_LOCK = 1_024_110_116


def street_by_hand(user):
    """The street for which the user registers appeals; None where nobody does or the user may not."""
    streets = AppealDesk.objects.filter(is_by_hand=True).values("street")
    return Unit.objects.where_user_may(user, registering_duty(user)).active().filter(pk__in=streets).first()


def registering_duty(user):
    """By which duty the user registers: as whoever issues for the street, or as whoever takes in for it."""
    issues = Unit.objects.where_user_may(user, Duty.ISSUE).filter(parent=None).exists()
    return Duty.ISSUE if issues else Duty.INTAKE


@transaction.atomic
def switch(street, by, *, is_by_hand):
    AppealDesk.objects.update_or_create(street=street, defaults={"is_by_hand": is_by_hand})
    record_event("setting", f"{street.name}：诉求{'手工登记和办理' if is_by_hand else '从市里系统导入'}", by=by)


@transaction.atomic
def register(street, by, cells, *, under=None, basis=""):
    """Register one appeal from {column of a ledger: text}; returns it. NotYours or ValidationError."""
    if street_by_hand(by) != street:
        raise NotYours
    acting = act_as(by, registering_duty(by), street, "登记", under=under, basis=basis)
    with advisory_lock(NUMBERS_LOCK):
        facts = facts_of(cells | {"number": _next_number(street)}, LEDGER, street.name)
        write_rows([Cleaned("手工登记", LEDGER, [(1, facts)], {}, 0, [])], street, by=by)
    appeal = Appeal.objects.get(street=street, number=facts["number"])
    appeal.is_by_hand = True
    appeal.save(update_fields=["is_by_hand"])
    record_event("operation", f"登记工单 {appeal.number}", by=by, acting=acting)
    return appeal


def _next_number(street):
    """手 2026 11 24 and a running number of the day, as SL20261124001."""
    start = f"SL{timezone.localdate():%Y%m%d}"
    last = Appeal.objects.filter(street=street, number__startswith=start).order_by("-number").first()
    return f"{start}{int(last.number[len(start) :]) + 1 if last else 1:03}"


def take_step_by_hand(verb):
    """The action of one of the steps between 签收 and 反馈."""

    @transaction.atomic
    def act(appeal, by, *, note="", **acting):
        _check_by_hand(appeal, verb)
        step = take_step(appeal, verb, by, note=note, **acting)
        if verb == "answer":
            now = timezone.now()
            Appeal.objects.filter(pk=appeal.pk).update(reply=note, closed_at=now, updated_at=now)
        return step

    return act


@transaction.atomic
def call_back(appeal, by, *, is_valid, is_contacted=None, outcome="", satisfaction="", note="", **acting):
    """回访: what the rates count, asked by somebody who did not handle it. Raises StepRefused otherwise."""
    _check_by_hand(appeal, "call_back")
    if is_valid and (is_contacted is None or not outcome or not satisfaction):
        raise ValidationError("有效回访要填是否联系、是否解决和是否满意。")
    step = take_step(appeal, "call_back", by, note=note, **acting)
    said = {"is_contacted": is_contacted, "outcome": outcome, "satisfaction": satisfaction} if is_valid else {}
    Appeal.objects.filter(pk=appeal.pk).update(is_valid=is_valid, has_callback=True, updated_at=timezone.now(), **said)
    mark_dirty([(appeal.unit_id, appeal.called_on)])
    return step


def _check_by_hand(appeal, verb):
    if not appeal.is_by_hand:
        raise StepRefused(f"这件工单在市里系统里{Appeal.STEPS[verb].label}，这里不用再填。")
