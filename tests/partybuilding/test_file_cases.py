"""Files as cities and office programs make them, each with its right value: read so, or refused in words that help."""

import io
import json
from datetime import date, datetime
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import call_command

from districts.reading.cells import moment_of, phone_of
from districts.units.models import Unit
from districts.units.tree import merge_units
from partybuilding.appeals.importing.writing import clean_file, import_files
from partybuilding.appeals.matching import means_street
from partybuilding.appeals.models import Appeal, AppealImport
from tests.cast import log_in
from tests.partybuilding.workbooks import SAMPLES, book, in_sheet, table, upload

CASES = SAMPLES / "cases"
YUQIAO = SimpleNamespace(name="玉桥街道党建工作协调委员会")
HEADS = ["工单编号", "创建时间", "主要内容", "村/社区"]
ROW = ["BJ2026100301", "2026-10-02 08:00", "路灯不亮", "东一社区"]

NUMBERS = {
    "01_shared_string_without_index.xlsx": ["BJ2026100201"],
    "01c_first_shared_string_is_a_value.xlsx": ["BJ2026100203"],
    "02_empty_si.xlsx": ["BJ2026100204", "BJ2026100205"],
    "03_no_r_attributes.xlsx": ["BJ2026100207"],
    "04_dimension_A1.xlsx": ["BJ2026100208", "BJ2026100209"],
    "09_trailing_total_and_notes.xlsx": ["BJ2026100250", "BJ2026100251"],
    "10_instruction_row.xlsx": ["BJ2026100254"],
    "14_error_in_unrelated_column.xlsx": ["BJ2026100261"],
    "14b_error_in_hidden_sheet.xlsx": ["BJ2026100262"],
    "15_wps_dispimg.xlsx": ["BJ2026100263"],
    "16b_custom_property_bin.xlsx": ["BJ2026100264"],
    "17_strict_ooxml.xlsx": ["BJ2026100265"],
    "18_prefixed_namespace.xlsx": ["BJ2026100267"],
    "21c_starred_headings.xlsx": ["BJ2026100302"],
    "27_number_forms.xlsx": ["BJ2026100391", "BJ2026100392", "BJ2026100393", "BJ2026100391"],
    "32_satisfaction_without_outcome.xlsx": ["Z001", "Z002"],
    "34_callback_blank.xlsx": ["Z006"],
    "38_withdrawn.xlsx": ["Z011", "Z012"],
    "43_numbers_under_heading.xlsx": ["Z101"],
    "23_gbk.csv": ["BJ2026100320"],
    "23b_eq_quoted.csv": ["BJ2026100321"],
    "23c_tab_prefixed.csv": ["20261002000000322"],
    "23d_apostrophe.csv": ["20261002000000323"],
    "23e_many_semicolons.csv": ["BJ2026100324"],
    "23g_sep_line.csv": ["BJ2026100320"],
    "23h_newline_in_cell.csv": ["BJ2026100325"],
    "23i_cr_only.csv": ["BJ2026100320"],
}

HALF_PAST = datetime(2026, 10, 2, 8, 30)

FACTS = {
    "01c_first_shared_string_is_a_value.xlsx": {"outcome": None, "closed_at": None, "satisfaction": None},
    "05_builtin_format_31.xlsx": {"called_at": HALF_PAST},
    "05_builtin_format_57.xlsx": {"called_at": HALF_PAST},
    "12b_merged_place.xlsx": {"place": "玉桥东里社区"},
    "17b_cell_type_d.xlsx": {"called_at": datetime(2026, 10, 2, 8)},
    "19_rich_text.xlsx": {"content": "路灯不亮"},
    "20_placeholder_0.xlsx": {"closed_at": None},
    "20_placeholder_5.xlsx": {"closed_at": None},
    "22_callback_words_0.xlsx": {"valid": True, "contacted": True, "outcome": "solved"},
    "24_html_emoji_rare.xlsx": {
        "content": '<p class="MsoNormal"><span>路灯不亮😡</span></p>\r\n䶮𠮷阿不都·热合曼',
    },
    "39_bool_cells.xlsx": {"valid": True, "contacted": True, "outcome": "solved"},
    "23j_gb18030_rare.csv": {"content": "𠮷先生反映䶮字打不出"},
    "42_pandas_float_phone.csv": {"caller_number": "****5678"},
}

ASIDE = {"09_trailing_total_and_notes.xlsx": 2, "10_instruction_row.xlsx": 1, "43_numbers_under_heading.xlsx": 1}

