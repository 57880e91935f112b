"""What the 日报 and the 月报 say: each sentence with the query of the list that shows its records.

Nothing that is kept from somebody (回避) is in them, since everybody who sees the whole street reads the same paper.
"""

from datetime import timedelta
from urllib.parse import urlencode

from django.utils import timezone

from districts.units.models import Unit
from partybuilding.appeals.models import Appeal, Exclusion
from partybuilding.appeals.rates.analysis import again, hot_categories, hot_places
from partybuilding.appeals.rates.counting import one_decimal, raw_and_adjusted

TOP = 5

RATED = (Unit.Kind.CENTER, Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE)


def compose_day(street, day):
    """[[text, query]] of a day and of what waits now."""
    rows = open_to_all(street)
    before = rows.called_between(day - timedelta(days=1), day - timedelta(days=1)).count()
    called = rows.called_between(day, day).count()
    said = [[f"受理 12345 诉求 {called} 件，{compared(called, before, '前一日')}。", _span(day, day)]]
    said += _hot(rows, day, day)
    going, late = rows.going_on(), rows.going_on().filter(due_at__lt=timezone.now())
    helped = going.filter(pk__in=rows.filter(steps__verb="ask_center").values("pk"))
    review = Exclusion.objects.filter(kind="suspended", state="granted", review_on__lte=timezone.localdate())
    said += [
        [f"目前待分派 {rows.waiting().count()} 件。", urlencode({"todo": "waiting"})],
        [f"目前未办结 {going.count()} 件。", urlencode({"todo": "open"})],
        [f"其中已过时限 {late.count()} 件。", urlencode({"todo": "late"})],
        [f"请片区协调而未办结的 {helped.count()} 件。", urlencode({"todo": "help"})],
        [f"挂账到期待复查 {rows.filter(pk__in=review.values('appeal')).count()} 件。", urlencode({"todo": "review"})],
    ]
    return said + _again(rows, day), [], "当日按创建日期计；“目前”指数据截至的时刻；回避的工单不列。"


def compose_month(street, since, until, before):
    """[[text, query]], the table of the rates by unit, and the rule, of a span compared with another."""
    rows = open_to_all(street)
    now = raw_and_adjusted(rows.called_between(since, until), street, until)
    was, _ = raw_and_adjusted(rows.called_between(*before), street, before[1])[street.pk]
    raw, kept = now[street.pk]
    counts = raw.counts
    said = [
        [
            f"受理 12345 诉求 {counts['received']} 件，{compared(counts['received'], was.counts['received'], '上期')}。",
            _span(since, until),
        ],
        [f"有效回访 {counts['valid']} 件。", _span(since, until, counted="valid")],
        [
            f"响应率 {percent(raw.response)}（{counts['contacted']}/{counts['asked']}）。",
            _span(since, until, counted="contacted"),
        ],
        [
            f"解决率 {percent(raw.resolution)}（{counts['solved']}/{counts['valid']}）。",
            _span(since, until, counted="solved"),
        ],
        [
            f"满意率 {percent(raw.satisfaction)}，其中满意 {counts['satisfied']} 件、基本满意 {counts['basically']} 件。",
            _span(since, until, counted="satisfied"),
        ],
        [f"综合 {_score(raw)}，上期 {_score(was)}。", _span(since, until)],
        [
            f"经上级审定剔除、挂账 {counts['received'] - kept.counts['received']} 件，扣除后综合 {_score(kept)}。",
            _span(since, until),
        ],
    ]
    said += _hot(rows, since, until) + _again(rows, until)
    rule = f"分母是有效回访；综合 = {raw.rule}。{raw.rule.starts_on} 起施行。部分解决不算解决；回避的工单不列。"
    return said, _table(street, now, until), rule + ("（示例口径，待街道确认）" if raw.rule.is_example else "")


def open_to_all(street):
    return Appeal.objects.filter(street=street).kept_from_nobody()


def _table(street, found, until):
    units = Unit.objects.filter(tree_id=street.tree_id, kind__in=RATED, pk__in=found).order_by("lft")
    return [_row("全街道", *found[street.pk]), *(_row(unit.name, *found[unit.pk]) for unit in units)]


def _row(name, raw, kept):
    shares = [percent(rate) for rate in (raw.response, raw.resolution, raw.satisfaction)]
    return [name, str(raw.counts["received"]), str(raw.counts["valid"]), *shares, _score(raw), _score(kept)]


def _hot(rows, since, until):
    sets = [("反映较多的类别", hot_categories(rows, since, until)), ("反映较多的点位", hot_places(rows, since, until))]
    return [
        [f"{what}：{label} {now} 件（前一时段 {before} 件）。", f"{query}&{_span(since, until)}"]
        for what, found in sets
        for label, query, now, before in found[:TOP]
    ]


def _again(rows, until):
    return [
        [f"未诉先办：{unit}“{item}”三个月内 {count} 件，建议主动立项。", urlencode({"category": item, "q": ""})]
        for unit, item, count, _ in again(rows, until)[:TOP]
    ]


def _span(since, until, **more):
    return urlencode({**more, "since": since, "until": until})


def compared(now, was, with_what):
    if now == was:
        return f"与{with_what}持平"
    return f"比{with_what}{'多' if now > was else '少'} {abs(now - was)} 件"


def percent(rate):
    return "—" if rate is None else f"{one_decimal(100 * rate)}%"


def _score(rates):
    return "—" if rates.composite is None else str(rates.composite)
