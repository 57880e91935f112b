"""12345: the two files as they come, what they mean, and what of them is never stored."""

import io
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from openpyxl import Workbook

from districts.privacy.rules import masked_name, masked_number, scrubbed
from districts.units.models import Unit
from districts.units.tree import rename_unit
from partybuilding.appeals.importing.writing import ImportRefused, import_files
from partybuilding.appeals.models import Appeal, AppealLimit, AppealRule, UnitAlias
from partybuilding.appeals.rates.counting import rates_by_unit, rule_on
from tests.cast import STREET, seed_scheme
from tests.partybuilding.workbooks import CALLBACK, LEDGER, SAMPLES, callback_row, ledger_row, sample, table

PERIOD = (date(2026, 9, 19), date(2026, 10, 18))


@pytest.fixture
def yuqiao(db, tmp_path):
    seed_scheme()
    call_command("load_street", "districts/data/yuqiao.csv", "--on", "2022-09-28", stdout=io.StringIO())
    return Unit.objects.get(parent=None)


def as_said(rates):
    """Rates in the words of the samples' right answers."""
    names = ("valid", "contacted", "solved", "satisfied", "basically")
    shares = {
        k: None if getattr(rates, k) is None else round(float(getattr(rates, k)), 6)
        for k in ("response", "resolution", "satisfaction")
    }
    composite = None if rates.composite is None else float(rates.composite)
    return {
        "received": rates.counts["received"],
        **{n: rates.counts[n] for n in names},
        **shares,
        "composite": composite,
    }


@pytest.mark.parametrize("order", [("ledger", "callbacks"), ("callbacks", "ledger")])
def test_the_samples_give_the_right_answers_in_either_order_and_again(yuqiao, order):
    expected = json.loads((SAMPLES / "expected.json").read_text())
    found = [import_files([sample(name)], yuqiao) for name in (*order, *reversed(order))]
    told = dict(zip(order, found, strict=False))
    assert (told["ledger"].counts["repeated"], told["ledger"].counts["blank"]) == (
        expected["repeated"],
        expected["blank"],
    )
    assert told["ledger"].counts["unmatched"] == expected["unmatched"] == Appeal.objects.waiting().count()
    assert Appeal.objects.count() == expected["rows"]
    assert [f.counts["new"] + f.counts["changed"] for f in found[2:]] == [0, 0]
    rates = rates_by_unit(Appeal.objects.called_between(*PERIOD), yuqiao, PERIOD[1])
    assert as_said(rates[yuqiao.pk]) == expected["street"]
    names = dict(Unit.objects.values_list("name", "pk"))
    for kind in ("centers", "units"):
        assert {name: as_said(rates[names[name]]) for name in expected[kind]} == expected[kind]


def test_both_files_at_once_and_the_command_say_the_same(yuqiao, capsys):
    files = [str(SAMPLES / "callbacks.xlsx"), str(SAMPLES / "ledger.xlsx")]
    call_command("import_appeals", *files, "--dry-run")
    assert "试算（未导入）：工单 600，新增 600，更新 0，未变 0，重复行 3，空行 40，待分派 12" in capsys.readouterr().out
    assert Appeal.objects.count() == 0
    call_command("import_appeals", *files, "--street", yuqiao.code)
    assert "已导入：工单 600，新增 600" in capsys.readouterr().out
    call_command("appeal_rates", "2026-09-19", "2026-10-18", "--json")
    said = json.loads(capsys.readouterr().out)
    assert list(said) == ["street", "centers", "units"]
    assert (len(said["centers"]), len(said["units"])) == (10, 24)
    assert list(said["street"]) == ["received", "valid", "response", "resolution", "satisfaction", "composite"]
    assert said["street"]["composite"] == 79.3
    call_command("appeal_rates", "2020-01-01", "2020-01-31", "--json")
    assert json.loads(capsys.readouterr().out)["street"] == {
        "received": 0,
        "valid": 0,
        "response": None,
        "resolution": None,
        "satisfaction": None,
        "composite": None,
    }


