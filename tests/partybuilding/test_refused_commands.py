"""Commands of appeals and the assessment say in a sentence why they stop."""

from argparse import ArgumentTypeError
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from partybuilding.appeals.importing import reading
from partybuilding.appeals.models import Appeal
from partybuilding.management.commands.appeal_rates import _day

STREET = "槐花街道党建工作协调委员会"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("command", "arguments", "sentence"),
    [
        ("import_appeals", ["/nowhere/台账.xlsx"], "文件打不开："),
        ("import_appeals", ["{empty}"], "是空文件。"),
        ("import_appeals", ["{wrong}"], "没有导入任何一行："),
        ("standings", ["2026-13"], "2026-13"),
        ("standings", ["2020-01"], "还没有汇总，请先运行 rollup 2020-01。"),
        ("appeal_rates", ["2026-10-18", "2026-09-19"], "结束日期早于开始日期。"),
    ],
)
def test_a_command_says_why_it_stops(street, tmp_path, command, arguments, sentence):
    heads = ",".join(names[0] for names in reading.COLUMNS.values())
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "wrong.csv").write_text(heads + "\n" + ",".join("1甲" for _ in reading.COLUMNS) + "\n")
    files = {"empty": tmp_path / "empty.csv", "wrong": tmp_path / "wrong.csv"}
    options = {"street": code_of(street)}
    with pytest.raises(CommandError) as refused:
        call_command(command, *(a.format(**files) for a in arguments), **options)
    assert sentence in str(refused.value)
    assert Appeal.objects.count() == 0


def code_of(street):
    root = street.units[STREET]
    type(root).objects.filter(pk=root.pk).update(code="110112009000")
    return "110112009000"


def test_a_day_of_a_command_that_is_none_is_refused():
    assert _day("2026-10-18") == date(2026, 10, 18)
    with pytest.raises(ArgumentTypeError, match="日期“昨天”看不懂，请写成 2026-10-18。"):
        _day("昨天")
