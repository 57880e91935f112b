"""Figures of a survey as pasted from a spreadsheet or a published table: row by row checked."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from districts.reading.cells import figure, plain
from districts.reading.faults import grouped
from districts.reading.tables import TOTALS, is_aside
from districts.units.models import Unit
from partybuilding.appeals.matching import names_of, unit_named

ASKED = (Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE)

MOST_ROWS = 500

# What a heading says of its column, in the order in which the figures stand.
COLUMNS = {
    "单位": re.compile(r"单位|社区|村|名称"),
    "满意数": re.compile(r"(?<!不)(?<!基本)(?<!非常)满意(?!率|度|%)"),
    "样本数": re.compile(r"样本|总数|总人数|调查|受访|有效"),
}

_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.0+)?")

_RATE = re.compile(r"\d+(?:\.\d+)?%|\d+\.\d+")


@dataclass
class Line:
    """A line as it stands in the text, and its cells."""

    number: int
    text: str
    cells: list

    def __str__(self):
        return f"“{self.text[:30]}”"

    @property
    def is_total(self):
        return any(map(_sums_up, self.cells[:2]))


def _sums_up(cell):
    return bool(TOTALS.fullmatch(cell.replace(" ", "")))


def read_figures(text, street):
    """[(unit id, satisfied, asked)] of lines “单位 满意 样本”; raises ValidationError with every fault by its line.

    A title, a heading and notes are passed over, and so are running numbers and rates; a total must be the sum of its lines.
    """
    names = names_of(street)
    lines = [Line(n, line.strip(), _cells(line)) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    lines, places = _below_the_heading(lines, lambda name: unit_named(name, names, street.name))
    if len(lines) > MOST_ROWS:
        raise ValidationError(f"一次最多 {MOST_ROWS} 行，现在是 {len(lines)} 行。")
    found = _figures([line for line in lines if not line.is_total], places, names, street)
    if not found:
        raise ValidationError("请粘贴各单位的数字，每行“单位 满意数 样本数”。")
    _check_totals(lines, places, found)
    return [row for _, row in found]


def _cells(line):
    """Of a table parted by tabs a name may hold blanks, and of any a number commas."""
    cells = line.split("\t") if "\t" in line.strip() else line.split()
    if len(cells) < 3 and "\t" not in line.strip() and re.search("[,，]", line):
        cells = re.split(r"[,，]", line)
    return [plain(cell.strip(" \u3000,，")) for cell in cells]


def _below_the_heading(lines, unit_of):
    """(lines that should hold figures, {what: place} where a heading says so)."""
    places = {}
    while lines and not unit_of(_named(lines[0].cells)[0]) and not any(map(_is_number, lines[0].cells[1:])):
        cells = lines[0].cells
        if _is_heading(cells):
            places = _places(cells)
        elif places or (len(cells) > 2 and not is_aside(cells)):
            break  # neither a title nor a heading: a fault that is told
        lines = lines[1:]
    return [line for line in lines if line.is_total or not is_aside(line.cells)], places


def _is_heading(cells):
    said = "".join(cells)
    has_words = any(COLUMNS[what].search(said) for what in ("满意数", "样本数"))
    return len(cells) > 1 and has_words and not any(map(str.isdigit, said))


def _places(cells):
    """The places of the three columns; none where the heading does not name each. Two of a kind are refused by name."""
    found = {}
    for what, known in COLUMNS.items():
        places = [n for n, cell in enumerate(cells) if known.search(cell) and n not in found.values()]
        if len(places) > 1:
            both = "、".join(f"“{cells[n]}”" for n in places)
            raise ValidationError(f"有 {len(places)} 列像{what}：{both}，分不清用哪一列。请删去不用的再粘贴。")
        if places:
            found[what] = places[0]
    return found if len(found) == len(COLUMNS) else {}


def _named(cells):
    """The cells from the name on, without a running number before it and a rate behind."""
    cells = list(cells)
    while len(cells) > 1 and (not cells[0] or _is_number(cells[0])) and cells[1] and not _is_number(cells[1]):
        del cells[0]
    while len(cells) > 3 and (not cells[-1] or (len(cells) == 4 and _RATE.fullmatch(cells[-1]))):
        del cells[-1]
    return cells


def _three(line, places):
    """(name, satisfied, asked) of a line. Raises ValidationError."""
    cells = line.cells
    if places and max(places.values()) < len(cells):
        cells = [cells[place] for place in places.values()]
    elif line.is_total:
        cells = _named(["合计", *[cell for cell in cells if cell and not _sums_up(cell)]])
    else:
        cells = _named(cells)
    if len(cells) != len(COLUMNS):
        raise ValidationError("应有三列：单位、满意数、样本数。")
    for what, cell in zip(COLUMNS, cells, strict=True):
        if not cell and not line.is_total:
            raise ValidationError(f"{what}是空的。")
    if not all(map(_is_number, cells[1:])):
        raise ValidationError("满意数和样本数要是整数。")
    return cells[0], *(int(_whole(cell)) for cell in cells[1:])


def _whole(cell):
    return figure(cell.replace(",", "") if _THOUSANDS.fullmatch(cell) else cell)


def _is_number(cell):
    number = _whole(cell)
    return number.isdecimal() and len(number) < 8


def _figures(lines, places, names, street):
    """[(line number, (unit id, satisfied, asked))]."""
    able = set(Unit.objects.filter(tree_id=street.tree_id, kind__in=ASKED).values_list("pk", flat=True))
    found, faults, seen = [], [], set()
    for line in lines:
        try:
            name, part, whole = _three(line, places)
            unit = unit_named(name, names, street.name)
            if unit not in able:
                raise ValidationError("没有这个社区或村。")
            if whole == 0 or part > whole:
                raise ValidationError("样本数要大于 0，满意数不能超过样本数。")
            if unit in seen:
                raise ValidationError("这个单位前面已经有一行。")
        except ValidationError as fault:
            faults.append(("", line.number, f"{line}：{fault.messages[0]}"))
        else:
            seen.add(unit)
            found.append((line.number, (unit, part, whole)))
    if faults:
        raise ValidationError([f"第 {rows} 行{said}" for _, rows, said in grouped(faults)])
    return found


def _check_totals(lines, places, found):
    """A 小计 sums up the lines since the last one, any other total all of them."""
    above = 0
    for line in (line for line in lines if line.is_total):
        try:
            _, *said = _three(line, places)
        except ValidationError as fault:
            raise ValidationError(f"第 {line.number} 行{line}：{fault.messages[0]}") from None
        is_part = any("小计" in cell.replace(" ", "") for cell in line.cells)
        rows = [row for n, row in found if not is_part or above < n < line.number]
        above = line.number if is_part else above
        sums = [sum(row[n] for row in rows) for n in (1, 2)]
        if said != sums:
            raise ValidationError(
                f"第 {line.number} 行{'小计' if is_part else '合计'}是满意 {said[0]}、样本 {said[1]}，"
                f"各行相加是满意 {sums[0]}、样本 {sums[1]}；请核对。"
            )