def test_no_sample_row_keeps_a_number_that_finds_a_person(yuqiao):
    import_files([sample("ledger"), sample("callbacks")], yuqiao)
    stored = json.dumps(
        list(Appeal.objects.values("content", "title", "caller", "caller_number", "reply", "spot")), ensure_ascii=False
    )
    assert "身份证号［证件号］的住户" in stored
    assert "联系电话［电话］" in stored
    assert "1990000" not in stored
    assert "11011219" not in stored
    assert set(Appeal.objects.values_list("caller", flat=True)) <= {f"{n}**" for n in "王赵钱李吴孙周郑"}
    one = Appeal.objects.get(number="BJ20261014100000")
    assert (one.caller, one.caller_number) == ("王**", "保密")
    assert (
        Appeal.objects.get(number="BJ20260926100005").caller_number == "****3803"
    )  # its number came in full-width digits


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("电话１９９００００７５３０", "电话［电话］"),
        ("打 199-0000-7530 或 010-69512345", "打 ［电话］ 或 ［电话］"),
        ("身份证号11011219841314096X。", "身份证号［证件号］。"),
        ("证１１０１１２１９８４１３１４０９６ｘ", "证［证件号］"),
        ("3号楼2单元501室漏水", "3号楼［门牌］漏水"),
        ("12号楼1203室", "12号楼［门牌］"),
        ("住3-2-501", "住3-2-501"),  # might be a day
        ("京N·12345占道", "［车牌］占道"),
        ("25号楼楼道堆物，2026-10-14 21:43 报", "25号楼楼道堆物，2026-10-14 21:43 报"),
        ("工单BJ20261014100000", "工单BJ20261014100000"),
    ],
)
def test_what_finds_a_person_is_taken_out_of_free_text(text, kept):
    assert scrubbed(text) == kept
    assert scrubbed(kept) == kept


def test_a_caller_is_masked():
    assert (masked_name("王先生"), masked_name("")) == ("王**", "")
    assert [
        masked_number(n) for n in ("13812345678", "１３８１２３４５６７８", "保密", "010-6951 2345", "12", "****5678")
    ] == [
        "****5678",
        "****5678",
        "保密",
        "****2345",
        "",
        "****5678",
    ]


def test_a_call_back_outranks_the_ledger_in_either_order(street):
    root = street.units[STREET]
    first = [LEDGER, ledger_row(solved="解决", satisfied="满意")]
    import_files([table(*first)], root)
    appeal = Appeal.objects.get()
    assert (appeal.is_valid, appeal.is_contacted, appeal.outcome) == (True, None, "solved")
    import_files([table(CALLBACK, callback_row())], root)
    import_files([table(*first)], root)
    appeal.refresh_from_db()
    assert (appeal.is_valid, appeal.is_contacted, appeal.outcome, appeal.satisfaction) == (
        True,
        True,
        "unsolved",
        "dissatisfied",
    )
    assert appeal.unit.name == "东一社区"  # the ledger's community stands, whatever the call-back's short name
    import_files([table(CALLBACK, callback_row(valid="否", contacted="", solved="", satisfied=""))], root)
    appeal.refresh_from_db()
    assert (appeal.is_valid, appeal.is_contacted, appeal.outcome, appeal.satisfaction) == (False, None, "", "")


def test_a_name_is_matched_by_former_name_ending_and_alias_never_by_its_beginning(street):
    root = street.units[STREET]
    rename_unit(street.units["西一社区"], "西岸社区", on=date(2026, 5, 1), reason="批复")
    UnitAlias.objects.create(street=root, name="东区", unit=street.units["东二社区"], taught_by=street.people["office"])
    names = [
        "东一社区居委会",
        " 东 一 ",
        "西一社区",
        "西岸",
        "西村村委会",
        "东区",
        "东",
        "东一社区南",
        "外社区",
        "东一支部",
        "",
    ]
    rows = [ledger_row(number=f"BJ{n:03}", place=name) for n, name in enumerate(names)]
    found = import_files([table(LEDGER, *rows)], root)
    assert list(Appeal.objects.order_by("number").values_list("unit__name", flat=True)) == [
        "东一社区",
        "东一社区",
        "西岸社区",
        "西岸社区",
        "西村",
        "东二社区",
        STREET,
        STREET,
        STREET,
        STREET,
        STREET,
    ]
    assert found.counts["unmatched"] == 5
    assert set(Appeal.objects.filter(unit=root).values_list("state", flat=True)) == {"waiting"}


