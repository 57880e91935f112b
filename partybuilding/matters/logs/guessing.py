"""What the text of a log says by itself: the day, the place, the category, and the order that it serves.

Guesses are shown before anything is saved and every one can be corrected; nothing is learnt from them.
"""

import re

from partybuilding.matters.logs.days import said_day
from partybuilding.matters.logs.models import WorkLog

CATEGORY_WORDS = [
    ("mediate", r"调解|协商|议事|纠纷|劝和"),
    ("partner", r"共建|法院|邮政|联络单位|对接单位"),
    ("meeting", r"开会|会议|例会|学习|培训|党课"),
    ("activity", r"活动|宣传|义诊|讲座|志愿|咨询日"),
    ("clean", r"清理|清出|清扫|整治|堆物|拆除|保洁|桶站"),
    ("inspect", r"巡查|检查|查看|排查|巡逻|督促"),
    ("visit", r"走访|入户|看望|慰问|上门|回访"),
]

NUMERAL = r"[\d一二三四五六七八九十百]"

PLACE = re.compile(
    rf"((?:\d+|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])\s*号楼"
    rf"(?:地下(?:室|空间)|楼道|{NUMERAL}+单元)?|[东南西北]{{1,2}}(?:门|侧小路|广场)"
    r"|便民服务站|服务站|活动室|议事厅|中心花园|停车场|充电棚|会议室|物业办公室)"
)

ALIKE = 0.5  # of the pairs of characters in an order's title


def guess(text, today, *, places=(), orders=()):
    """{"happened_on", "place", "category", "order"}: each present only where the text says so.

    `places` are names known in the unit, `orders` the open orders to choose from.
    """
    found = {"happened_on": said_day(text, today), "place": _place(text, places), "category": _category(text)}
    found["order"] = _order(text, orders)
    return {name: value for name, value in found.items() if value not in (None, "")}


def _place(text, places):
    known = [place for place in places if place and _names(text, place)]
    if known:
        return max(known, key=len)
    said = PLACE.search(text)
    return said[0] if said else None


def _names(text, place):
    """Does a text have a place, and not only as the end or the beginning of a longer number (1号楼 in 11号楼)?"""
    before = rf"(?<!{NUMERAL})" if re.match(NUMERAL, place) else ""
    after = rf"(?!{NUMERAL})" if re.match(NUMERAL, place[-1]) else ""
    return re.search(before + re.escape(place) + after, text) is not None


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
