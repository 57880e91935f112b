"""算 → 核对 → 定 → 更正: the steps of a street's month, each refused in words when it is too early."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from districts.calendar.workdays import add_working_days
from districts.inbox.telling import tell
from districts.locking import advisory_lock
from districts.trail.recording import record_event
from districts.workflow import take_step
from partybuilding.assessment.models import Objection, ObjectionStep, Settlement
from partybuilding.assessment.periods.regions import region_of
from partybuilding.assessment.rollup.run import Run, late_units, lock, roll_up, roll_up_street
from partybuilding.assessment.settling.freezing import (
    SEAL_LOCK,
    changed,
    correct,
    freeze,
    frozen_of,
    seal_settlement,
    spread,
)
from partybuilding.assessment.settling.sealing import RECORDED


@transaction.atomic
def publish(settlement, by, **acting):
    """算 → 核对: the month is recomputed a last time and shown to every unit. Raises ValidationError while it goes on."""
    period = settlement.period
    if timezone.localdate() < settlement.complete_on:
        raise ValidationError(f"{period}的数据到 {settlement.complete_on} 才到齐，到齐后再发核对。")
    roll_up(period.code, street=settlement.street_id)
    settlement.refresh_from_db()
    take_step(settlement, "publish", by, **acting)
    until = add_working_days(timezone.localdate(), settlement.version.check_days)
    Settlement.objects.filter(pk=settlement.pk).update(check_until=until)
    settlement.check_until = until
    return until


@transaction.atomic
def recompute(settlement, by, *, note, **acting):
    """In the time of checking: what was mended counts. Where figures change, everybody has the days to check once more."""
    take_step(settlement, "recompute", by, note=note, **acting)
    outcome = roll_up_street(settlement)
    if outcome.written:
        until = add_working_days(timezone.localdate(), settlement.version.check_days)
        Settlement.objects.filter(pk=settlement.pk, check_until__lt=until).update(check_until=until)
    return outcome


@transaction.atomic
def settle(settlement, by, **acting):
    """核对 → 定: silence is consent, once the days are over. Raises ValidationError before, or while an objection is open."""
    with advisory_lock(SEAL_LOCK):
        settlement = _fresh(settlement)
        if settlement.check_until and timezone.localdate() <= settlement.check_until:
            raise ValidationError(f"各单位可核对到 {settlement.check_until}，过了这一天才能定。")
        if open_objections(settlement):
            raise ValidationError("还有异议没有复核，复核完才能定。")
        if _upheld_since(settlement):
            raise ValidationError(
                "有异议成立之后还没有重算：改正记录后先“核对中重算”（不用改的也重算一次，写明原因），再定。"
            )
        Settlement.objects.filter(pk=settlement.pk, state=Settlement.State.CHECKING).update(runs=1)
        take_step(settlement, "settle", by, **acting)
        sheets = freeze(settlement, timezone.now())
        _refuse_what_changed(settlement)
        until = add_working_days(timezone.localdate(), settlement.version.objection_days)
        Settlement.objects.filter(pk=settlement.pk).update(objections_until=until)
        seal_settlement(settlement)
        recorded = RECORDED.format(serial=sheets[-1].serial)
        record_event("operation", f"{settlement}：审定，{len(sheets)} 张{recorded}", by=by)
    return len(sheets)


def _refuse_what_changed(settlement):
    """What is sealed is what was checked, and the sum of its own records: anything that came since is counted and shown first."""
    changes = changed(settlement, spread(settlement, frozen_of(settlement)))
    if changes:
        names = "、".join(old.unit.name for old, _ in changes[:5])
        more = f"等 {len(changes)} 个单位" if len(changes) > 5 else ""
        raise ValidationError(f"{names}{more}的记录或加减分在发出核对后有变化，请先“核对中重算”，各单位看过再定。")


def correct_final(settlement, by, *, note, **acting):
    """更正: late or mended facts make new sheets; the tree and the rules stay those of the period.

    Returns [(old sheet, new sheet)]. Raises ValidationError when nothing differs: then nothing waits any more either.
    """
    marks = late_units(settlement.period, [settlement])
    seen = list(marks.values_list("pk", flat=True))
    with transaction.atomic(), advisory_lock(SEAL_LOCK):
        pairs = _corrected(_fresh(settlement), by, note, acting)
    if not pairs:
        marks.filter(pk__in=seen).delete()
        raise ValidationError("重新计算后没有一个单位的结果有变化，不需要更正。")
    return pairs


def _corrected(settlement, by, note, acting):
    """The pairs; without any, everything is taken back."""
    if timezone.localdate() > settlement.closes_on:
        raise ValidationError(f"本年度考核已于 {settlement.closes_on} 截止，不再更正。")
    take_step(settlement, "correct", by, note=note, **acting)
    lock(settlement.period, region_of(settlement.street_id))
    Run(settlement.period, [settlement]).counts()
    pairs = correct(settlement)
    if not pairs:
        transaction.set_rollback(True)
        return pairs
    seal_settlement(settlement)
    told = [(new, new.unit) for _, new in pairs]
    tell(
        told,
        verb="correct",
        label="更正",
        by=by,
        once=f"settlement:{settlement.pk}:{settlement.runs}",
        at=timezone.now(),
    )
    recorded = RECORDED.format(serial=pairs[-1][1].serial)
    said = f"{settlement}：第 {settlement.runs} 次核定，更正 {len(pairs)} 张，{recorded}"
    record_event("operation", said, by=by)
    return pairs


def _fresh(settlement):
    return Settlement.objects.select_related("period", "street", "version").get(pk=settlement.pk)


def open_objections(settlement):
    rows = Objection.objects.filter(sheet__settlement=settlement, state=Objection.State.RAISED)
    return rows.count()


def _upheld_since(settlement):
    """Whether an objection was upheld after the figures were last made."""
    steps = ObjectionStep.objects.filter(objection__sheet__settlement=settlement, verb="uphold")
    return steps.filter(taken_at__gt=settlement.rolled_up_at).exists()
