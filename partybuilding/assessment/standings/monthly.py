"""运行情况月报: what a month's sheets say, in sentences with the way to their records. Nothing is stored: a final month says the same again."""

from collections import Counter

from django.urls import reverse

from partybuilding.appeals.models import Appeal
from partybuilding.assessment.catalog import INDICATORS
from partybuilding.assessment.models import BANDS, Node, Objection, Period, SchemeItem, ScoreSheet
from partybuilding.assessment.scoring.explaining import grouped, items_of_sheets
from partybuilding.assessment.scoring.items import in_records
from partybuilding.assessment.standings.tables import GROUPS

NAMED = 5  # units in one sentence

KINDS = {kind.value: kind.label.partition("（")[0] for kind in GROUPS}


def compose(settlement):
    """([(text, address or "")], heads, rows of text) of one street's month. For whoever sees the whole street."""
    rows = ScoreSheet.objects.filter(settlement=settlement).current().for_standings()
    sheets = list(rows)
    items = items_of_sheets(sheets)
    said = [
        _bands(settlement, sheets),
        *_rates(settlement),
        *_left_out(settlement),
        *_under_floor(sheets, items),
        *_beside(settlement, sheets, items),
    ]
    points = [(name, given) for sheet in sheets for name, _, given, _ in grouped(items[sheet.pk])]
    groups = list(dict.fromkeys(name for name, given in points if given is not None))  # no column without points
    heads = ["组别", "单位", "得分", "分档", *groups]
    return said, heads, [_row(sheet, groups, grouped(items[sheet.pk])) for sheet in sheets]


def _bands(settlement, sheets):
    address = reverse("standings_period", args=[settlement.period.code])
    if not settlement.is_over:
        return f"参加考核的单位 {len(sheets)} 个，本月还在进行，不分档。", address
    counts = Counter(sheet.band for sheet in sheets)
    named = "、".join(f"{word} {counts[word]} 个" for _, word in BANDS if counts[word])
    rest = f"，不参评 {counts['不参评']} 个" if counts["不参评"] else ""
    return f"参加考核的单位 {len(sheets)} 个：{named or '都没有得分'}{rest}。", address


def _left_out(settlement):
    """What the three rates do not count, and units whose records have no place in the period."""
    period = settlement.period
    rows = Appeal.objects.called_between(period.starts_on, period.ends_on).kept_from_nobody()
    rows = rows.filter(street=settlement.street_id)
    if excluded := rows.filter(is_excluded=True).count():
        address = f"{reverse('appeal_list')}?since={period.starts_on}&until={period.ends_on}"
        yield f"诉求 {rows.count()} 件，其中经审定剔除、挂账 {excluded} 件，不计入三率。", address
    if settlement.strays:
        yield f"{settlement.strays} 个单位有记录而当期不在组织架构内，没有计入。", ""


def _rates(settlement):
    """Each indicator of the whole street beside the month before."""
    period = settlement.period
    before = Period.objects.filter(ends_on__lt=period.starts_on).order_by("-ends_on").first()
    now, was = _of_street(settlement.street_id, period), _of_street(settlement.street_id, before)
    for item in settlement.version.items.all():
        indicator = INDICATORS.get(item.indicator)
        if indicator and item.indicator in now:
            text = f"{indicator.label} {_rate(*now[item.indicator])}，上月 {_rate(*was.get(item.indicator, (0, 0)))}。"
            yield text, indicator.source.address(period.starts_on, period.ends_on)


def _of_street(street, period):
    rows = Node.objects.filter(period=period, unit=street)
    return {code: (part, whole) for code, part, whole in rows.values_list("indicator", "part", "whole")}


def _rate(part, whole):
    return f"{part / whole:.1f}%（{in_records(part)}/{whole}）" if whole else "—"


def _under_floor(sheets, items):
    """Of each indicator the units whose rate earns nothing, each with the way to its records."""
    for sheet in sheets:
        for item in items[sheet.pk]:
            if item.is_counted and not item.earned:
                is_all = item.rule == SchemeItem.Rule.THRESHOLD
                missed = f"没有达到目标 {item.target / 100:g}%" if is_all else f"没有超过底线 {item.floor / 100:g}%"
                text = f"{sheet.unit.name}{item.label} {_rate(item.part, item.whole)}，{missed}。"
                yield text, reverse("sheet_records", args=[sheet.pk, item.code])


def _beside(settlement, sheets, items):
    """Adjustments as the sheets counted them, and objections."""
    for sheet in sheets:
        given = [f"加 {sheet.bonus / 100:g} 分"] if sheet.bonus else []
        given += [f"从{i.label}扣 {i.deducted / 100:g} 分" for i in items[sheet.pk] if i.deducted]
        given += [] if sheet.is_eligible else ["一票否决，没有评优资格"]
        if given:
            yield f"{sheet.unit.name}：{'，'.join(given)}。", reverse("sheet", args=[sheet.pk])
    objections = Objection.objects.filter(sheet__settlement=settlement)
    upheld = objections.filter(state=Objection.State.UPHELD).count()
    yield f"异议 {objections.count()} 件，其中成立 {upheld} 件；核定 {settlement.runs} 次。", reverse("objections")


def _row(sheet, groups, points):
    given = {name: value for name, _, value, _ in points}
    cells = ["—" if given.get(name) is None else f"{given[name] / 100:.2f}" for name in groups]
    return [KINDS.get(sheet.group, ""), sheet.unit.name, sheet.points or "—", sheet.band, *cells]


def rule_of(settlement):
    """口径 in words."""
    version = settlement.version
    example = "（示例口径，待街道确认）" if version.scheme.is_example else ""
    return (
        f"{version}{example}；按期末组织架构计；少于 {version.min_sample} 件的指标不参评，权重分给其他指标；"
        "片区得分不作为党建专员个人评价。"
    )
