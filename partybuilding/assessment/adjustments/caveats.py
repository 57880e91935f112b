"""What a leader must know before an adjustment is approved: how much of it will count."""

from partybuilding.assessment.models import Adjustment
from partybuilding.assessment.scoring.adjusted import adjusted
from partybuilding.assessment.scoring.explaining import items_of


def caveats(adjustment, sheet):
    """Sentences; `sheet` is the current one of the adjustment's unit and period."""
    said = []
    if adjustment.kind == Adjustment.Kind.BONUS:
        said += _of_bonus(adjustment, sheet)
    if adjustment.kind == Adjustment.Kind.DEDUCTION:
        said += _of_deduction(adjustment, sheet)
    if sheet.is_final:
        said.append("这个月已经定了，批准后要由考核工作小组更正才计入。")
    return said


def _of_bonus(adjustment, sheet):
    if sheet.score is None:
        return [f"{sheet.unit.name}这个月不参评，没有得分，加分不计。"]
    cap = sheet.settlement.version.bonus_cap
    given = min(adjusted(adjustment.period_id, [adjustment.unit_id])[adjustment.unit_id].bonus, cap)
    if adjustment.points <= cap - given:
        return []
    return [
        f"考核方案规定一个月加分最多 {cap / 100:g} 分，已批 {given / 100:g} 分，这次最多计 {(cap - given) / 100:g} 分。"
    ]


def _of_deduction(adjustment, sheet):
    points = next((i.points for i in items_of(sheet) if i.code == adjustment.indicator), None)
    if points is None:
        return ["这一项本月没有计分，扣分不计。"]
    return [f"这一项本月得 {points / 100:g} 分，扣到 0 为止。"] if adjustment.points > points else []
