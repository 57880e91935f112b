"""Is what was settled still what was sealed, and would it come out the same today?"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Max

from partybuilding.assessment.catalog import label_of
from partybuilding.assessment.freezing import counted_now
from partybuilding.assessment.models import FrozenRecord, ScoreSheet, Settlement, TreeRow
from partybuilding.assessment.scoring import Item, total
from partybuilding.assessment.sealing import grounds_of, seal_of


@dataclass
class Verdict:
    """On one settlement: sentences of what was broken, and of what would differ today and why."""

    settlement: Settlement
    broken: list = field(default_factory=list)
    differs: list = field(default_factory=list)


def verify_all(street=None):
    """A Verdict on every final settlement, oldest first; `street` narrows it to one."""
    rows = Settlement.objects.filter(state=Settlement.State.FINAL).select_related("period", "street", "version")
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


def _first(verdicts):
    return next(iter(verdicts.values())).broken


def _check_grounds(verdict):
    settlement = verdict.settlement
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
    """The sheets by the records of today, with the period's own tree and rules."""
    settlement = verdict.settlement
    now = {(code, record): (unit, worth, size) for code, unit, record, worth, size in counted_now(settlement)}
    counts = _spread(settlement, now)
    moved = [
        sheet.unit.name
        for sheet in ScoreSheet.objects.filter(settlement=settlement)
        .current()
        .order_by("serial")
        .select_related("unit")
        if _differs(sheet, counts[sheet.unit_id])
    ]
    if moved:
        verdict.differs.append(f"{'、'.join(moved)}：{_because(settlement, now)}")


def _spread(settlement, records):
    """{unit: {indicator: [part, whole]}} including everything below."""
    own = defaultdict(lambda: [0, 0])
    for (code, _), (unit, worth, size) in records.items():
        own[unit, code][0] += worth
        own[unit, code][1] += size
    above = defaultdict(list)
    for row in TreeRow.objects.filter(period=settlement.period_id, descendant__tree_id=settlement.street.tree_id):
        above[row.descendant_id].append(row.ancestor_id)
    counts = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    for (unit, code), (part, whole) in own.items():
        for ancestor in above[unit]:
            counts[ancestor][code][0] += part
            counts[ancestor][code][1] += whole
    return counts


def _differs(sheet, counts):
    items = [Item(**frozen) for frozen in sheet.items]
    now = [Item(**frozen | dict(zip(("part", "whole"), counts[frozen["code"]], strict=True))) for frozen in sheet.items]
    return items != now or total(now, sheet.bonus) != (sheet.score, sheet.weight)


def _because(settlement, now):
    """In words: which records came, went or changed since, by indicator."""
    rows = FrozenRecord.objects.filter(settlement=settlement, number=settlement.runs)
    then = {(r.indicator, r.record): (r.unit_id, r.worth, r.size) for r in rows}
    counts = {
        "后来补入": Counter(code for code, _ in now.keys() - then.keys()),
        "后来移出": Counter(code for code, _ in then.keys() - now.keys()),
        "后来变动": Counter(code for code, key in then.keys() & now.keys() if then[code, key] != now[code, key]),
    }
    said = [f"{label_of(code)}{what} {n} 件" for what, found in counts.items() for code, n in sorted(found.items())]
    return "，".join(said) or "定时的数字与其记录不符"
