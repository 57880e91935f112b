"""Is what was settled still what was sealed, and would it come out the same today?"""

from collections import Counter
from dataclasses import dataclass, field

from django.db.models import Max, Q

from partybuilding.assessment.catalog import label_of
from partybuilding.assessment.models import ScoreSheet, Settlement
from partybuilding.assessment.scoring.items import Item, total
from partybuilding.assessment.settling.freezing import changed, counted_now, frozen_of, spread
from partybuilding.assessment.settling.sealing import (
    grounds_of,
    is_recorded,
    last_recorded,
    seal_of,
    seal_of_settlement,
)


@dataclass
class Verdict:
    """On one settlement: sentences of what was broken, and of what would differ today and why."""

    settlement: Settlement
    broken: list = field(default_factory=list)
    differs: list = field(default_factory=list)


def verify_all(street=None):
    """A Verdict on every settlement that is or was final, oldest first; `street` narrows it to one."""
    sealed = Q(state=Settlement.State.FINAL) | Q(runs__gte=1) | Q(sheets__is_final=True)
    rows = Settlement.objects.filter(sealed).distinct().select_related("period", "street", "version")
    rows = rows.filter(street=street) if street else rows
    verdicts = {s.pk: Verdict(s) for s in rows.order_by("street", "period__starts_on")}
    for street_id in {v.settlement.street_id for v in verdicts.values()}:
        _check_chain(street_id, verdicts)
    for verdict in verdicts.values():
        _check_grounds(verdict)
        _recount(verdict)
    return list(verdicts.values())


def _check_chain(street_id, verdicts):
    """Serials without a gap, each seal over the one before."""
    before, expected = "", 1
    rows = ScoreSheet.objects.filter(street=street_id, is_final=True).order_by("serial").select_related("unit")
    for sheet in rows.iterator():
        said = verdicts[sheet.settlement_id].broken if sheet.settlement_id in verdicts else _first(verdicts)
        if sheet.serial != expected:
            said.append(f"第 {expected} 号得分单不见了")
        if sheet.seal != seal_of(sheet, before):
            said.append(f"{sheet.unit.name}的得分单（第 {sheet.serial} 号）与封签不符")
        before, expected = sheet.seal, sheet.serial + 1
    if expected <= (recorded := last_recorded(street_id)):
        _first(verdicts).append(f"审计记录里封存到第 {recorded} 号，第 {expected} 号起的得分单不见了")


def _first(verdicts):
    return next(iter(verdicts.values())).broken


def _check_grounds(verdict):
    settlement = verdict.settlement
    if settlement.state != Settlement.State.FINAL:
        verdict.broken.append(f"已经定了，状态却是“{settlement.get_state_display()}”")
    elif (settlement.seal or is_recorded(settlement)) and settlement.seal != seal_of_settlement(settlement):
        verdict.broken.append("核定的日期、步骤、口径或得分单的张数与封签不符")
    sheets = ScoreSheet.objects.filter(settlement=settlement, is_final=True)
    if not sheets:
        verdict.broken.append("得分单全部不见了")
    newest = dict(sheets.values_list("unit").annotate(newest=Max("number")))
    if dict(sheets.current().values_list("unit", "number")) != newest:
        verdict.broken.append("现行的得分单不是最近一次核定的")
    for number, grounds in sheets.values_list("number", "grounds").distinct():
        if grounds != grounds_of(settlement, number):
            verdict.broken.append(f"第 {number} 次核定的依据（方案、组织架构或记录）与封签不符")


def _recount(verdict):
    """The sheets by the records and adjustments of today, with the period's own tree and rules; and by their own items."""
    settlement = verdict.settlement
    now = {(code, record): (unit, worth, size) for code, unit, record, worth, size in counted_now(settlement)}
    moved = [(old, new) for old, new in changed(settlement, spread(settlement, now)) if _but_for_rank(old, new)]
    if moved:
        names = "、".join(old.unit.name for old, _ in moved)
        verdict.differs.append(f"{names}：{_because(settlement, now, moved)}")
    frozen = spread(settlement, frozen_of(settlement))
    for sheet in ScoreSheet.objects.filter(settlement=settlement).current().select_related("unit"):
        items = [Item(**item) for item in sheet.items or ()]
        is_other = total(items, sheet.bonus) != (sheet.score, sheet.weight)
        if is_other or _is_off(items, frozen[sheet.unit_id]):
            verdict.broken.append(f"{sheet.unit.name}的得分与它自己的各项或封存的记录不符")


def _is_off(items, counts):
    """Whether items are not the sums of the records that were sealed with them."""
    return any([item.part, item.whole] != list(counts[item.code]) for item in items)


def _but_for_rank(old, new):
    return (old.score, old.items, old.bonus, old.is_eligible) != (new.score, new.items, new.bonus, new.is_eligible)


def _because(settlement, now, moved):
    """In words: which records came, went or changed since, by indicator, and whether adjustments did."""
    then = frozen_of(settlement)
    counts = {
        "后来补入": Counter(code for code, _ in now.keys() - then.keys()),
        "后来移出": Counter(code for code, _ in then.keys() - now.keys()),
        "后来变动": Counter(code for code, key in then.keys() & now.keys() if then[code, key] != now[code, key]),
    }
    said = [f"{label_of(code)}{what} {n} 件" for what, found in counts.items() for code, n in sorted(found.items())]
    if any(_adjustments(old) != _adjustments(new) for old, new in moved):
        said.append("加减分后来有变化")
    return "，".join(said) or "定时的数字与其记录不符"


def _adjustments(sheet):
    return sheet.bonus, sheet.is_eligible, [item["deducted"] for item in sheet.items]
