"""Files that can be handed in: what every writer sees to, whichever slice asks it."""

import io
from datetime import UTC, date, datetime
from fractions import Fraction
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from docx import Document
from openpyxl import load_workbook

from districts.documents import excel
from districts.documents.excel import DAY, DECIMAL, MOMENT, PERCENT, WHOLE, Column, Sheet, as_number, excel_response
from districts.documents.word import Paper, chinese
from districts.trail.models import Event

ALL = [chr(n) for n in range(0x10000)] + ["\U00010000", "\U0010ffff"]

COLUMNS = [
    Column("标题", width=30),
    Column("办结期限", DAY),
    Column("创建时间", MOMENT),
    Column("受理", WHOLE),
    Column("响应率", PERCENT),
    Column("扣除后综合得分", DECIMAL),
]
ROW = ["=1+1", date(2026, 10, 5), datetime(2026, 10, 5, 4, 30, tzinfo=UTC), 135, Fraction(40, 51), 83.456]
AS_OF = datetime(2026, 10, 6, 0, 0, tzinfo=UTC)


def is_refused(sign):
    """Does a reader of XML refuse it, written as it is?"""
    try:
        ElementTree.fromstring(f"<t>{sign}</t>".encode(errors="surrogatepass"))
    except ElementTree.ParseError:
        return sign not in "<&"
    return False


REFUSED = "".join(filter(is_refused, ALL))


def test_there_are_characters_that_xml_refuses():
    assert len(REFUSED) == 29 + 2048 + 2
    assert {"\x00", "\x0b", "\x1f", "\ud800", "\uffff"} <= set(REFUSED)
    assert not {"\t", "\n", "\r", " ", "路", "😀"} & set(REFUSED)


@pytest.fixture
def typed():
    return f"路灯{REFUSED}不亮"


@pytest.mark.django_db
def test_no_character_that_xml_refuses_stops_a_word_file(typed):
    paper = Paper(typed)
    paper.name()
    paper.heading(typed)
    paper.says((typed, 1))
    paper.prose(typed)
    paper.table([typed], [[typed]])
    paper.sources([(1, typed)])
    read = Document(io.BytesIO(paper.response().content))
    lines = [p.text for p in read.paragraphs]
    assert lines == ["路灯不亮", "一、路灯不亮", "路灯不亮[1]", "路灯不亮", "二、出处", "[1] 路灯不亮"]
    assert [cell.text for row in read.tables[0].rows for cell in row.cells] == ["路灯不亮", "路灯不亮"]


@pytest.mark.django_db
def test_a_paper_is_laid_out_as_official_papers_are():
    paper = Paper("接诉即办日报")
    paper.name()
    paper.heading("受理情况")
    paper.subheading("当日")
    paper.subheading("前一日")
    paper.heading("办理情况")
    paper.subheading("目前")
    paper.says(("受理 2 件。", 1), ("无积压。", None))
    paper.table(["单位", "受理"], [["东一社区", 2], ["西村", 0]])
    answer = paper.response()
    assert unquote(answer.headers["Content-Disposition"]) == "attachment; filename*=utf-8''接诉即办日报.docx"
    assert Event.objects.get(kind="export").subject == "接诉即办日报.docx"
    read = Document(io.BytesIO(answer.content))
    lines = ["接诉即办日报", "一、受理情况", "（一）当日", "（二）前一日", "二、办理情况", "（一）目前"]
    assert [p.text for p in read.paragraphs] == [*lines, "受理 2 件。[1]无积压。"]
    runs = read.paragraphs[-1].runs
    assert [(run.text, run.font.superscript) for run in runs] == [
        ("受理 2 件。", None),
        ("[1]", True),
        ("无积压。", None),
    ]
    assert (runs[0].font.name, runs[0].font.size.pt) == ("仿宋", 16)
    rows = [row._tr.xml for row in read.tables[0].rows]
    assert ["w:tblHeader" in xml for xml in rows] == [True, False, False]
    assert all("w:cantSplit" in xml for xml in rows)
    assert " PAGE " in f" {read.sections[0].footer.paragraphs[0]._p.xml} ".replace(">PAGE<", "> PAGE <")
    about = read.core_properties
    assert (about.author, about.language, about.title) == ("强街带社", "zh-CN", "接诉即办日报")
    assert 'w:eastAsia="zh-CN"' in read.styles.element.xml


