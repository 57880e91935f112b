"""期初建账 workbooks as people fill them in: all differ from a sound one in one thing, and each has its right value."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils import timezone
from openpyxl import load_workbook

from districts.opening import sheets
from districts.opening.loading import OpeningRefused, open_street
from districts.opening.sheets import read_sheets
from districts.opening.writing import street_response
from districts.posts.appointing import appoint
from districts.posts.models import AppointmentChange, User
from districts.reading import workbooks
from districts.reading.cells import moment_of
from districts.reading.faults import grouped
from districts.units.models import Unit
from tests.districts.opening_book import UNITS, workbook

CASES = Path(__file__).parent / "samples" / "opening"
ON = date(2026, 1, 1)

PHONES = {
    **dict.fromkeys((0, 1, 2, 3, 4, 5, 13, 14), "13812345678"),
    **{6: "01061234567", 7: "61234567", 8: "16612345678", 9: "19912345678", 10: "", 11: ""},
    12: "13812345678/13987654321",
}
DAYS = {
    **dict.fromkeys((2, 3, 4, 5, 6, 7, 11), "2026-01-01"),
    **{0: "2026.1", 1: "2026年1月", 8: "2026年1月1日起", 9: "", 10: "", 12: "2026-1-1上午"},
}
NAMES = {
    **{0: "阿依古丽·买买提", 1: "𠮷田", 2: "䶮某", 3: "张某", 5: "张某（主持工作）", 6: "张某", 7: "Ａ某", 8: "👨某"},
    4: "欧阳" + "某" * 30,
}

READ = [
    *((f"o04_phone_{n}", "人员", 2, "手机", text) for n, text in PHONES.items()),
    *((f"o05_date_{n}", "任职", 2, "起始日期", text) for n, text in DAYS.items()),
    *((f"o06_name_{n}", "人员", 2, "姓名", text) for n, text in NAMES.items()),
    ("o07_name_spaced_in_posts", "任职", 2, "姓名", "张伟"),
    ("o09b_username_chinese_spaces", "人员", 5, "用户名", "wu"),
    ("o12_post_words", "任职", 4, "岗位", "社区（村）书记"),
    ("o14_code_number", "单位", 4, "代码", "110112009001"),
    ("o15_unit_name_space", "单位", 4, "名称", "甲一社区"),
    ("o16_star_heads", "人员", 2, "用户名", "zhang"),
    ("o19_sheet_names_space", "单位", 3, "名称", "甲中心"),
    ("o19_sheet_names_space", "人员", 3, "姓名", "李某"),
    ("o21_merged_person", "任职", 3, "用户名", "zhang"),
]


def case(name):
    return ContentFile((CASES / f"{name}.xlsx").read_bytes(), name=f"{name}.xlsx")


@pytest.mark.parametrize(("name", "sheet", "row", "column", "text"), READ)
def test_what_a_cell_means(name, sheet, row, column, text):
    assert dict(read_sheets(case(name))[sheet])[row][column] == text


REFUSED = {
    "o04_phone_6": [("人员", 2, "手机：手机号应为 11 位数字，以 1 开头。")],
    "o04_phone_12": [("人员", 2, "手机：手机号应为 11 位数字，以 1 开头。")],
    "o05_date_0": [("任职", 2, "日期“2026.1”看不懂，请写成 2026-01-31。")],
    "o05_date_1": [("任职", 2, "日期“2026年1月”看不懂，请写成 2026-01-31。")],
    "o05_date_9": [("任职", 2, "请填起始日期，写成 2026-01-31。")],
    "o12_post_words": [("任职", 2, "岗位“社区书记”不认识，应为下列之一：")],
    "o14b_code_sci": [
        ("单位", 4, "代码“1.10112E+11”应为 12 位数字。"),
        ("单位", 5, "代码“1.10112E+11”应为 12 位数字。"),
    ],
    "o17_instruction_row": [
        ("单位", 2, "类型“街道/中心/社区/村/支部/科室”不认识，应为街道、中心、科室、社区、村、支部之一。"),
        ("单位", 2, "名称已确认应填是或否，现在是“是/否”。"),
    ],
    "o06_name_4": [("人员", 2, "姓名：")],
    "o22b_notleap": [("任职", 2, "日期“2027-02-29”看不懂，请写成 2026-01-31。")],
    "o23_long_unit": [("单位", 4, "名称有")],
}


@pytest.mark.django_db
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_is_said_in_the_words_of_the_sheet(name):
    with pytest.raises(OpeningRefused) as refusal:
        open_street(case(name), ON)
    said = refusal.value.errors
    assert [
        wanted for wanted in REFUSED[name] if not any(e[:2] == wanted[:2] and wanted[2] in e[2] for e in said)
    ] == []
    assert not any("committee" in text or "yes" in text for _, _, text in said)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "o07_name_spaced_in_posts",
        "o13_yes_words",
        "o15b_parent_fullwidth_brackets",
        "o18_notes_row",
        "o21_merged_person",
    ],
)
def test_a_sound_street_however_it_is_written(name):
    opened = open_street(case(name), ON)
    assert (Unit.objects.filter(name_confirmed=True).count(), opened.aside) == (
        len(opened.units_added),
        name == "o18_notes_row",
    )
    if name == "o21_merged_person":
        assert list(AppointmentChange.objects.order_by("pk").values_list("user__username", "unit__name")) == [
            ("zhang", "甲一社区"),
            ("zhang", "甲中心"),
        ]


@pytest.mark.django_db
def test_a_street_that_is_exported_reads_back_unchanged():
    """Also one with names as nobody types them, a code of its own kind, and two branches of one name that have a secretary."""
    open_street(case("o04_phone_0"), ON)
    root = Unit.objects.get(parent=None)
    Unit.objects.filter(name="党群办").update(name="党 群(办)", code="科-7")
    for branch in Unit.objects.filter(name="第一党支部"):
        person = User.objects.create(username=f"b{branch.pk}", name="张 伟")
        appoint(person, "branch_secretary", branch, starts_on=ON, reason="")
    content = street_response(root).content
    posts = load_workbook(io.BytesIO(content))["任职"]
    assert [posts.cell(row, 4).value for row in (2, 3)] == ["甲一社区/第一党支部", "甲二社区/第一党支部"]
    again = open_street(ContentFile(content, name="again.xlsx"), timezone.localdate())
    assert (again.units_added, again.units_changed, again.people_added, again.changes) == ([], [], [], [])


@pytest.mark.django_db
def test_a_name_that_means_several_units_is_asked_for_by_its_path():
    same = [
        *UNITS,
        ["社区", "", "甲二社区", "", "甲中心", "是", "是", ""],
        ["支部", "", "甲一第一党支部", "", "甲二社区", "是", "是", ""],
    ]
    post = ["zhang", "张某", "支部书记", "甲一第一党支部", "", "2026-01-01", "文"]
    with pytest.raises(OpeningRefused) as refusal:
        open_street(workbook(units=same, posts=[post]), ON)
    assert refusal.value.errors == [
        (
            "任职",
            2,
            "单位“甲一第一党支部”有同名的几个，请写明是哪一个：甲一社区/甲一第一党支部、甲二社区/甲一第一党支部。",
        )
    ]
    post[3] = "甲二社区/甲一第一党支部"
    assert len(open_street(workbook(units=same, posts=[post]), ON).changes) == 1


def changed(change):
    book = load_workbook(workbook())
    change(book)
    file = io.BytesIO()
    book.save(file)
    return ContentFile(file.getvalue(), name="x.xlsx")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            lambda book: setattr(book["人员"]["E1"], "value", "手机"),
            "工作表“人员”里有两列都叫“手机”，请删去不用的一列。",
        ),
        (lambda book: setattr(book.create_sheet("1.人员")["A1"], "value", "x"), "有两张工作表叫“人员”，请删去一张。"),
        (
            lambda book: setattr(book["任职"], "sheet_state", "hidden"),
            "缺少工作表“任职”。模板有三张表：单位、人员、任职；隐藏的不读。",
        ),
        (lambda book: setattr(book["人员"]["D3"], "value", "#N/A"), "（如 #N/A、#REF!）：人员!D3。"),
        (
            lambda book: setattr(book["人员"]["A1"], "value", "登录名"),
            "工作表“人员”的表头缺少：用户名。请用模板填写。",
        ),
    ],
    ids=["two-columns", "two-sheets", "hidden", "error", "column"],
)
def test_a_workbook_is_refused_by_what_is_wrong_in_it(change, sentence):
    with pytest.raises(ValidationError) as refusal:
        read_sheets(changed(change))
    assert sentence in refusal.value.messages[0]


def test_more_rows_or_errors_than_are_looked_at_are_refused(monkeypatch):
    monkeypatch.setattr(workbooks, "MOST_MARKED", 0)
    with pytest.raises(ValidationError) as refusal:
        read_sheets(changed(lambda book: [setattr(book["人员"][place], "value", "#N/A") for place in ("D2", "D3")]))
    assert refusal.value.messages == ["“x.xlsx”里有出错的单元格（如 #N/A、#REF!），请在 Excel 里改正后再上传。"]
    monkeypatch.setattr(sheets, "MOST_ROWS", 1)
    with pytest.raises(ValidationError, match="工作表“单位”超过 1 行，请分开导入。"):
        read_sheets(workbook())


@pytest.mark.parametrize("said", ["2026-09-03 下午13:30", "2026-09-03 上午0:30"])
def test_an_hour_that_no_half_of_a_day_has_is_none(said):
    with pytest.raises(ValueError, match=said):
        moment_of(said)


def test_a_sheet_that_claims_one_cell_is_read_whole():
    def claim(part, text):
        return re.sub(r'<dimension ref="[^"]*"', '<dimension ref="A1"', text) if "/sheet" in part else text

    whole, packed = zipfile.ZipFile(workbook().open()), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as package:
        for part in whole.namelist():
            package.writestr(part, claim(part, whole.read(part).decode()))
    sheets = read_sheets(ContentFile(packed.getvalue(), name="x.xlsx"))
    assert {name: len(rows) for name, rows in sheets.items()} == {"单位": 5, "人员": 2, "任职": 2}


def test_six_hundred_faults_of_a_kind_are_one_sentence():
    faults = [("人员", n, f"用户名“u{n}”不在表里。") for n in range(2, 602)] + [("任职", 3, "请填。")]
    assert grouped(faults) == [
        ("人员", "2、3、4、5、6 等 600", "用户名“u2”不在表里。（这是第 2 行的，其余同类）"),
        ("任职", "3", "请填。"),
    ]
    assert grouped(faults[:3]) == [("人员", str(n), f"用户名“u{n}”不在表里。") for n in (2, 3, 4)]
