"""What the portal's pages know of work logs."""

from districts.nouns import BriefPart, Done, Noun
from partybuilding.matters.logs.models import WorkLog

MOST, VISITS, SHOWN = 200, 5, 8  # of a person's list, of a brief


def _done(person, reader, since, until):
    rows = LOG.seen(reader).standing().filter(created_by=person, happened_on__gte=since, happened_on__lte=until)
    rows = rows.select_related("unit").order_by("-happened_on", "-pk")[:MOST]
    return [(r.happened_on, r.text[:80], r.unit.name, LOG.address_of(r)) for r in rows]


def _brief(user, units):
    rows = LOG.seen(user).standing().filter(unit__in=units).for_list()
    visits = rows.filter(category=WorkLog.Category.VISIT).select_related("created_by")[:VISITS]
    return [
        BriefPart(
            "最近走访", [(f"{_day(v)} {v.created_by.name}：{_short(v, 80)}", "") for v in visits], "没有走访记录。"
        ),
        BriefPart("最近做了什么", [(f"{_day(log)} {_short(log, 60)}", "") for log in rows[:SHOWN]], "没有日志。"),
    ]


def _day(log):
    return f"{log.happened_on.month}月{log.happened_on.day}日"


def _short(log, length):
    return log.text if len(log.text) <= length else log.text[: length - 1] + "…"


LOG = Noun(
    key="log",
    label="日志",
    icon="notebook",
    model=WorkLog,
    address="worklog_detail",
    search=lambda rows, words: rows.standing().search(words).for_list(),
    found="worklogs/_found.html",
    paths={"unit": "所在单位"},
    done=(Done("走访、工作日志", _done),),
    brief=_brief,
)
