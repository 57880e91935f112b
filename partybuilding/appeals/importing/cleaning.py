"""One row of the city's files as facts that may be stored: normal numbers and times, masked caller, scrubbed text."""

import re
from datetime import date, datetime
from functools import lru_cache, partial

from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.privacy.numbers import private_numbers
from districts.privacy.rules import LOOKS_LIKE, masked_name, masked_number, scrubbed
from districts.reading.cells import figure, is_nothing, moment_of, plain, text_of, to_the_second, yes_or_no
from partybuilding.appeals.importing.callers import full_name, without_name
from partybuilding.appeals.importing.headings import CALLBACKS, LEDGER
from partybuilding.appeals.importing.reading import MERGED
from partybuilding.appeals.matching import means_street
from partybuilding.appeals.models import Appeal, Grade

_NUMBER = re.compile(r"[A-Z0-9][A-Z0-9\-]{2,39}")

_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+")

_USUAL_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", re.ASCII)

EXACT = 10**15  # a spreadsheet keeps fifteen digits of a number

MOST_TEXT = 4000

MOST_CATEGORY = 200

OFTEN, SHORT = 10_000, 40  # texts that come again are read once: so many, up to so long

TEXTS = (
    "kind",
    "labels",
    "title",
    "content",
    "city_state",
    "result",
    "reply",
    "channel",
    "company",
    "nature",
    "place",
    "spot",
)

LENGTHS = {f.name: f.max_length or MOST_TEXT for f in Appeal._meta.concrete_fields}

NOT_YET = re.compile(
    r"(?:未|尚未|还未|没有)(?:办结|办理|办完|完成|结束|结案)|(?:正在)?(?:办理|处理|承办)中|待办理?|在办"
)

YES = {"": None, "是": True, "否": False}

GRADES = {"": "", **{g.label: g.value for g in Grade}}

OUTCOMES = {"": "", "是": "solved", "否": "unsolved", **{o.label: o.value for o in Appeal.Outcome}, "已解决": "solved"}

SATISFIED = {"": "", **{s.label: s.value for s in Appeal.Satisfaction}}

NEEDED = {LEDGER: ("number", "called_at"), CALLBACKS: ("number", "called_at", "valid")}

LEVELS = ("topic", "subtopic", "item")


def facts_of(cells, shape, street_name):
    """{field: value} of a row, empty ones left out. Raises ValidationError with every fault of the row, each a sentence."""
    facts, faults = {}, []
    for name, read in _readers(shape, tuple(cells)):
        try:
            value = read(cells.get(name))
        except ValidationError as fault:
            faults += fault.messages
        else:
            if value is not None and value != "":
                facts[name] = value
    if town := facts.pop("town", None):
        faults += _fault_of_town(town, street_name)
    caller = full_name(cells.get("caller"))
    if faults:
        raise ValidationError([without_name(scrubbed(fault), caller) for fault in faults])
    facts |= _category(cells)
    return {name: without_name(value, caller) for name, value in facts.items()} if caller else facts


def cells_to_mend(cells):
    """{column: text} of a row as it may be kept until it is mended: each read by its own cleaner, or else scrubbed."""
    caller = full_name(cells.get("caller"))
    return {str(column): without_name(_to_mend(column, cell), caller) for column, cell in cells.items()}


def _to_mend(column, cell):
    try:
        value = KEPT_BY_READER[column](cell) if column in KEPT_BY_READER else None
    except ValidationError:
        if column == "number" and not isinstance(cell, str):
            return ""  # a number that has lost digits must not look like one
        value = None
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return free_text(cell, MOST_TEXT) if value is None else value


@lru_cache(OFTEN)
def _readers(shape, names):
    """[(name, reader)] of what a row must have and then of what it has."""
    readers = READERS[shape]
    return [(name, readers[name]) for name in dict.fromkeys((*NEEDED[shape], *names)) if name in readers]


def _fault_of_town(town, street_name):
    is_here = means_street(town, street_name)
    return [] if is_here else [f"被反映街乡镇是“{quoted(town, 20)}”，不属于{street_name}。"]


def _category(row):
    """The three levels, from columns of their own or from 一级->二级->三级 in one."""
    own = {name: free_text(row[name], LENGTHS[name]) for name in LEVELS if name in row}
    return {name: part for name, part in own.items() if part} or _levels(text_of(row.get("category")))


@lru_cache(OFTEN)
def _levels(category):
    parts = [part.strip()[: LENGTHS["item"]] for part in re.split(r"-+>|→|>|/", quoted(category, MOST_CATEGORY))]
    return {name: part for name, part in zip(LEVELS, parts, strict=False) if part}


def quoted(text, most):
    """The beginning of a text, scrubbed before it is cut: half a number would be none."""
    return scrubbed(text)[:most]


def free_text(cell, most):
    return (_short_text if type(cell) is str and len(cell) <= SHORT else _free_text)(cell, most)


def _free_text(cell, most):
    text = quoted(text_of(cell), most)
    return "" if is_nothing(text) else text


