"""Tables as cities and office programs make them: which column is which, and which rows are no rows of it."""

import re
from bisect import bisect_right

from django.core.exceptions import ValidationError

from districts.privacy.rules import plain_digits, scrubbed
from districts.reading.cells import figure, text_of
from districts.reading.workbooks import LAST_ROW, letters_of

SAID = 5  # cells or rows that a sentence names

TOTALS = re.compile(r"(?:本页|本月|全街道|各社区)?(?:合计|总计|小计|共计|累计|总数)[:：(（]?.*|全街道")

_NOTE = re.compile(
    r"(?:制表|填表|制单|审核|复核|负责|联系|打印|导出|填报|统计|报送|单位负责|备注|说明|填表说明|注意?)[^:：]{0,10}[:：]"
    r"|注[1-9]?[、.:：]|数据(?:截至|来源|更新)|\(?以下空白\)?$|以上数据"
)

_MARKS = re.compile(r"[*★●※☆]")

_ASIDE = re.compile(r"\((?:必填|选填|可选|可空|非必填|必填项|选填项|下拉|文本|日期)[^()]*\)$")

OWN, CITY = re.compile(r"自查|自评|街道|社区|本级|内部|预回访"), re.compile(r"市级|市里|市回访|市12345|12345|市民热线")


def heading_of(cell):
    """A heading in plain signs, without blanks, stars and what says that it must be filled in."""
    text = re.sub(r"\s", "", plain_digits(text_of(cell)))
    return _ASIDE.sub("", _MARKS.sub("", text)).rstrip(":")


def one_of_twins(places, groups):
    """Of columns with one heading that which the city speaks in, by the headings above; None where nothing tells."""
    for wanted in (
        lambda group: CITY.search(group) and not OWN.search(group),
        lambda group: group and not OWN.search(group),
    ):
        found = [place for place in places if wanted(groups.get(place, ""))]
        if len(found) == 1:
            return found[0]
    return None


def groups_above(cells):
    """{place: heading} of a row of headings that each stand over several columns."""
    groups, last = {}, ""
    if sum(bool(heading_of(cell)) for cell in cells) < 2:
        return groups  # a title
    for place, cell in enumerate(cells):
        last = heading_of(cell) or last
        groups[place] = last
    return groups


def is_aside(texts):
    """Whether the texts of a row only sum up, or say something about the table."""
    texts = [text for text in texts if text]
    if not texts:
        return False
    first = re.sub(r"\s", "", plain_digits(texts[0]))
    return bool(TOTALS.fullmatch(first)) or (len(texts) == 1 and bool(_NOTE.match(first)))


def counts_columns(cells):
    """Whether cells only number the columns: 1 2 3."""
    numbers = [figure(cell) for cell in cells]
    if len(numbers) < 3 or not all(number.isdecimal() and len(number) < 3 for number in numbers):
        return False
    return len(set(numbers)) == len(numbers)


def as_shown(rows, merged, first, keep):
    """The rows with what a cell merged over several rows shows in each of them, but for the columns to keep.

    `rows` are (number, {column: cell}); `merged` is {column: [(first row, last row)]} below the row `first`.
    """
    spans = {column: sorted(span for span in found if span[0] > first) for column, found in merged.items()}
    spans = {column: found for column, found in spans.items() if found}
    shown = {}
    for number, row in rows:
        for column, found in spans.items():
            top, last = found[max(bisect_right(found, (number, LAST_ROW)) - 1, 0)]
            if number == top:
                shown[column] = (top, row.get(column))
            elif top < number <= last and column not in row and shown.get(column, (0,))[0] == top:
                row[column] = keep.get(column, shown[column][1])
        yield number, {column: cell for column, cell in row.items() if cell is not None}


def refuse_errors(name, cells):
    """Raise ValidationError that names the cells [(sheet, row, place)] that show an error."""
    if cells:
        said = "、".join(f"{sheet}!{letters_of(place)}{row}" for sheet, row, place in cells[:SAID])
        more = f"等 {len(cells)} 个" if len(cells) > SAID else ""
        raise ValidationError(
            f"“{name}”里有出错的单元格（如 #N/A、#REF!）：{scrubbed(said)}{more}。请在 Excel 里改正后再上传。"
        )
