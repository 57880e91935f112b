"""What the text of a log says by itself: the day, the place, the category, and the order that it serves.

Guesses are shown before anything is saved and every one can be corrected; nothing is learnt from them.
"""

import re
from datetime import date, timedelta

from partybuilding.matters.logs.models import WorkLog

DAYS_BACK = {"今天": 0, "今早": 0, "刚才": 0, "昨天": 1, "昨晚": 1, "昨日": 1, "前天": 2, "前日": 2}

WEEKDAYS = "一二三四五六日"

CATEGORY_WORDS = [
    ("mediate", r"调解|协商|议事|纠纷|劝和"),
    ("partner", r"共建|法院|邮政|联络单位|对接单位"),
    ("meeting", r"开会|会议|例会|学习|培训|党课"),
    ("activity", r"活动|宣传|义诊|讲座|志愿|咨询日"),
    ("clean", r"清理|清出|清扫|整治|堆物|拆除|保洁|桶站"),
    ("inspect", r"巡查|检查|查看|排查|巡逻|督促"),
    ("visit", r"走访|入户|看望|慰问|上门|回访"),
]

PLACE = re.compile(
    r"(\d+\s*号楼(?:地下(?:室|空间)|楼道|[一二三四五六七八九十\d]+单元)?|[东南西北]{1,2}(?:门|侧小路|广场)"
    r"|便民服务站|服务站|活动室|议事厅|中心花园|停车场|充电棚|会议室|物业办公室)"
)

ALIKE = 0.5  # of the pairs of characters in an order's title


def guess(text, today, *, places=(), orders=()):
    """{"happened_on", "place", "category", "order"}: each present only where the text says so.

    `places` are names known in the unit, `orders` the open orders to choose from.
    """
    found = {"happened_on": _day(text, today), "place": _place(text, places), "category": _category(text)}
    found["order"] = _order(text, orders)
    return {name: value for name, value in found.items() if value not in (None, "")}


def _day(text, today):
    for word, back in DAYS_BACK.items():
        if word in text:
            return today - timedelta(days=back)
    if said := re.search(r"(?<!\d)(\d{1,2})月(\d{1,2})[日号]", text):
        return _past(today, int(said[1]), int(said[2]))
    if said := re.search(rf"(上)?(?:周|星期|礼拜)([{WEEKDAYS}天])", text):
        weekday = 6 if said[2] == "天" else WEEKDAYS.index(said[2])
        monday = today - timedelta(days=today.weekday() + (7 if said[1] else 0))
        day = monday + timedelta(days=weekday)
        return day if day <= today else day - timedelta(days=7)
    return None


def _past(today, month, day):
    """The last such day that is not after today; None for a day that no calendar has."""
    for year in (today.year, today.year - 1):
        try:
            found = date(year, month, day)
        except ValueError:
            return None
        if found <= today:
            return found
    return None


def _place(text, places):
    known = [place for place in places if place and place in text]
    if known:
        return max(known, key=len)
    said = PLACE.search(text)
    return said[0] if said else None


def _category(text):
    """The category whose words come first in the text."""
    hits = [(said.start(), category) for category, words in CATEGORY_WORDS if (said := re.search(words, text))]
    return WorkLog.Category(min(hits)[1]) if hits else None


def _order(text, orders):
    """The order most of whose title is in the text; two that are equally alike are no guess."""
    said = _pairs(text)
    scores = sorted(((_likeness(said, order), order) for order in orders), key=lambda row: -row[0])
    if not scores or scores[0][0] < ALIKE or (len(scores) > 1 and scores[1][0] == scores[0][0]):
        return None
    return scores[0][1]


def _likeness(said, order):
    title = _pairs(order.title)
    return len(title & said) / len(title) if title else 0


def _pairs(text):
    plain = re.sub(r"\W", "", text)
    return {plain[n : n + 2] for n in range(len(plain) - 1)}
