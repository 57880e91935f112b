"""The day that a text names, as people write days: 大前天, 上上周五, 10/31, 十一月二十号, 去年12月3日, 31号.

A word that only looks like a day (本周日常, 一周三次, 11号楼, 1/3 的居民), a day by which something is due, and a day to
come are none.
"""

import re
import unicodedata
from datetime import date, timedelta

_DIGITS = "一二三四五六七八九"
_NUMBER = rf"(?:\d{{1,2}}|[{_DIGITS}]?十[{_DIGITS}]?|廿[{_DIGITS}]?|[{_DIGITS}])"
_WEEKDAYS = "一二三四五六日"

# What may stand around a day.
_BEGINS = r"(?:^|(?<=[\s,;:。(于]))"
_HALF = r"[上下中]午|[早晚]"
_DONE = (
    r"走访|巡查|检查|查看|入户|上门|看望|慰问|回访|开会|召开|组织|参加|清理|整治|排查|调解|协商|值守|值班|接待|协调"
    r"|开展|陪同|配合|到|去|在|和|与|我|请"
)
_ENDS = rf"(?=$|[\s,;:。)]|{_HALF}|{_DONE})"
# What makes it none.
_DUE = r"(?!\s*(?:[之以]?前(?![往去来])|[之以]?内))"
_COUNTED = (
    r"(?!\s*(?:次|个(?!别|人)|户|人(?!大|民)|场(?!地|所)|回(?!访|复)|遍|天|件|名|项(?!目)|起|轮|家(?!访)|位|条(?!例)|趟"
    r"|处(?!理|置)|班(?!子|组|长)|栋|幢|层|户|小时|单元|[号楼院万元米吨公千%]))"
)
_NUMBERED = r"(?!\s*(?:[楼院线机令文门房厅井柜桌车岗桶地点]|[,、和及]\s*\d))"

_WORDS = [
    (re.compile(r"(?<![如现当])今[天早晨晚日儿](?!气|头条)|刚[才刚]"), 0),
    (re.compile(r"昨[天日晚早夜儿]"), 1),
    (re.compile(r"(?<![大目以之先此眼提从年月周日当面午])前[天日晚](?!气|常)"), 2),
    (re.compile(r"大前[天日]"), 3),
]
_DAYS_AGO = re.compile(rf"(?<![\d第提])(两|{_NUMBER})天[之以]?前(?![往去来])")
_MONTH_DAY = re.compile(
    rf"(?:(?P<year>\d{{4}}|(?<!\d)\d{{2}}|[〇○零{_DIGITS}]{{4}}|[去今前明])年\s*)?(?<![\d.十{_DIGITS}])"
    rf"(?P<month>{_NUMBER})\s*月\s*(?P<day>{_NUMBER})(?:\s*(?:日|号{_NUMBERED}){_DUE}|(?=$|[\s,;:。)]|{_HALF}){_COUNTED})"
)
_WITH_YEAR = re.compile(r"(?<![\d./-])(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})(?![\d/-]|\.\d)" + _DUE)
_SLASHED = re.compile(
    rf"{_BEGINS}(?P<month>\d{{1,2}})/(?P<day>\d{{1,2}})(?![\d/%]|\s*的){_COUNTED}{_DUE}", re.MULTILINE
)
_AT_START = re.compile(
    rf"^\s*(?:(?P<month>\d{{2}})[-.](?P<day>\d{{1,2}})|(?P<m>\d)[-.](?P<d>\d{{2}}))[日号]?{_NUMBERED}{_COUNTED}{_ENDS}",
    re.MULTILINE,
)
_OF_MONTH = re.compile(
    rf"(?:(?P<which>[上本这])个?月\s*|{_BEGINS})(?P<day>{_NUMBER})"
    rf"(?:日(?![游一均期间常])|号{_NUMBERED}{_ENDS}){_DUE}",
    re.MULTILINE,
)
_WEEKDAY = re.compile(
    r"(?:(?<![早晚线网街路楼以马地])(?P<which>上上|下下|[上下这本])个?"
    rf"|(?<![两十{_DIGITS}\d几每半全整数多近隔单双逢当那个到至]))(?:周|星期|礼拜)"
    rf"(?P<day>[{_WEEKDAYS}天]|[1-7](?!\d))(?!常|报|志(?!愿)|程|均|间)"
    rf"(?!\s*[到至~—-]\s*(?:周|星期|礼拜|[二三四五六日](?![\d号单楼栋层个]))){_COUNTED}{_DUE}"
)
_WEEKS_BACK = {"上上": 2, "上": 1, "这": 0, "本": 0}


