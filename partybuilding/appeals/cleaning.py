"""One row of the city's files as facts that may be stored: normal numbers and times, masked caller, scrubbed text."""

import re
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.records.privacy import masked_name, masked_number, plain_digits, scrubbed
from partybuilding.appeals.models import Appeal, Grade
from partybuilding.appeals.reading import CALLBACKS, LEDGER

_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9\-]{2,39}")
_TIME = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})(?:日?[\sT]*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2}))?)?\D{0,2}")
_EPOCH = datetime(1899, 12, 30)
EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number
MOST_TEXT = 4000

TEXTS = {
    "kind", "labels", "title", "content", "city_state", "result", "reply", "channel", "company", "nature", "place", "spot",
}  # fmt: skip
LENGTHS = {f.name: f.max_length or MOST_TEXT for f in Appeal._meta.concrete_fields}
YES = {"": None, "是": True, "否": False}
GRADES = {"": "", **{g.label: g.value for g in Grade}}
OUTCOMES = {"": "", "是": "solved", "否": "unsolved", **{o.label: o.value for o in Appeal.Outcome}}
SATISFIED = {"": "", **{s.label: s.value for s in Appeal.Satisfaction}}
ON_BOTH = [("outcome", OUTCOMES, "是否解决"), ("satisfaction", SATISFIED, "是否满意"), ("grade", GRADES, "紧急程度")]
ANSWERS = {
    LEDGER: ON_BOTH,
    CALLBACKS: [("valid", YES, "是否有效回访"), ("contacted", YES, "是否联系"), *ON_BOTH],
}


class Row:
    """The facts of one row as they are read, and every fault met on the way."""

    def __init__(self, cells):
        self.cells, self.facts, self.faults = cells, {}, []

    def take(self, name, read, *args):
        try:
            value = read(self.cells.get(name), *args)
        except ValidationError as fault:
            self.faults += fault.messages
        else:
            if value not in ("", None):
                self.facts[name] = value


def facts_of(cells, shape, street_name):
    """{field: value} of a row, empty ones left out. Raises ValidationError with every fault of the row, each a sentence."""
    row = Row(cells)
    row.take("number", number_of)
    row.take("called_at", time_of, "创建时间", True)
    row.take("closed_at", time_of, "办结时间")
    row.take("town", _of_this_street, street_name)
    for name, read in MASKS.items():
        row.take(name, read)
    for name in TEXTS & cells.keys():
        row.take(name, free_text, LENGTHS[name])
    for name, meanings, label in ANSWERS[shape]:
        row.take(name, _one_of, meanings, label, label == "是否有效回访")
    if row.faults:
        raise ValidationError(row.faults)
    return row.facts | _category(cells)


def _of_this_street(cell, street_name):
    town = text_of(cell)
    if town and not street_name.startswith(town.removesuffix("办事处")):
        raise ValidationError(f"被反映街乡镇是“{town[:20]}”，不属于{street_name}。")


def _category(row):
    """The three levels, from columns of their own or from 一级->二级->三级 in one."""
    parts = [text_of(row.get(name)) for name in ("topic", "subtopic", "item")]
    if not any(parts):
        parts = [p.strip() for p in re.split(r"-+>|→|>|/", text_of(row.get("category")))][:3]
    return {name: scrubbed(part)[:40] for name, part in zip(("topic", "subtopic", "item"), parts, strict=False) if part}


def text_of(cell):
    """A cell as text: whole numbers without a point."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def free_text(cell, most):
    return scrubbed(text_of(cell))[:most]


def number_of(cell):
    """A work order's number, its full-width digits and blanks mended."""
    if isinstance(cell, float | int) and not isinstance(cell, bool) and abs(cell) >= EXACT:
        raise ValidationError(
            "工单编号被 Excel 当成数字，末几位已经丢失。请从原系统重新导出，或把这一列设为文本后重填。"
        )
    number = re.sub(r"\s", "", plain_digits(text_of(cell))).upper()
    if not number:
        raise ValidationError("缺少工单编号。")
    if re.fullmatch(r"\d\.\d+E\+?\d+", number):
        raise ValidationError(f"工单编号“{number}”是科学计数法，末几位已经丢失。请把这一列设为文本后重填。")
    if not _NUMBER.fullmatch(number):
        raise ValidationError(f"工单编号“{number[:45]}”不像编号（只能有字母、数字和短横，3—40 位）。")
    return number


def time_of(cell, label, is_needed=False):
    """A time of Beijing, from a date cell, a text, or a bare day number of Excel."""
    if isinstance(cell, datetime):
        found = cell
    elif isinstance(cell, date):
        found = datetime(cell.year, cell.month, cell.day)
    else:
        found = _read_time(re.sub(r"\s+", " ", plain_digits(text_of(cell))).strip(), label)
    if found is None:
        if is_needed:
            raise ValidationError(f"缺少{label}。")
        return None
    if not 2000 <= found.year <= 2100:
        raise ValidationError(f"{label}“{found:%Y-%m-%d}”不在合理的年份。")
    return timezone.make_aware(found.replace(microsecond=0, tzinfo=None))


def _read_time(text, label):
    if not text:
        return None
    try:
        if re.fullmatch(r"\d{5}(\.\d+)?", text):
            return _EPOCH + timedelta(seconds=round(float(text) * 86400))
        said = _TIME.fullmatch(text)
        return datetime(*(int(part or 0) for part in said.groups()))
    except (AttributeError, ValueError, OverflowError):
        raise ValidationError(f"{label}“{text[:25]}”看不懂，请写成 2026-10-14 21:43。") from None


MASKS = {
    "caller": lambda cell: masked_name(text_of(cell)),
    "caller_number": lambda cell: masked_number(text_of(cell)),
    "handler": text_of,
}


def _one_of(cell, meanings, label, is_needed=False):
    text = plain_digits(text_of(cell))
    if text not in meanings:
        known = "、".join(m for m in meanings if m)
        raise ValidationError(f"{label}“{text[:20]}”不认得，只能是：{known}。")
    if is_needed and not text:
        raise ValidationError(f"缺少“{label}”。")
    return meanings[text]