FAULTS = {
    "08_number_as_float.xlsx": {
        2: ["工单编号被 Excel 当成数字，末几位已经丢失。请从原系统重新导出，或把这一列设为文本后重填。"]
    },
    "12_merged_data_rows.xlsx": {3: ["工单编号的单元格与上一行合并了。请取消合并，每行写自己的编号。"]},
    "33_future_and_backwards_times.xlsx": {2: ["创建时间“2062-10-02”在今天之后，请核对年份。"]},
    "47_towns.xlsx": {6: ["被反映街乡镇是“玉”，不属于玉桥街道党建工作协调委员会。"]},
    "23f_excel_sci.csv": {2: ["工单编号“2.0261E+16”是科学计数法，末几位已经丢失。请把这一列设为文本后重填。"]},
}

REFUSED = {
    "16_external_link.xlsx": "“数据”→“编辑链接”→“断开链接”",
    "45_other_names.xlsx": "认不出的列：责任社区、办结状态、群众是否满意。",
    "23k_big5ish_badbyte.csv": "里面有乱码",
}


def case(name):
    folder = "csv" if name.endswith(".csv") else "appeals"
    return ContentFile((CASES / folder / name).read_bytes(), name=name)


def cleaned(name):
    return clean_file(case(name), YUQIAO)


def as_written(value):
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


@pytest.mark.parametrize("name", NUMBERS)
def test_the_orders_of_a_file(name):
    found = cleaned(name)
    assert ([facts["number"] for _, facts in found.rows], found.faults) == (NUMBERS[name], {})
    assert found.aside == ASIDE.get(name, 0)


@pytest.mark.parametrize("name", FACTS)
def test_what_a_cell_means(name):
    facts = cleaned(name).rows[-1][1]
    assert {key: as_written(facts.get(key)) for key in FACTS[name]} == FACTS[name]


@pytest.mark.parametrize("name", FAULTS)
def test_a_row_that_is_refused_in_words(name):
    assert cleaned(name).faults == FAULTS[name]


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_is_refused_in_words(name):
    with pytest.raises(ValidationError) as refusal:
        cleaned(name)
    assert REFUSED[name] in refusal.value.messages[0]


def test_every_case_has_its_right_value():
    named = {
        "06_custom_chinese_formats.xlsx",
        "13_redispatched_newest_first.xlsx",
        "25_places.xlsx",
        "26_month_boundary.xlsx",
    }
    files = {path.name for folder in ("appeals", "csv") for path in (CASES / folder).iterdir()}
    assert files == {*NUMBERS, *FACTS, *FAULTS, *REFUSED, *named}


def times_of(name):
    return [f"{facts['called_at']:%m-%d %H:%M}" for _, facts in cleaned(name).rows]


def test_a_time_is_what_it_shows_and_seconds_are_rounded_once():
    assert times_of("06_custom_chinese_formats.xlsx") == ["10-02 08:30"] * 5
    assert times_of("26_month_boundary.xlsx") == [
        "09-18 23:59",
        "09-19 00:00",
        "10-18 23:59",
        "10-19 00:00",
        "10-18 23:59",
    ]


EITHER = {  # where two readings would do: what is plain is read, what is not is refused
    "2026/9/3 14": "refuse",
    "Thu Sep 03 14:30:00 CST 2026": "refuse",
    "2026-09-03 24:00": "refuse",
    "2026-09-03 14:30:00 星期四": "2026-09-03 14:30",
    "2026年9月3日（星期四）14:30": "2026-09-03 14:30",
    "2026-09-03 下午2:30": "2026-09-03 14:30",
    "1788417000000": "refuse",
    "26/9/3": "refuse",
    "2026.9.3 8.30": "refuse",
}

TEXTS = (
    json.loads((CASES / "07_time_texts.json").read_text(encoding="utf-8"))
    | EITHER
    | {"-": "None", "0000-00-00": "None"}
)


@pytest.mark.parametrize("text", TEXTS)
def test_a_time_as_people_write_it(text):
    try:
        said = str(moment_of(text))
    except ValueError:
        said = "refuse"
    assert said.startswith(TEXTS[text])


@pytest.mark.parametrize("blank", ["-", "/", "无", "——", "—", "NULL", "nan", "\\N", "0000-00-00"])
def test_what_fills_an_empty_place_is_nothing_in_every_column(blank):
    heads = [*HEADS, "办结时间", "来电人", "来电人电话", "紧急程度", "是否解决", "是否满意", "小区点位"]
    ((_, facts),) = clean_file(table(heads, [*ROW[:3], *[blank] * 8]), YUQIAO).rows
    assert set(facts) == {"number", "called_at", "content"}


