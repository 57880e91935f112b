"""load_street: all or nothing, row-exact, the same file twice changes nothing, absent units are never retired."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from districts.units.health import tree_faults
from districts.units.models import Unit, UnitName

HEAD = "kind,code,name,former_names,parent,name_confirmed,placement_confirmed,remark"
SOUND = [
    "committee,110112004000,甲街道,,,yes,yes,",
    "center,,一中心,,甲街道,yes,yes,",
    "center,,二中心,,甲街道,yes,yes,",
    "community,110112004001,一社区,老一社区,一中心,yes,no,",
    "village,,一村,,二中心,no,no,",
]


def write(tmp_path, *rows, head=HEAD):
    file = tmp_path / "street.csv"
    file.write_text("\n".join([head, *rows]), encoding="utf-8")
    return str(file)


def load(tmp_path, *rows, **options):
    call_command("load_street", write(tmp_path, *rows), **options)


@pytest.mark.django_db
def test_the_shipped_tree_is_one_ten_twenty_four(capsys):
    call_command("load_street", "districts/data/yuqiao.csv")
    assert capsys.readouterr().out == "新增 35，更改 0，未变 0。\n"
    call_command("load_street", "districts/data/yuqiao.csv")
    assert capsys.readouterr().out == "新增 0，更改 0，未变 35。\n"
    kinds = [u.kind for u in Unit.objects.all()]
    assert (kinds.count("committee"), kinds.count("center"), kinds.count("community"), kinds.count("village")) == (
        1,
        10,
        19,
        5,
    )
    assert Unit.objects.get(code="110112004015").parent.name == "星火人才培育中心"
    assert UnitName.objects.get(name="运河东大街社区").unit.name == "运河大街社区"
    assert Unit.objects.filter(name_confirmed=False).count() == 10
    assert tree_faults() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (
            "community,,二社区,,三中心,yes,yes,",
            "第 7 行：上级“三中心”不在文件中（或该行有误）。每个单位的上级也要在文件里。",
        ),
        (
            "community,,二社区,,甲街道,yes,yes,",
            "第 7 行：社区的上级只能是：中心（片区）；现在“甲街道”是街道党建工作协调委员会。",
        ),
        (
            "hamlet,,二社区,,一中心,yes,yes,",
            "第 7 行：类型“hamlet”不认识，应为街道、中心、科室、社区、村、支部之一。",
        ),
        ("community,,一社区,,二中心,yes,yes,", "第 7 行：名称“一社区”与第 5 行重复。"),
        ("community,110112004001,二社区,,一中心,yes,yes,", "第 7 行：代码“110112004001”与第 5 行重复。"),
        ("community,12ab,二社区,,一中心,yes,yes,", "第 7 行：代码“12ab”应为 12 位数字。"),
        ("community,,,,一中心,yes,yes,", "第 7 行：名称为空。"),
        (
            "community,,二社区,,一中心,大概,yes,",
            "第 7 行：名称已确认应填是或否，现在是“大概”。",
        ),
        ("committee,,乙街道,,,yes,yes,", "文件里应当正好有 1 行类型是街道，现有 2 行。"),
        (
            "community,,二社区,,二社区,yes,yes,",
            "第 7 行：上级“二社区”不在文件中（或该行有误）。每个单位的上级也要在文件里。",
        ),
    ],
)
def test_one_bad_row_is_named_and_nothing_is_loaded(tmp_path, row, sentence):
    with pytest.raises(CommandError) as refused:
        load(tmp_path, *SOUND, row)
    assert str(refused.value) == f"没有导入任何一行：\n{sentence}"
    assert Unit.objects.count() == 0


@pytest.mark.django_db
def test_a_missing_column_a_wrong_encoding_and_no_file_are_told(tmp_path):
    with pytest.raises(CommandError, match="第 1 行：缺少列 remark。"):
        call_command("load_street", write(tmp_path, head=HEAD.removesuffix(",remark")))
    with pytest.raises(CommandError, match="第 1 行：“备注”有两列，请删去不用的一列。"):
        call_command("load_street", write(tmp_path, head=f"{HEAD},remark"))
    (tmp_path / "gbk.csv").write_bytes("kind,地名".encode("gb18030"))
    with pytest.raises(CommandError, match="第 1 行：缺少列 code、name"):
        call_command("load_street", str(tmp_path / "gbk.csv"))
    with pytest.raises(CommandError, match="附近的引号没有配对"):
        load(tmp_path, f"community,,{'长' * 140_000},,一中心,yes,yes,")
    with pytest.raises(CommandError, match="打不开"):
        call_command("load_street", str(tmp_path / "none.csv"))


@pytest.mark.django_db
def test_a_later_file_moves_renames_and_never_retires(tmp_path, capsys):
    load(tmp_path, *SOUND)
    later = [*SOUND[:3], "community,110112004001,新一社区,,二中心,yes,yes,"]
    capsys.readouterr()
    load(tmp_path, *later, on=date(2026, 5, 1))
    assert capsys.readouterr().out == "新增 0，更改 1，未变 3。\n库中有而文件中没有（未作改动）：一村\n"
    unit = Unit.objects.get(code="110112004001")
    assert (unit.name, unit.parent.name) == ("新一社区", "二中心")
    assert list(unit.names.order_by("pk").values_list("name", "ends_on")) == [
        ("一社区", date(2026, 4, 30)),
        ("老一社区", date(2022, 9, 28)),
        ("新一社区", None),
    ]
    assert Unit.objects.filter(name="一村", retired_on=None).exists()
    assert tree_faults() == []


@pytest.mark.django_db
def test_a_unit_is_known_by_its_former_name(tmp_path, capsys):
    load(tmp_path, *SOUND)
    again = [*SOUND[:3], "community,,老一社区,,一中心,yes,no,", SOUND[4]]
    load(tmp_path, *again, on=date(2026, 5, 1))
    assert Unit.objects.filter(kind="community").count() == 1
    assert Unit.objects.get(kind="community").name == "老一社区"


@pytest.mark.django_db
def test_a_unit_stays_what_it_was_registered_as(tmp_path):
    load(tmp_path, *SOUND)
    again = [*SOUND[:3], "village,110112004001,一社区,,一中心,yes,no,", SOUND[4]]
    with pytest.raises(CommandError, match="第 5 行：“一社区”已登记为社区，类型不能改为村。"):
        load(tmp_path, *again)
    assert Unit.objects.get(code="110112004001").kind == "community"


@pytest.mark.django_db
def test_a_move_that_would_overlap_names_its_row(tmp_path):
    load(tmp_path, *SOUND)
    moved = [*SOUND[:3], "community,110112004001,一社区,,二中心,yes,yes,", SOUND[4]]
    with pytest.raises(CommandError, match="第 5 行：“一社区”的归属自 2022-09-28 起生效，新的生效日期须晚于这一天。"):
        load(tmp_path, *moved)


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_file_in_chinese_words_is_the_same_street(tmp_path, capsys, encoding):
    load(tmp_path, *SOUND)
    words = ["*类型", "代码", "名称（必填）", "曾用名", "上级", "名称已确认", "归属已确认", "备注"]
    rows = [
        "街道,110112004000,甲 街道,,,是,√,",
        "中心,,一中心,,甲街道,TRUE,是,",
        "中心,,二中心,,甲街道,Y,是,无",
        '社区,="110112004001",一社区,老一社区,一中心,是,否,',
        "村,,一村,,二中心,×,否,",
    ]
    (tmp_path / "words.csv").write_text("\n".join([",".join(words), *rows]), encoding=encoding)
    capsys.readouterr()
    call_command("load_street", str(tmp_path / "words.csv"))
    assert capsys.readouterr().out == "新增 0，更改 0，未变 5。\n"


@pytest.mark.django_db
def test_many_faults_of_a_kind_are_one_sentence(tmp_path):
    rows = [f"hamlet,,{n}社区,,一中心,yes,yes," for n in range(2, 9)]
    with pytest.raises(CommandError) as refused:
        load(tmp_path, *SOUND, *rows)
    assert str(refused.value) == (
        "没有导入任何一行：\n第 7、8、9、10、11 等 7 行：类型“hamlet”不认识，应为街道、中心、科室、社区、村、支部之一。"
    )
