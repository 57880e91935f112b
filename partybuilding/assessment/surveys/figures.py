"""Figures of a survey as pasted from a spreadsheet: row by row checked."""

import re

from django.core.exceptions import ValidationError

from districts.units.models import Unit
from partybuilding.appeals.matching import bare, names_of

ASKED = (Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE)

MOST_ROWS = 500

HEADING = ("单位", "满意", "样本")

TOTALS = ("合计", "总计", "全街道")


def read_figures(text, street):
    """[(unit id, satisfied, asked)] of lines “单位 满意 样本”; raises ValidationError with every fault by its line.

    A heading is passed over; a line of totals must be the sum of the others.
    """
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if lines and _is_heading(lines[0][1]):
        del lines[0]
    if len(lines) > MOST_ROWS:
        raise ValidationError(f"一次最多 {MOST_ROWS} 行，现在是 {len(lines)} 行。")
    rows, totals = [], []
    for n, line in lines:
        (totals if bare(_cells(line)[0]) in TOTALS else rows).append((n, line))
    found = _figures(rows, street)
    if not found:
        raise ValidationError("请粘贴各单位的数字，每行“单位 满意数 样本数”。")
    _check_totals(totals, found)
    return found


def _figures(lines, street):
    names = names_of(street)
    able = set(Unit.objects.filter(tree_id=street.tree_id, kind__in=ASKED).values_list("pk", flat=True))
    found, faults = {}, []
    for n, line in lines:
        try:
            unit, part, whole = _row(line, names, able)
            if unit in found:
                raise ValidationError("这个单位前面已经有一行。")
            found[unit] = (unit, part, whole)
        except ValidationError as fault:
            faults.append(f"第 {n} 行“{line[:30]}”：{fault.messages[0]}")
    if faults:
        raise ValidationError(faults)
    return list(found.values())


def _is_heading(line):
    return not any(char.isdigit() for char in line) and any(word in line for word in HEADING)


def _check_totals(lines, found):
    part, whole = (sum(row[n] for row in found) for n in (1, 2))
    for n, line in lines:
        try:
            said = _numbers(_cells(line))
        except ValidationError as fault:
            raise ValidationError(f"第 {n} 行“{line[:30]}”：{fault.messages[0]}") from None
        if said != (part, whole):
            raise ValidationError(
                f"第 {n} 行合计是满意 {said[0]}、样本 {said[1]}，各行相加是满意 {part}、样本 {whole}；请核对。"
            )


def _cells(line):
    return re.split(r"[\t,，]+|\s{1,}", line)


def _numbers(cells):
    if len(cells) != 3:
        raise ValidationError("应有三列：单位、满意数、样本数。")
    if not (cells[1].isdecimal() and cells[2].isdecimal() and len(cells[1]) < 8 and len(cells[2]) < 8):
        raise ValidationError("满意数和样本数要是整数。")
    return int(cells[1]), int(cells[2])


def _row(line, names, able):
    cells = _cells(line)
    part, whole = _numbers(cells)
    unit = names.get(bare(cells[0]))
    if unit not in able:
        raise ValidationError("没有这个社区或村。")
    if whole == 0 or part > whole:
        raise ValidationError("样本数要大于 0，满意数不能超过样本数。")
    return unit, part, whole
