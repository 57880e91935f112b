"""Files that can be handed in: what every writer sees to, whichever slice asks it."""

import io
from xml.etree import ElementTree

import pytest
from docx import Document
from openpyxl import load_workbook

from districts.documents.excel import workbook_response
from districts.documents.word import new_document, word_response, write, write_table

ALL = [chr(n) for n in range(0x10000)] + ["\U00010000", "\U0010ffff"]


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
    document = new_document()
    write(document, typed)
    write_table(document, [typed], [[typed]])
    read = Document(io.BytesIO(word_response(document, "说明", "说明").content))
    assert [p.text for p in read.paragraphs] == ["路灯不亮"]
    assert [cell.text for row in read.tables[0].rows for cell in row.cells] == ["路灯不亮", "路灯不亮"]


@pytest.mark.django_db
def test_no_character_that_xml_refuses_stops_an_excel_file(typed):
    sheet = load_workbook(io.BytesIO(workbook_response("x", [typed], [[typed]]).content)).active
    assert [cell.value for row in sheet.iter_rows() for cell in row] == ["路灯不亮", "路灯不亮"]
