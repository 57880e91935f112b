"""Figures of a survey as they are pasted: also out of published tables, whose other columns and lines are passed over."""

import pytest
from django.core.exceptions import ValidationError

from partybuilding.assessment.surveys.figures import read_figures
from tests.cast import STREET

pytestmark = pytest.mark.django_db

PUBLISHED = """玉桥街道2026年三季度群众满意度测评结果
序号\t社区（村）\t样本数\t满意人数\t满意率
1\t东一社区\t50\t45\t90.00%
2\t东 二社区\t1,050\t1,045\t99.52%
\t小计\t1,100\t1,090\t99.09%
3\t西村\t10.0\t8.0\t80%
合计\t\t1,110\t1,098\t98.92%
注：满意人数含非常满意。"""


def figures(text, street):
    names = {unit.pk: name for name, unit in street.units.items()}
    return [(names[unit], part, whole) for unit, part, whole in read_figures(text, street.units[STREET])]


def test_a_published_table_is_read_by_its_heading(street):
    assert figures(PUBLISHED, street) == [("东一社区", 45, 50), ("东二社区", 1045, 1050), ("西村", 8, 10)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("东一社区\t45\t50\t90.00%", (45, 50)),
        ("东一社区 45 50 90.0%", (45, 50)),
        ("1\t东一社区\t45\t50", (45, 50)),
        ("1 东一社区 45 50 0.9", (45, 50)),
        ("东一社区\t45\t50\n合 计\t45\t50", (45, 50)),
        ("东一社区\t45\t50\n合计：\t45\t50", (45, 50)),
        ("东一社区\t45\t50\n小计\t45\t50", (45, 50)),
        ("全街道 45 50\n东一社区 45 50", (45, 50)),
        ("东一社区\t1,045\t1,050", (1045, 1050)),
        ("东一社区 1,045 1,050", (1045, 1050)),
        ("东一社区\t45.0\t50.0", (45, 50)),
        ("东一社区，４５，５０", (45, 50)),
        ("东一 社区\t45\t50", (45, 50)),
        ("槐花街道东一社区\t45\t50", (45, 50)),
        ("三季度测评\n东一社区 45 50\n制表人：陈某", (45, 50)),
    ],
)
def test_a_line_in_whatever_shape(street, text, found):
    assert figures(text, street) == [("东一社区", *found)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("东一社区\t\t50", "第 1 行“东一社区\t\t50”：满意数是空的。"),
        ("东一社区\t45\t-", "第 1 行“东一社区\t45\t-”：样本数是空的。"),
        ("\t45\t50", "第 1 行“45\t50”：单位是空的。"),
        ("东一社区\t50\t45", "第 1 行“东一社区\t50\t45”：样本数要大于 0，满意数不能超过样本数。"),
        ("东一社区\t45\t50\t90", "应有三列：单位、满意数、样本数。"),
        ("东一 社区 45 50", "应有三列：单位、满意数、样本数。"),
        ("东一社区\t45.5\t50", "满意数和样本数要是整数。"),
        ("东一社区 45 50\n小计 46 50", "第 2 行小计是满意 46、样本 50，各行相加是满意 45、样本 50；请核对。"),
        (
            "单位\t满意数\t样本数\t有效样本\n东一社区\t45\t50\t50",
            "有 2 列像样本数：“样本数”、“有效样本”，分不清用哪一列。",
        ),
        ("\n".join(f"外{n}社区 1 2" for n in range(9)), "第 1、2、3、4、5 等 9 行“外0社区 1 2”：没有这个社区或村。"),
    ],
)
def test_a_line_is_refused_by_what_is_wrong_in_it(street, text, sentence):
    with pytest.raises(ValidationError) as refusal:
        figures(text, street)
    assert sentence in refusal.value.messages[0]