@pytest.mark.parametrize(
    ("town", "is_ours"),
    [
        ("通州区玉桥街道", True),
        ("北京市通州区玉桥街道办事处", True),
        ("玉桥", True),
        ("玉", False),
        ("玉桥街道东", False),
        ("中仓街道", False),
    ],
)
def test_a_town_is_ours_by_its_whole_name(town, is_ours):
    assert means_street(town, YUQIAO.name) is is_ours


@pytest.mark.parametrize(
    "row",
    [
        ["合计", "2026-10-02 08:00", "灯", "东一社区"],
        ["", "2026-10-02 08:00", "灯", "东一社区"],
        ["BJ002", "", "灯", "东一社区"],
        ["加急单", "十月二日", "灯", "东一社区"],
        ["", "", "以后再补编号的一件", "东一社区"],
    ],
)
def test_an_order_is_never_taken_for_a_total(row):
    found = clean_file(table(HEADS, ROW, row), YUQIAO)
    assert (list(found.faults), found.aside) == ([3], 0)


CALLED = ["工单编号", "创建时间", "二级承办单位简称", "是否有效回访", "是否联系"]
CALL = ["BJ001", "2026-10-02 08:00", "东一", "是", "是"]


@pytest.mark.parametrize(
    ("rows", "solved"),
    [
        ([["", "", "", "", "", "街道自查", "市级回访"], [*CALLED, "是否解决", "是否解决"]], ["否", "是"]),
        ([["", "", "", "", "", "市级回访", "街道自查"], [*CALLED, "是否解决", "是否解决"]], ["是", "否"]),
        (
            [[*CALLED, "街道自查", "", "市级回访"], ["", *[""] * 4, "是否解决", "是否满意", "是否解决"]],
            ["否", "", "是"],
        ),
        ([[*CALLED, "是否解决", ""], ["", *[""] * 4, "街道自查", "市级回访"]], ["否", "是"]),
    ],
    ids=["own-first", "city-first", "two-rows", "whose-below"],
)
def test_of_two_columns_the_citys_call_is_read(rows, solved):
    found = clean_file(table(*rows, [*CALL, *solved]), YUQIAO)
    assert (found.rows[0][1]["outcome"], len(found.passed)) == ("solved", 1)


@pytest.mark.parametrize(
    ("more", "values", "column", "value", "said"),
    [
        (["派单时间"], ["2026-10-05 09:00"], "called_at", datetime(2026, 10, 2, 8), []),
        (
            ["来电时间"],
            ["2026-10-01 09:00"],
            "called_at",
            datetime(2026, 10, 2, 8),
            ["“来电时间”（E 列）没有读，读的是“创建时间”（B 列）"],
        ),
        (["社区"], ["西一社区"], "place", "东一社区", ["“社区”（E 列）没有读，读的是“村/社区”（D 列）"]),
        (
            ["满意度", "是否满意"],
            ["98", "满意"],
            "satisfaction",
            "satisfied",
            ["“满意度”（E 列）没有读，读的是“是否满意”（F 列）"],
        ),
    ],
)
def test_the_surer_heading_is_read_and_the_other_is_told(more, values, column, value, said):
    found = clean_file(table([*HEADS, *more], [*ROW, *values]), YUQIAO)
    assert (as_written(found.rows[0][1][column]), found.passed) == (value, said)


def test_two_columns_that_nothing_tells_apart_are_refused_by_name():
    with pytest.raises(ValidationError) as refusal:
        clean_file(
            table(["玉桥街道12345台账"], [*HEADS, "是否解决", "备注", "是否解决"], [*ROW, "是", "", "否"]), YUQIAO
        )
    assert refusal.value.messages == [
        "“台账.xlsx”里有 2 列都是“是否解决”：“是否解决”（E 列）、“是否解决”（G 列），分不清用哪一列。"
        "请删去不用的，或把它的表头改成别的名称（如“街道自查是否解决”）再上传。"
    ]


def test_an_error_in_a_column_that_is_read_is_named_by_sheet_and_cell():
    wrong = in_sheet('<c r="E2" t="n"><v>1</v></c>', '<c r="E2" t="e"><v>#N/A</v></c>')
    file = book([*ROW, 1], heads=[*HEADS, "办结时间"], change=wrong, prepare=lambda b, s: setattr(s, "title", "台账"))
    with pytest.raises(ValidationError, match="（如 #N/A、#REF!）：台账!E2。"):
        clean_file(file, YUQIAO)


@pytest.fixture
def yuqiao(db):
    call_command("load_street", "districts/data/yuqiao.csv", "--on", "2022-09-28", stdout=io.StringIO())
    return Unit.objects.get(parent=None)