def said_day(text, today):
    """The latest day up to today that a text names; None where it names none."""
    text = unicodedata.normalize("NFKC", text)
    found = [day for read in _READERS for day in read(text, today)]
    return max((day for day in found if day and day <= today), default=None)


def _by_words(text, today):
    yield from (today - timedelta(days=back) for words, back in _WORDS if words.search(text))
    for said in _DAYS_AGO.finditer(text):
        yield today - timedelta(days=2 if said[1] == "两" else _number(said[1]))


def _by_dates(text, today):
    for pattern in (_MONTH_DAY, _WITH_YEAR):
        for said in pattern.finditer(text):
            month, day = _number(said["month"]), _number(said["day"])
            yield _date(_year(said["year"], today), month, day) if said["year"] else _nearest(today, month, day)


def _by_short_dates(text, today):
    """10/31, and at the start of a line 10-31 and 10.31; a part of a whole is none."""
    for said in _SLASHED.finditer(text):
        month, day = int(said["month"]), int(said["day"])
        is_part = month < day <= 10 and not _stands_alone(text, said)
        yield None if is_part else _nearest(today, month, day)
    for said in _AT_START.finditer(text):
        yield _nearest(today, int(said["month"] or said["m"]), int(said["day"] or said["d"]))


def _stands_alone(text, said):
    """At the start of a line, and followed by what may follow a day."""
    return text[: said.start()].rpartition("\n")[2].strip() == "" and re.match(
        rf"[\s,;:。]|{_HALF}", text[said.end() :]
    )


def _by_days_of_a_month(text, today):
    for said in _OF_MONTH.finditer(text):
        day, last_month = _number(said["day"]), today.replace(day=1) - timedelta(days=1)
        is_before = said["which"] == "上" or (said["which"] is None and day > today.day)
        month = last_month if is_before else today
        yield _date(month.year, month.month, day)


def _by_weekdays(text, today):
    for said in _WEEKDAY.finditer(text):
        if (said["which"] or "").startswith("下"):
            continue
        day = said["day"]
        weekday = int(day) - 1 if day.isdecimal() else _WEEKDAYS.index(day.replace("天", "日"))
        monday = today - timedelta(days=today.weekday() + 7 * _WEEKS_BACK.get(said["which"], 0))
        found = monday + timedelta(days=weekday)
        yield found - timedelta(days=7) if said["which"] is None and found > today else found


_READERS = (_by_words, _by_dates, _by_short_dates, _by_days_of_a_month, _by_weekdays)


def _number(said):
    """Of digits or of Chinese numerals up to 99."""
    if said.isdecimal():
        return int(said)
    said = said.replace("廿", "二十")
    tens, ten, ones = said.rpartition("十")
    return (_DIGITS.find(tens or "一") + 1) * 10 * bool(ten) + (_DIGITS.find(ones) + 1 if ones else 0)


def _year(said, today):
    if said in ("去", "今", "前", "明"):
        return today.year + {"前": -2, "去": -1, "今": 0, "明": 1}[said]
    digits = "".join(
        str("〇一二三四五六七八九".find("〇" if c in "○零" else c)) if not c.isdecimal() else c for c in said
    )
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _date(year, month, day):
    try:
        return date(year, month, day)
    except ValueError:
        return None  # a day that no calendar has


def _nearest(today, month, day):
    """Such a day of this year or the last; None where the next one is nearer than the one that is past."""
    this, last = _date(today.year, month, day), _date(today.year - 1, month, day)
    if this is None or this <= today:
        return this or last
    return last if last and today - last < this - today else None