def test_one_wrong_row_imports_nothing_and_every_wrong_row_is_named(street):
    root = street.units[STREET]
    rows = [
        ledger_row(),
        ledger_row(number=""),
        ledger_row(number="BJ003", at="前天"),
        ledger_row(number="BJ004", solved="好了"),
        [2.0261014100000123e16, "x", "2026-10-02 08:00", "东一社区", "", "", "", ""],
        ledger_row(number="2.02610E+16"),
    ]
    with pytest.raises(ImportRefused) as refused:
        import_files([table(["十月台账"], LEDGER, *rows)], root)
    assert [(row, said) for _, row, said in refused.value.faults] == [
        (4, ["缺少工单编号。"]),
        (5, ["创建时间“前天”看不懂，请写成 2026-10-14 21:43。"]),
        (6, ["是否解决“好了”不认得，只能是：是、否、解决、部分解决、未解决、已解决。"]),
        (7, ["工单编号被 Excel 当成数字，末几位已经丢失。请从原系统重新导出，或把这一列设为文本后重填。"]),
        (8, ["工单编号“2.02610E+16”是科学计数法，末几位已经丢失。请把这一列设为文本后重填。"]),
    ]
    assert Appeal.objects.count() == 0


def test_a_street_of_another_name_is_refused(street):
    header = [*LEDGER, "被反映街乡镇"]
    with pytest.raises(ImportRefused) as refused:
        import_files([table(header, [*ledger_row(), "玉桥街道"])], street.units[STREET])
    assert refused.value.faults[0][2] == [f"被反映街乡镇是“玉桥街道”，不属于{STREET}。"]
    import_files([table(header, [*ledger_row(), "槐花街道"])], street.units[STREET])


@pytest.mark.parametrize(
    "at",
    [
        "2026/10/2 8:00",
        "2026-10-02T08:00:00",
        "2026年10月2日 8时0分",
        "２０２６－１０－０２ ０８：００",
        datetime(2026, 10, 2, 8),
        46297 + 8 / 24,
        "46297.3333333",
    ],
)
def test_times_are_of_beijing_however_they_are_written(street, at):
    import_files([table(LEDGER, ledger_row(at=at))], street.units[STREET])
    appeal = Appeal.objects.get()
    assert (appeal.called_at, appeal.called_on) == (datetime(2026, 10, 2, 0, tzinfo=UTC), date(2026, 10, 2))
    assert appeal.due_at == datetime(2026, 10, 9, 0, tzinfo=UTC)


def test_a_header_of_two_rows_and_a_hidden_sheet(street):
    book = Workbook()
    book.active.title = "隐藏"
    book.active.append(LEDGER)
    book.active.append(ledger_row(number="BJ999"))
    book.active.sheet_state = "hidden"
    sheet = book.create_sheet("回访")
    sheet.append(["某月回访"])
    sheet.append(["工单编号", "创建时间", "问题分类", "", "", "是否有效回访", "是否联系"])
    sheet.append(["", "", "一级分类", "二级分类", "三级分类", "", ""])
    sheet.append(["BJ001", "2026-10-02 08:00", "供暖", "温度", "不达标", "是", "是"])
    book.active = sheet
    content = io.BytesIO()
    book.save(content)
    import_files([ContentFile(content.getvalue(), name="回访.xlsx")], street.units[STREET])
    appeal = Appeal.objects.get()
    assert (appeal.number, appeal.category, appeal.is_contacted) == ("BJ001", "供暖 › 温度 › 不达标", True)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_csv_file_is_read_too(street, encoding):
    text = "\n".join(",".join(row) for row in [LEDGER, ledger_row(text="=1+1")])
    import_files([ContentFile(text.encode(encoding), name="台账.csv")], street.units[STREET])
    assert Appeal.objects.get().content == "=1+1"


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (ContentFile(b"\xd0\xcf\x11\xe0" + b"0" * 600, name="旧.xlsx"), "旧版 Excel"),
        (ContentFile(b"\x89PNG\x00\xff\xfe", name="图.xlsx"), "不是 Excel 或 CSV 文件"),
        (ContentFile(b"", name="空.xlsx"), "空文件"),
        (ContentFile(b"PK\x03\x04broken", name="坏.xlsx"), "已损坏"),
        (table(["姓名", "电话"], ["甲", "1"]), "没有认得的表头"),
        (table(["工单编号", "主要内容", "来电人", "标签"], ["BJ001", "x", "", ""]), "缺少列：创建时间"),
        (table(LEDGER), "只有表头，没有数据"),
        (table(["主要内容", "创建时间", "来电人"], ["x", "", ""]), "表头缺少：工单编号"),
    ],
    ids=["xls", "png", "empty", "broken", "strange", "lacking", "header-only", "no-number"],
)
def test_a_wrong_file_gets_a_sentence(street, file, sentence):
    with pytest.raises(ValidationError, match=sentence):
        import_files([file], street.units[STREET])
    assert Appeal.objects.count() == 0


