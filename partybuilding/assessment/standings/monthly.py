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
    """(sentences, heads, rows of text) of one street's month. For whoever sees the whole street.

    A sentence is (part, pieces), a piece a str or (text, address of the records that it counts or speaks of).
    """
    rows = ScoreSheet.objects.filter(settlement=settlement).current().for_standings()
    sheets = list(rows)
    items = items_of_sheets(sheets)
    parts = {
        "总体情况": [_bands(settlement, sheets), *_left_out(settlement)],
        "各项指标": _rates(settlement),
        "没有得分的指标": _under_floor(sheets, items),
        "加减分和异议": _beside(settlement, sheets, items),
    }
    said = [(part, pieces) for part, sentences in parts.items() for pieces in sentences]
    points = [(name, given) for sheet in sheets for name, _, given, _ in grouped(items[sheet.pk])]
    groups = list(dict.fromkeys(name for name, given in points if given is not None))  # no column without points
    heads = ["组别", "单位", "得分", "分档", *groups]
    return said, heads, [_row(sheet, groups, grouped(items[sheet.pk])) for sheet in sheets]


def _bands(settlement, sheets):
    address = reverse("standings_period", args=[settlement.period.code])
    if not settlement.is_over:
        return [(f"参加考核的单位 {len(sheets)} 个，本月还在进行，不分档。", address)]
    counts = Counter(sheet.band for sheet in sheets)
    named = "、".join(f"{word} {counts[word]} 个" for _, word in BANDS if counts[word])
    rest = f"，不参评 {counts['不参评']} 个" if counts["不参评"] else ""
    return [(f"参加考核的单位 {len(sheets)} 个：{named or '都没有得分'}{rest}。", address)]


def _left_out(settlement):
    """What the three rates do not count, and units whose records have no place in the period."""
    period = settlement.period
    rows = Appeal.objects.called_between(period.starts_on, period.ends_on).kept_from_nobody()
    rows = rows.filter(street=settlement.street_id)
    if excluded := rows.filter(is_excluded=True).count():
        days = f"since={period.starts_on}&until={period.ends_on}"
        listed = f"{reverse('appeal_list')}?{days}&unit={settlement.street_id}&counted=received"
        out = "经审定剔除、挂账 ", (str(excluded), f"{listed}&excluded=yes"), " 件，不计入三率。"
        yield ["诉求 ", (str(rows.count()), listed), " 件，其中", *out]
    if settlement.strays:
        yield [f"{settlement.strays} 个单位有记录而当期不在组织架构内，没有计入。"]


def _rates(settlement):
    """Each indicator of the whole street beside the month before."""
    period = settlement.period
    before = Period.objects.filter(ends_on__lt=period.starts_on).order_by("-ends_on").first()
    now, was = _of_street(settlement.street_id, period), _of_street(settlement.street_id, before)
    for item in settlement.version.items.all():
        indicator = INDICATORS.get(item.indicator)
        if indicator and item.indicator in now:
            part, whole = now[item.indicator]
            listed = f"{indicator.source.address(period.starts_on, period.ends_on)}&unit={settlement.street_id}"
            done, cases = [
                shown if tail is None else (shown, f"{listed}{tail}")
                for shown, tail in zip((str(in_records(part)), str(whole)), indicator.lists, strict=True)
            ]
            counted = [f"{part / whole:.1f}%（", done, "/", cases, "）"] if whole else ["—"]
            yield [f"{indicator.label} ", *counted, f"，上月 {_rate(*was.get(item.indicator, (0, 0)))}。"]


def _of_street(street, period):
    rows = Node.objects.filter(period=period, unit=street)
    return {code: (part, whole) for code, part, whole in rows.values_list("indicator", "part", "whole")}


def _rate(part, whole):
    return f"{part / whole:.1f}%（{in_records(part)}/{whole}）" if whole else "—"


def _under_floor(sheets, items):
    """Of each indicator the units whose rate earns nothing, each with the way to its records."""
    found = {}
    for sheet in sheets:
        for item in items[sheet.pk]:
            if item.is_counted and not item.earned:
                is_all = item.rule == SchemeItem.Rule.THRESHOLD
                missed = f"没有达到目标 {item.target / 100:g}%" if is_all else f"没有超过底线 {item.floor / 100:g}%"
                found.setdefault(f"{item.label}{missed}：", []).append((sheet, item))
    for head, units in found.items():
        pieces = [head]
        for place, (sheet, item) in enumerate(units):
            share = f"{item.part / item.whole:.1f}%（{in_records(item.part)}/"
            counted = str(item.whole), reverse("sheet_records", args=[sheet.pk, item.code])
            pieces += [f"{'、' if place else ''}{sheet.unit.name} {share}", counted, "）"]
        yield [*pieces, "。"]


def _beside(settlement, sheets, items):
    """Adjustments as the sheets counted them, and objections."""
    for sheet in sheets:
        given = [f"加 {sheet.bonus / 100:g} 分"] if sheet.bonus else []
        given += [f"从{i.label}扣 {i.deducted / 100:g} 分" for i in items[sheet.pk] if i.deducted]
        given += [] if sheet.is_eligible else ["一票否决，没有评优资格"]
        if given:
            yield [(f"{sheet.unit.name}：{'，'.join(given)}。", reverse("sheet", args=[sheet.pk]))]
    objections = Objection.objects.filter(sheet__settlement=settlement)
    upheld = objections.filter(state=Objection.State.UPHELD).count()
    text = f"异议 {objections.count()} 件，其中成立 {upheld} 件；核定 {settlement.runs} 次。"
    yield [(text, reverse("objections"))]


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