@pytest.mark.parametrize(("number", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九")])
def test_headings_are_numbered_in_chinese(number, said):
    assert chinese(number) == said


def opened(response):
    return load_workbook(io.BytesIO(response.content))


@pytest.mark.django_db
def test_no_character_that_xml_refuses_stops_an_excel_file(typed):
    answer = excel_response(typed, Sheet([Column(typed)], [[typed]]), notes=[(typed, typed)])
    cells = [cell.value for sheet in opened(answer) for row in sheet.iter_rows() for cell in row]
    assert cells == ["路灯不亮", "路灯不亮", "项目", "说明", "路灯不亮", "路灯不亮"]


@pytest.mark.django_db
def test_a_cell_shows_what_its_column_holds():
    sheet = opened(excel_response("表", Sheet(COLUMNS, [ROW, [None] * 6, ["", "待定", None, "—", "—", "=2"]]))).active
    assert [cell.value for cell in sheet[2]] == [
        "=1+1",
        datetime(2026, 10, 5),
        datetime(2026, 10, 5, 12, 30),
        135,
        pytest.approx(0.784313),
        83.456,
    ]
    assert [cell.number_format for cell in sheet[2]] == ["@", "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "0", "0.0%", "0.00"]
    assert [cell.data_type for cell in sheet[2]] == ["s", "d", "d", "n", "n", "n"]
    assert [cell.value for cell in sheet[3]] == [None] * 6
    assert [(cell.value, cell.data_type) for cell in sheet[4]][3:] == [("—", "s"), ("—", "s"), ("=2", "s")]


@pytest.mark.django_db
def test_a_sheet_can_be_printed_as_it_is():
    book = opened(excel_response("诉求&三率", Sheet(COLUMNS, [ROW, ROW]), as_of=AS_OF))
    sheet = book.active
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.auto_filter.ref) == ("A2", "$1:$1", "A1:F3")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    fits = (sheet.sheet_properties.pageSetUpPr.fitToPage, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight)
    assert fits == (True, 1, 0)
    assert sheet.oddHeader.center.text == "诉求&&三率"
    footer = sheet.oddFooter
    assert footer.left.text == "数据截至 2026-10-06 08:00"
    assert (footer.center.text, footer.right.text) == ("第 &P 页，共 &N 页", "强街带社")
    # The heading and the button of the filter have room; so has the widest date.
    assert [sheet.column_dimensions[c].width for c in "ABCDEF"] == [30, 12, 18, 10, 10, 18]
    assert (book.properties.creator, book.properties.lastModifiedBy) == ("强街带社", "强街带社")


@pytest.mark.django_db
def test_a_row_is_as_high_as_its_longest_text_needs():
    rows = [["短"], ["十" * 20], ["一\n二\n三"], ["十" * 9999], [None]]
    sheet = opened(excel_response("表", Sheet([Column("内容", width=21)], rows))).active
    assert [sheet.row_dimensions[n].height for n in range(2, 7)] == [None, 30, 45, 409, None]


@pytest.mark.django_db
def test_a_file_has_a_chinese_name_and_its_download_is_on_the_trail():
    answer = excel_response("工单_2026-10-06", Sheet(COLUMNS, [ROW]))
    said = answer.headers["Content-Disposition"]
    assert unquote(said) == "attachment; filename*=utf-8''工单_2026-10-06.xlsx"
    assert Event.objects.get(kind="export").subject == "工单_2026-10-06.xlsx，1 行"


@pytest.mark.django_db
@pytest.mark.parametrize(("rows", "sheets"), [(3, ["数据"]), (4, ["数据", "说明"])])
def test_what_is_cut_says_so(rows, sheets):
    book = opened(excel_response("表", Sheet([Column("标题")], [["一"]] * rows, most=3)))
    assert (book.sheetnames, book.active.auto_filter.ref) == (sheets, "A1:A4")
    if rows > 3:
        assert book["说明"]["B2"].value == "只写了前 3 行，后面还有。请先把列表筛选得小一些，分几次导出。"


def test_most_rows_of_an_export_are_twenty_thousand():
    assert (excel.MOST_ROWS, Sheet([], []).most) == (20_000, 20_000)


@pytest.mark.parametrize(
    ("shown", "number"), [("85.0%", pytest.approx(0.85)), ("62.50", 62.5), ("12", 12), ("—", "—"), ("一般", "一般")]
)
def test_a_figure_that_was_shown_is_a_number_again(shown, number):
    assert as_number(shown) == number