def test_weights_and_limits_begin_on_a_day_and_a_past_period_keeps_its_own(street):
    root = street.units[STREET]
    AppealRule.objects.create(
        street=root,
        starts_on=date(2026, 10, 1),
        reason="街道确认",
        response_weight=20,
        resolution_weight=40,
        satisfaction_weight=40,
        basically_worth=80,
    )
    AppealLimit.objects.create(street=root, grade="normal", hours=48, starts_on=date(2026, 10, 3), reason="街道确认")
    assert rule_on(root, date(2026, 9, 30)).resolution_weight == 50
    rows = [ledger_row(number=f"BJ{d}", at=f"2026-10-0{d} 08:00") for d in (2, 3)]
    calls = [callback_row(number="BJ2", satisfied="基本满意", solved="是"), callback_row(number="BJ3")]
    import_files(
        [
            table(LEDGER, *rows),
            table(
                CALLBACK,
                *calls,
            ),
        ],
        root,
    )
    waits = {a.number: a.due_at - a.called_at for a in Appeal.objects.all()}
    assert waits == {"BJ2": timedelta(days=7), "BJ3": timedelta(days=2)}
    new = rates_by_unit(Appeal.objects.all(), root, date(2026, 10, 18))[root.pk]
    old = rates_by_unit(Appeal.objects.all(), root, date(2026, 9, 30))[root.pk]
    assert (str(new.composite), str(old.composite)) == ("56.0", "53.0")


def test_the_published_example_of_the_formula(street):
    """v = 40, contacted 38, solved 30, satisfied 24, basically 10: 95.0, 75.0, 82.5 and 80.0."""
    root = street.units[STREET]
    rows = [
        callback_row(
            number=f"BJ{n:03}",
            contacted="是" if n < 38 else "否",
            solved="是" if n < 30 else "否",
            satisfied="满意" if n < 24 else "基本满意" if n < 34 else "不满意",
        )
        for n in range(40)
    ]
    import_files([table(CALLBACK, *rows)], root)
    rates = rates_by_unit(Appeal.objects.all(), root, date(2026, 10, 18))[root.pk]
    assert [float(rates.response), float(rates.resolution), float(rates.satisfaction)] == [0.95, 0.75, 0.825]
    assert str(rates.composite) == "80.0"


def test_a_centre_counts_the_communities_that_it_had_then(street):
    from districts.units.tree import move_unit

    root = street.units[STREET]
    import_files([table(CALLBACK, callback_row(place="东一"), callback_row(number="BJ2", place="西一"))], root)
    move_unit(street.units["东一社区"], street.units["西中心"], on=date(2026, 11, 1), reason="调整")
    before = rates_by_unit(Appeal.objects.all(), root, date(2026, 10, 31))
    after = rates_by_unit(Appeal.objects.all(), root, date(2026, 11, 30))
    centers = [street.units[name].pk for name in ("东中心", "西中心")]
    assert [before[pk].counts["received"] for pk in centers] == [1, 1]
    assert [after[pk].counts["received"] for pk in centers] == [0, 2]
    assert (before[root.pk].counts["received"], after[root.pk].counts["received"]) == (2, 2)


def test_a_file_that_is_not_there_is_named(yuqiao):
    with pytest.raises(CommandError, match=r"文件打不开：/nowhere\.xlsx"):
        call_command("import_appeals", "/nowhere.xlsx")


def test_commands_refuse_in_words(street):
    with pytest.raises(CommandError, match="请用 --street 写明街道代码"):
        call_command("appeal_rates", "2026-10-01", "2026-10-02")
    with pytest.raises(CommandError, match="结束日期早于开始日期"):
        call_command("appeal_rates", "2026-10-02", "2026-10-01")