_short_text = lru_cache(OFTEN)(_free_text)


def number_of(cell):
    """A work order's number, its full-width digits and blanks mended."""
    if type(cell) is str and _NUMBER.fullmatch(cell) and not _SCIENTIFIC.fullmatch(cell):
        return _of_nobody(cell)
    if not isinstance(cell, str | int | float | None) or isinstance(cell, bool) or cell != cell:
        raise ValidationError("工单编号不是文字或数字（像日期或真假值）。请把这一列设为文本后重填。")
    if cell == MERGED:
        raise ValidationError("工单编号的单元格与上一行合并了。请取消合并，每行写自己的编号。")
    if isinstance(cell, float | int) and abs(cell) >= EXACT:
        raise ValidationError(
            "工单编号被 Excel 当成数字，末几位已经丢失。请从原系统重新导出，或把这一列设为文本后重填。"
        )
    number = figure(cell).upper()
    if not number:
        raise ValidationError("缺少工单编号。")
    if _SCIENTIFIC.fullmatch(number):
        raise ValidationError(f"工单编号“{quoted(number, 45)}”是科学计数法，末几位已经丢失。请把这一列设为文本后重填。")
    if not _NUMBER.fullmatch(number):
        raise ValidationError(
            f"工单编号“{quoted(number, 45)}”不像编号（只能有字母、数字和短横，3—40 位）；如果是合计行或重复的表头，请删去。"
        )
    return _of_nobody(number)


def _of_nobody(number):
    """Raises ValidationError for a number of a person, which it does not repeat."""
    if found := private_numbers(number):
        raise ValidationError(f"工单编号像{LOOKS_LIKE[found[0][0]]}，不保存。请核对是否填错了列，改为工单自己的编号。")
    return number


def time_of(cell, label, is_needed=False):
    """A time of Beijing, from a date cell, a text, or a bare day number of Excel."""
    if isinstance(cell, datetime):
        found = to_the_second(cell)
    elif isinstance(cell, date):
        found = datetime(cell.year, cell.month, cell.day)
    else:
        found = _read_time(text_of(cell), label, is_needed)
    if found is None:
        if is_needed:
            raise ValidationError(f"缺少{label}。")
        return None
    if not 2000 <= found.year <= 2100:
        raise ValidationError(f"{label}“{found:%Y-%m-%d}”不在合理的年份。")
    return found.replace(tzinfo=timezone.get_default_timezone())


def _read_time(text, label, is_needed):
    if not text:
        return None
    try:
        if _USUAL_TIME.fullmatch(text):
            return datetime.fromisoformat(text)
        return None if not is_needed and NOT_YET.fullmatch(text) else moment_of(text)
    except (ValueError, OverflowError):
        raise ValidationError(f"{label}“{quoted(text, 25)}”看不懂，请写成 2026-10-14 21:43。") from None


def _choice(meanings, label, is_needed=False, *, of_yes=(None, None)):
    """A reader of a column that holds one of a few words; `of_yes` is what a mark for yes, and one for no, mean there."""

    @lru_cache(OFTEN, typed=True)
    def read(cell):
        text = plain(cell)
        if text not in meanings and (is_yes := yes_or_no(text)) is not None and of_yes[not is_yes] in meanings:
            text = of_yes[not is_yes]
        if text not in meanings:
            known = "、".join(m for m in meanings if m)
            raise ValidationError(f"{label}“{_as_seen(cell)}”不认得，只能是：{known}。")
        if is_needed and not text:
            raise ValidationError(f"缺少“{label}”。")
        return meanings[text]

    return read


def _as_seen(cell):
    """TRUE, as a spreadsheet shows it."""
    return str(cell).upper() if isinstance(cell, bool) else quoted(text_of(cell), 20)


OF_BOTH = {
    "number": number_of,
    "called_at": lambda cell: time_of(cell, "创建时间", True),
    "closed_at": lambda cell: time_of(cell, "办结时间"),
    "dispatched_at": lambda cell: time_of(cell, "派单时间"),
    "town": text_of,
    "caller": lambda cell: "" if is_nothing(text := text_of(cell)) else masked_name(text),
    "caller_number": lambda cell: "" if is_nothing(text := text_of(cell)) else masked_number(text),
    "handler": partial(free_text, most=LENGTHS["place"]),
    **{name: partial(free_text, most=LENGTHS[name]) for name in TEXTS},
    "outcome": _choice(OUTCOMES, "是否解决", of_yes=("是", "否")),
    "satisfaction": _choice(SATISFIED, "是否满意"),
    "grade": _choice(GRADES, "紧急程度"),
}

READERS = {
    LEDGER: OF_BOTH,
    CALLBACKS: OF_BOTH
    | {
        "valid": _choice(YES, "是否有效回访", is_needed=True, of_yes=("是", "否")),
        "contacted": _choice(YES, "是否联系", of_yes=("是", "否")),
    },
}

KEPT_BY_READER = {name: OF_BOTH[name] for name in ("number", "called_at", "closed_at", "caller", "caller_number")}
