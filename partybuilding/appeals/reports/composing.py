"""What the 日报 and the 月报 say: each figure with the keys of the records that it counts.

Nothing that is kept from somebody (回避) is in them, since everybody who sees the whole street reads the same paper.
"""

from datetime import timedelta
from itertools import groupby

from django.utils import timezone

from districts.units.models import Unit
from partybuilding.appeals.models import Appeal, Exclusion
from partybuilding.appeals.rates.analysis import AGAIN_WITHIN, CATEGORY, PLACE, again, called_before, hottest
from partybuilding.appeals.rates.counting import (
    ASKED,
    BASICALLY,
    CONTACTED,
    SATISFIED,
    SOLVED,
    VALID,
    one_decimal,
    raw_and_adjusted,
)
from partybuilding.appeals.reports.saying import Said, shown

TOP = 5
NAMED = 5  # numbers of one unit's overdue appeals

RATED = (Unit.Kind.CENTER, Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE)


def compose_day(street, day):
    """Said of a day and of what waits now, the table (none) and the rule."""
    rows, said = open_to_all(street), Said()
    said.part = "受理情况"
    called, before = rows.called_between(day, day), day - timedelta(days=1)
    _received(said, called, rows.called_between(before, before), "前一日")
    _hot(said, rows, day, day)
    said.part = "办理情况"
    going = rows.going_on()
    review = Exclusion.objects.filter(kind="suspended", state="granted", review_on__lte=timezone.localdate())
    said.say("目前待分派 ", said.count(rows.waiting()), " 件。")
    said.say("目前未办结 ", said.count(going), " 件。")
    _late(said, rows.late())
    said.say("请片区协调而未办结的 ", said.count(rows.asking_center()), " 件。")
    said.say("挂账到期待复查 ", said.count(rows.filter(pk__in=review.values("appeal"))), " 件。")
    _again(said, rows, day)
    return said, [], "当日按创建日期计；“目前”指数据截至的时刻；回避的工单不列。"


def compose_month(street, since, until, before):
    """Said of a span compared with another, the table of the rates by unit, and the rule."""
    rows, said = open_to_all(street), Said()
    called, earlier = rows.called_between(since, until), rows.called_between(*before)
    now = raw_and_adjusted(called, street, until)
    was, _ = raw_and_adjusted(earlier, street, before[1])[street.pk]
    raw, kept = now[street.pk]
    said.part = "总体情况"
    _received(said, called, earlier, "上期")
    _rates(said, called, raw)
    said.say(f"综合 {_score(raw)}，上期 {_score(was)}。")
    excluded = said.count(called.filter(is_excluded=True))
    said.say("经上级审定剔除、挂账 ", excluded, f" 件，扣除后综合 {_score(kept)}。")
    _hot(said, rows, since, until)
    _again(said, rows, until)
    rule = f"分母是有效回访；综合 = {raw.rule}。{raw.rule.starts_on} 起施行。部分解决不算解决；回避的工单不列。"
    return said, _table(street, now, until), rule + ("（示例口径，待街道确认）" if raw.rule.is_example else "")


def open_to_all(street):
    return Appeal.objects.filter(street=street).kept_from_nobody()


def _received(said, called, before, with_what):
    now, was = said.count(called), said.count(before)
    risen = int(shown(now)) - int(shown(was))
    how = f"{'多' if risen > 0 else '少'} {abs(risen)} 件" if risen else "持平"
    said.say("受理 12345 诉求 ", now, f" 件，{'比' if risen else '与'}{with_what}（", was, f" 件）{how}。")


def _rates(said, called, raw):
    valid = called.filter(VALID)
    said.say("有效回访 ", said.count(valid), " 件。")
    for label, rate, part, whole in [
        ("响应率", raw.response, CONTACTED, ASKED),
        ("解决率", raw.resolution, SOLVED, VALID),
    ]:
        counted = said.count(called.filter(part)), "/", said.count(called.filter(whole))
        said.say(f"{label} {percent(rate)}（", *counted, "）。")
    happy = "，其中满意 ", said.count(called.filter(SATISFIED)), " 件、基本满意 "
    said.say(f"满意率 {percent(raw.satisfaction)}", *happy, said.count(called.filter(BASICALLY)), " 件。")


def _late(said, rows):
    """Of each unit how many are overdue, and which, the longest first."""
    found = list(rows.select_related("unit").order_by("unit__lft", "due_at", "pk"))
    pieces = ["其中已过时限 ", said.figure([appeal.pk for appeal in found]), " 件"]
    for place, (unit, mine) in enumerate(groupby(found, key=lambda appeal: appeal.unit)):
        mine = list(mine)
        numbers = "、".join(appeal.number for appeal in mine[:NAMED]) + ("等" if mine[NAMED:] else "")
        named = unit.name if unit.parent_id else "街道"
        pieces += [f"{'；' if place else '：'}{named} ", said.figure([a.pk for a in mine]), f" 件（{numbers}）"]
    said.say(*pieces, "。")


def _hot(said, rows, since, until):
    said.part = "集中反映的问题"
    now, before = rows.called_between(since, until), called_before(rows, since, until)
    for what, fields in (("反映较多的类别", CATEGORY), ("反映较多的点位", PLACE)):
        pieces = []
        for values, *_ in hottest(rows, fields, since, until)[:TOP]:
            alike = dict(zip(fields, values, strict=True))
            pieces += ["、" if pieces else f"{what}：", f"{_called(values)} "]
            pieces += [said.count(now.filter(**alike)), " 件（前一时段 ", said.count(before.filter(**alike)), " 件）"]
        if pieces:
            said.say(*pieces, "。")


def _called(values):
    """A category by its name, a place by its unit's and its own."""
    return values[0] if len(values) == 1 else f"{values[2]}{values[0]}"


def _again(said, rows, until):
    said.part = "未诉先办"
    recent = rows.called_between(until - AGAIN_WITHIN, until)
    for unit, item, *_ in again(rows, until)[:TOP]:
        alike = said.count(recent.filter(unit__name=unit, item=item))
        said.say(f"{unit}“{item}”三个月内 ", alike, " 件，建议主动立项。")


def _table(street, found, until):
    units = Unit.objects.filter(tree_id=street.tree_id, kind__in=RATED, pk__in=found).order_by("lft")
    return [_row("全街道", *found[street.pk]), *(_row(unit.name, *found[unit.pk]) for unit in units)]


def _row(name, raw, kept):
    shares = [percent(rate) for rate in (raw.response, raw.resolution, raw.satisfaction)]
    return [name, str(raw.counts["received"]), str(raw.counts["valid"]), *shares, _score(raw), _score(kept)]


def percent(rate):
    return "—" if rate is None else f"{one_decimal(100 * rate)}%"


def _score(rates):
    return "—" if rates.composite is None else str(rates.composite)
