"""Files as they are met: each is read right, or refused with a sentence that a clerk can act on."""

import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from partybuilding.appeals.importing.writing import clean_file
from tests.partybuilding.workbooks import HEADS, book, in_sheet

STREET = SimpleNamespace(name="槐花街道党建工作协调委员会")
ROW = ["BJ20261002001", "2026-10-02 08:00:00", "路灯不亮", "东一社区", None]


def csv_file(*lines, encoding="utf-8", name="台账.csv"):
    return ContentFile("\r\n".join(lines).encode(encoding), name=name)


def only(file):
    """The facts of the one row of a file."""
    cleaned = clean_file(file, STREET)
    assert cleaned.faults == {}
    ((_, facts),) = cleaned.rows
    return facts


FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
PANIC = '<row r="3"><c r="B3" s="1"><v>-1e300</v></c></row></sheetData>'


def dated(workbook, sheet):
    sheet["B2"].number_format = "yyyy-mm-dd"


REFUSED = {
    "a cell in the far corner": (book(ROW, change=in_sheet("</sheetData>", FAR)), "表格远处有多余内容"),
    "a day that no calendar has": (
        book(ROW, prepare=dated, change=in_sheet("</sheetData>", PANIC)),
        "有读不懂的单元格",
    ),
    "an error in a cell": (
        book([*ROW[:4], 1], change=in_sheet('<c r="E2" t="n"><v>1</v></c>', '<c r="E2" t="e"><v>#N/A</v></c>')),
        "里有出错的单元格（如 #N/A、#REF!）",
    ),
    "a huge list of sheets": (
        book(
            ROW,
            change=lambda part, text: text + "<!--" + " " * 1_100_000 + "-->" if part == "xl/workbook.xml" else text,
        ),
        "工作表目录太大",
    ),
    "a document type": (
        book(ROW, change=lambda part, text: "<!DOCTYPE a>" + text if part == "xl/workbook.xml" else text),
        "里有不该有的文档声明",
    ),
    "quotes that are not paired": (
        csv_file(",".join(HEADS), 'BJ001,2026-10-02,"灯"坏,东一,', "BJ002,2026-10-02,灯,东一,"),
        "附近的引号没有配对",
    ),
    "a page of the web": (ContentFile(b"<html><table></table></html>", name="导出.xls"), "是网页格式的表格"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_refused_with_a_sentence(why):
    file, sentence = REFUSED[why]
    with pytest.raises(ValidationError, match=re.escape(sentence)):
        clean_file(file, STREET)


def test_a_second_table_is_refused_rather_than_ignored():
    def twice(workbook, sheet):
        other = workbook.create_sheet("回访")
        other.append(HEADS)
        other.append(ROW)

    def hidden(workbook, sheet):
        twice(workbook, sheet)
        workbook["回访"].sheet_state = "veryHidden"

    with pytest.raises(ValidationError, match="里有两张工单表"):
        clean_file(book(ROW, prepare=twice), STREET)
    assert only(book(ROW, prepare=hidden))["number"] == "BJ20261002001"


def test_a_book_that_counts_from_1904_gives_the_same_day():
    def since_1904(part, text):
        return text.replace("<workbookPr/>", '<workbookPr date1904="1"/>') if part == "xl/workbook.xml" else text

    bare = only(book([ROW[0], 44835.5, *ROW[2:]], change=since_1904))  # days since 1904
    assert bare["called_at"] == datetime(2026, 10, 2, 4, tzinfo=UTC)
    assert only(book([ROW[0], 46297.5, *ROW[2:]]))["called_at"] == datetime(2026, 10, 2, 4, tzinfo=UTC)


@pytest.mark.parametrize("said", ["2026-10-02 03:05PM", "2026-10-02 08:00下午", "2026-10-02T08:00:00Z"])
def test_a_time_that_could_mean_two_is_refused(said):
    cleaned = clean_file(book([ROW[0], said, *ROW[2:]]), STREET)
    assert cleaned.faults == {2: [f"创建时间“{said}”看不懂，请写成 2026-10-14 21:43。"]}


@pytest.mark.parametrize("cell", [datetime(2026, 10, 2), True, "2E16", "2.02E+17", 2026100200112345678])
def test_a_number_that_lost_its_digits_or_kind_is_refused(cell):
    cleaned = clean_file(book([cell, *ROW[1:]]), STREET)
    assert list(cleaned.faults) == [2]


def test_unseen_characters_are_left_out_and_a_long_handler_is_cut_and_scrubbed():
    facts = only(book([ROW[0], "\u200b2026-10-02 08:00:00.000", "灯_x0000_\u200b不亮", *ROW[3:]]))
    assert facts["content"] == "灯不亮"
    heads = ["工单编号", "创建时间", "主要内容", "二级承办单位简称", "是否有效回访", "是否联系"]
    facts = only(book([*ROW[:3], "东一 13812345678" + "长" * 80, "是", "是"], heads=heads))
    assert (facts["handler"][:7], len(facts["handler"])) == ("东一 ［电话］", 60)


def test_a_million_formatted_rows_are_blank_rows():
    def many(part, text):
        if part != "xl/worksheets/sheet1.xml":
            return text
        text = re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1:E1000002"', text)
        rows = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(3, 1_000_003))
        return text.replace("</sheetData>", rows + "</sheetData>")

    cleaned = clean_file(book(ROW, change=many), STREET)
    assert (len(cleaned.rows), cleaned.blank) == (1, 1_000_000)


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8"), ("\t", "utf-16"), ("|", "gb18030")])
def test_text_files_of_other_kinds(delimiter, encoding):
    lines = [delimiter.join(HEADS), delimiter.join(["BJ001", "2026-10-02 08:00", "灯不亮", "东一社区", ""])]
    assert only(csv_file(*lines, encoding=encoding))["content"] == "灯不亮"


def test_a_formula_is_read_as_the_value_that_it_shows():
    def with_formula(part, text):
        return re.sub(r'<c r="C2".*?</c>', '<c r="C2" t="str"><f>A2&amp;"灯"</f><v>=1+1</v></c>', text)

    assert only(book(ROW, change=with_formula))["content"] == "=1+1"
