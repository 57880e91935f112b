"""算 → 核对 → 定 → 更正: the steps of a street's month, each refused in words when it is too early."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from districts.calendar.workdays import add_working_days
from districts.locking import advisory_lock
from districts.trail.recording import record_event
from districts.workflow import take_step
from partybuilding.assessment.freezing import SEAL_LOCK, correct, freeze
from partybuilding.assessment.models import Objection, Settlement
from partybuilding.assessment.regions import region_of
from partybuilding.assessment.rollup.run import Run, lock, roll_up, roll_up_street


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
    """In the time of checking: what was mended counts."""
    take_step(settlement, "recompute", by, note=note, **acting)
    return roll_up_street(settlement)


@transaction.atomic
def settle(settlement, by, **acting):
    """核对 → 定: silence is consent, once the days are over. Raises ValidationError before, or while an objection is open."""
    with advisory_lock(SEAL_LOCK):
        settlement = _fresh(settlement)
        if settlement.check_until and timezone.localdate() <= settlement.check_until:
            raise ValidationError(f"各单位可核对到 {settlement.check_until}，过了这一天才能定。")
        if open_objections(settlement):
            raise ValidationError("还有异议没有复核，复核完才能定。")
        Settlement.objects.filter(pk=settlement.pk, state=Settlement.State.CHECKING).update(runs=1)
        take_step(settlement, "settle", by, **acting)
        sheets = freeze(settlement, timezone.now())
        until = add_working_days(timezone.localdate(), settlement.version.objection_days)
        Settlement.objects.filter(pk=settlement.pk).update(objections_until=until)
        record_event("operation", f"{settlement}：定，{sheets} 张得分单封存", by=by)
    return sheets


@transaction.atomic
def correct_final(settlement, by, *, note, **acting):
    """更正: late or mended facts make new sheets; the tree and the rules stay those of the period.

    Returns [(old sheet, new sheet)]. Raises ValidationError when nothing differs.
    """
    with advisory_lock(SEAL_LOCK):
        settlement = _fresh(settlement)
        if timezone.localdate() > settlement.closes_on:
            raise ValidationError(f"本年度考核已于 {settlement.closes_on} 截止，不再更正。")
        take_step(settlement, "correct", by, note=note, **acting)
        lock(settlement.period, [region_of(settlement.street_id)])
        Run(settlement.period, [settlement]).counts()
        pairs = correct(settlement)
        if not pairs:
            raise ValidationError("重新计算后没有一个单位的结果有变化，不需要更正。")
        record_event("operation", f"{settlement}：第 {settlement.runs} 次核定，更正 {len(pairs)} 张得分单", by=by)
    return pairs


def _fresh(settlement):
    return Settlement.objects.select_related("period", "street", "version").get(pk=settlement.pk)


def open_objections(settlement):
    rows = Objection.objects.filter(sheet__settlement=settlement, state=Objection.State.RAISED)
    return rows.count()