def test_places_as_files_write_them(yuqiao):
    found = import_files([case("25_places.xlsx")], yuqiao)
    placed = Appeal.objects.filter(unit__name="玉桥东里社区").values_list("number", flat=True)
    assert sorted(int(number[-2:]) for number in placed) == [0, 1, 2, 3, 4, 5, 7, 8, 11, 15, 17]
    assert found.counts["unmatched"] == 7


def test_the_later_dispatch_has_the_last_word_and_without_one_two_places_are_told(yuqiao):
    found = import_files([case("13_redispatched_newest_first.xlsx")], yuqiao)
    assert (Appeal.objects.get().unit.name, found.moved) == ("玉桥东里社区", [])
    rows = [["Z900", "2026-10-02 08:00", "灯", place] for place in ("玉桥东里社区", "葛布店北里社区")]
    found = import_files([table(HEADS, *rows)], yuqiao, dry_run=True)
    assert found.moved == [("Z900", "玉桥东里社区、葛布店北里社区")]


@pytest.mark.parametrize(("called", "unit"), [("2026-10-02", "玉桥东里南社区"), ("2026-10-20", "玉桥东里社区")])
def test_a_merged_units_name_leads_to_its_successor(yuqiao, called, unit):
    old, into = (Unit.objects.get(name=name) for name in ("玉桥东里南社区", "玉桥东里社区"))
    merge_units([old], into, on=date(2026, 10, 15), reason="批复")
    file = [HEADS, ["Z800", f"{called} 08:00", "灯", "玉桥东里南社区居委会"]]
    for _ in range(2):
        found = import_files([table(*file)], yuqiao)
        assert Appeal.objects.get().unit.name == unit
    assert found.counts["same"] == 1


def test_what_went_over_to_the_successor_stays_there(yuqiao):
    old, into = (Unit.objects.get(name=name) for name in ("玉桥东里南社区", "玉桥东里社区"))
    file = [HEADS, ["Z800", "2026-10-02 08:00", "灯", "玉桥东里南社区"]]
    import_files([table(*file)], yuqiao)
    Appeal.objects.update(unit=into)
    merge_units([old], into, on=date(2026, 10, 15), reason="批复")
    assert import_files([table(*file)], yuqiao).counts["same"] == 1


def test_the_trial_says_what_to_look_at(street, client):
    log_in(client, street.people["office"])
    heads = [*HEADS, "社区", "办结时间", "是否满意", "工单状态", "经办人"]
    rows = [
        ["BJ001", "2026-10-02 08:00", "灯", "东一社区", "西一社区", "2025-10-03 08:00", "满意", "已撤单", "甲"],
        ["BJ001", "2026-10-02 08:00", "灯", "西一社区", "", "2025-10-03 08:00", "满意", "已撤单", "甲"],
        ["合计", "", "共 2 件"],
    ]
    text = upload(client, table(heads, *rows)).content.decode()
    for said in (
        "台账.xlsx：“社区”（E 列）没有读，读的是“村/社区”（D 列）。",
        "台账.xlsx：没有读的列：经办人。",
        "BJ001 出现多次，单位不同：东一社区、西一社区。",
        "BJ001 办结早于创建：2026-10-02 08:00 创建，2025-10-03 08:00 办结。",
        "1 条有满意评价而没有是否解决，不计入三率。",
        "1 条的状态是撤单或退回",
        "<span>合计、说明行</span><strong>1</strong>",
    ):
        assert said in text


def test_six_hundred_faults_of_a_kind_are_one_sentence(street, client):
    log_in(client, street.people["office"])
    rows = [[f"BJ{n:03}", f"第{n}天", "灯", "东一社区"] for n in range(600)]
    upload(
        client, table(HEADS, *rows, ["BJ999", "2026-10-02 08:00", "灯", "东一社区"], ["", "2026-10-02 08:00", "灯", ""])
    )
    assert AppealImport.objects.get().found["faults"] == [
        [
            "台账.xlsx",
            "2、3、4、5、6 等 600",
            "创建时间“第0天”看不懂，请写成 2026-10-14 21:43。（这是第 2 行的，其余同类）",
        ],
        ["台账.xlsx", "603", "缺少工单编号。"],
    ]


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("138-1234-5678", "13812345678"),
        ("+86 138 1234 5678", "13812345678"),
        (13812345678.0, "13812345678"),
        ("13812345678.0", "13812345678"),
        ("无", ""),
        ("010-61234567", "01061234567"),
    ],
)
def test_a_telephone_as_people_write_it(cell, phone):
    assert phone_of(cell) == phone


def test_a_file_of_totals_alone_holds_no_order():
    with pytest.raises(ValidationError, match=r"“台账\.xlsx”里没有工单，只有合计、说明行 1，还没有回访的 0。"):
        clean_file(table(HEADS, ["合计", "", "共 0 件"]), YUQIAO)
