"""What no cell and no file of a 12345 ledger can be is refused, and says what it should be."""

from datetime import datetime

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from districts.reading import delimited
from partybuilding.appeals.importing import cleaning, reading


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("合计", "不像编号"),
        ("AB", "不像编号"),
        (None, "缺少工单编号。"),
        (True, "工单编号不是文字或数字"),
        (1.2e20, "被 Excel 当成数字"),
        ("1.2E+15", "是科学计数法"),
        ("13812345678", "工单编号像电话号码，不保存。"),
    ],
)
def test_a_number_that_is_none_is_refused(number, sentence):
    with pytest.raises(ValidationError) as refused:
        cleaning.number_of(number)
    assert sentence in refused.value.messages[0]


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("", "缺少创建时间。"),
        (None, "缺少创建时间。"),
        ("上周", "创建时间“上周”看不懂"),
        ("1926-10-14 21:43", "不在合理的年份。"),
        (datetime(2226, 1, 1), "不在合理的年份。"),
    ],
)
def test_a_time_that_is_none_is_refused(cell, sentence):
    with pytest.raises(ValidationError) as refused:
        cleaning.time_of(cell, "创建时间", True)
    assert sentence in refused.value.messages[0]


def test_a_word_that_must_be_there_is_asked_for():
    read = cleaning._choice({"是": True, "否": False, "": None}, "是否有效", True)
    with pytest.raises(ValidationError, match="缺少“是否有效”。"):
        read("")
    with pytest.raises(ValidationError, match="不认得，只能是：是、否。"):
        read("也许")


def docx():
    from io import BytesIO

    from docx import Document

    file = BytesIO()
    Document().save(file)
    return ContentFile(file.getvalue(), name="说明.docx")


def rows_of(text):
    return list(reading.read_file(ContentFile(text.encode(), name="台账.csv")).rows)


def test_a_text_document_is_no_ledger():
    with pytest.raises(ValidationError, match="不是 Excel 文件，请上传"):
        reading.read_file(docx())


@pytest.mark.parametrize(
    ("module", "limit", "sentence"),
    [(reading, "MOST_ROWS", "请按月份分开导入"), (delimited, "MOST_LINES", "请删去空行后再上传")],
)
def test_too_long_a_file_is_refused(monkeypatch, module, limit, sentence):
    heads = ",".join(names[0] for names in reading.COLUMNS.values())
    line = ",".join("x" for _ in reading.COLUMNS) + "\n"
    monkeypatch.setattr(module, limit, 2)
    with pytest.raises(ValidationError, match=sentence):
        rows_of(heads + "\n" + line * 4)
