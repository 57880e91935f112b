"""What is written in a cell: nothing, a number, a day and a time, yes or no, a telephone, a name."""

import math
import re
from datetime import date, datetime, timedelta

from districts.privacy.rules import plain_digits

UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\u200b-\u200f\u2060\ufeff\ufffe\uffff]")

NOTHING = {
    *("-", "--", "---", "—", "——", "–", "－", "/", "\\", "//", ".", "无", "暂无", "空", "未填"),
    *("null", "nan", "nat", "none", "n/a", "#n/a", "\\n", "(null)", "0000-00-00", "0000-00-00 00:00:00"),
}

YES = {"是", "有", "对", "√", "✓", "✔", "☑", "y", "yes", "t", "true", "1"}

NO = {"否", "不是", "×", "✗", "✘", "x", "n", "no", "f", "false", "0"}

EPOCH = datetime(1899, 12, 30)

_QUOTED = re.compile(r'="([^"]*)"')

_POINT_ZERO = re.compile(r"(\d+)\.0+")

_HAN = "[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"

_BLANK_IN_NAME = re.compile(rf"(?<={_HAN})\s+(?={_HAN})")

_TIME = re.compile(
    r"(\d{4})(?:\D(\d{1,2})\D(\d{1,2})|(\d\d)(\d\d))[日号]?"
    r"(?:[\sT]*(上午|下午)?(?:(\d{1,2})(?:[:时点](?:(\d{1,2})(?:[:分](\d{1,2})(?:\.\d+)?)?)?)[分秒]?|(\d\d)(\d\d)(\d\d))(?:\+08:?00)?)?"
)

_WEEKDAY = re.compile(r"\s?\(?(?:星期|周)[一二三四五六日天]\)?\s?")

_DAYS = re.compile(r"\d{5}(?:\.(\d+))?")


def text_of(cell):
    """A cell as text: whole numbers without a point."""
    if type(cell) is str:
        return (cell if cell.isprintable() else UNSEEN.sub("", cell)).strip()
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return UNSEEN.sub("", str(cell)).strip()


def is_nothing(text):
    """Whether a text only fills the place of one that is not there."""
    return len(text) < 20 and text.lower() in NOTHING


def unquoted(text):
    """A text without what a program wrote around it to keep it a text: ="001" and '001 are 001."""
    found = _QUOTED.fullmatch(text)
    return found[1].strip() if found else text.removeprefix("'").strip()


def plain(cell):
    """A cell as text in plain digits and letters, one blank at a time; empty where it says nothing."""
    text = re.sub(r"\s+", " ", plain_digits(unquoted(text_of(cell)))).strip()
    return "" if is_nothing(text) else text


def figure(cell):
    """The same without the .0 that a table of numbers leaves behind, and without blanks."""
    text = plain(cell).replace(" ", "")
    found = _POINT_ZERO.fullmatch(text)
    return found[1] if found else text


def yes_or_no(cell):
    """True, False, or None where there is neither."""
    text = plain(cell).lower()
    return True if text in YES else False if text in NO else None


def phone_of(cell):
    """A telephone's digits, without what people write between and before them; anything else as it is."""
    text = re.sub(r"[\s\-()]", "", figure(cell))
    return re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", text)


def name_of(cell):
    """A name without the blanks that fill it up: 张　伟 is 张伟, Li Wei stays."""
    text = re.sub(r"\s+", " ", UNSEEN.sub("", text_of(cell)))
    return "" if is_nothing(text) else _BLANK_IN_NAME.sub("", text)


def same_as(name):
    """What two ways of writing a name have in common: blanks, width and brackets aside."""
    return re.sub(r"\s", "", plain_digits(name)).lower()


def moment_of(text):
    """The datetime that a text says, however people write it; None for nothing. Raises ValueError."""
    text = plain(text)
    if not text:
        return None
    if days := _DAYS.fullmatch(text):
        return _from_days(float(text), len(days[1] or ""))
    said = _TIME.fullmatch(re.sub(r"\s?([年月日])\s?", r"\1", _WEEKDAY.sub(" ", text)).strip())
    if said is None:
        raise ValueError(text)
    year, month, day, month_, day_, half, hour, minute, second, *compact = said.groups()
    hour, minute, second = (int(part or 0) for part in (compact if compact[0] else (hour, minute, second)))
    if half and not 1 <= hour <= 12:
        raise ValueError(text)
    return datetime(
        int(year),
        int(month or month_),
        int(day or day_),
        hour % 12 + 12 * (half == "下午") if half else hour,
        minute,
        second,
    )


def _from_days(days, digits):
    """A day's fraction is as exact as it is long: what it lacks is made up for, and parts of a second are left out."""
    missing = min(0.5, max(0.005, 86400 / 2 / 10**digits)) if digits else 0
    return EPOCH + timedelta(seconds=math.floor(days * 86400 + missing))


def to_the_second(moment):
    """A cell's time without parts of a second: 23:59:59.6 belongs to its day, and 07:59:59.9999 is eight."""
    return (moment + timedelta(milliseconds=5)).replace(microsecond=0) if moment.microsecond else moment


def day_of(cell):
    """The date of a cell; None for nothing. Raises ValueError."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    found = moment_of(cell)
    return found.date() if found else None
