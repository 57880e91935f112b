"""What is private is found however it is written, and what only looks like it is left alone."""

import random
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from districts.privacy.rules import Piece, private_pieces, refuse_private, scrubbed
from tests.private_ones import bank_card, grouped, identity_number, landline, mobile, room

MANY = 10_000
WORDS = ["居民反映", "联系", "，", "：", "住在", "。", "（", "来电", "", " ", "其", "是", "本人"]


def around(rng, text):
    return f"{rng.choice(WORDS)}{text}{rng.choice(WORDS)}"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("138–1234–5678", "［电话］"),
        ("138.1234.5678", "［电话］"),
        ("138 123 45678", "［电话］"),
        ("1 3 8 1 2 3 4 5 6 7 8", "［电话］"),
        ("１３８－１２３４－５６７８", "［电话］"),
        ("138\u200b1234\u200b5678", "［电话］"),
        ("+86 138 1234 5678", "［电话］"),
        ("010-6123-4567转8012", "［电话］转8012"),
        ("（010）61234567", "［电话］"),
        ("0316-2312345", "［电话］"),
        ("物业电话：6951-2345", "物业电话：［电话］"),
        ("110105 1949 1231 002X", "［证件号］"),
        ("１１０１０５１９４９１２３１００２ｘ", "［证件号］"),
        ("身份证号110112198413140960", "身份证号［证件号］"),  # named so, though there is no 14th month
        ("4111 1111 1111 1111", "［银行卡］"),
        ("6222021234567890128", "［银行卡］"),
        ("京N·12345占道", "［车牌］占道"),
        ("6号楼3门402", "6号楼［门牌］"),
        ("6楼402", "6楼［门牌］"),
        ("5层501", "5层［门牌］"),
        ("6号楼301、302室漏水", "6号楼［门牌］漏水"),
        ("2026-10-14 13812345678", "2026-10-14 ［电话］"),
        ("13812345678/13912345678", "［电话］/［电话］"),
        ("IMG_138_1234_5678.jpg", "IMG_［电话］.jpg"),
    ],
)
def test_what_finds_or_calls_a_person_is_named_in_its_place(text, kept):
    assert scrubbed(text) == kept
    assert scrubbed(kept) == kept


@pytest.mark.parametrize(
    "text",
    [
        "300户居民",
        "6楼300户",
        "6号楼共加装电梯3部",
        "80000000元",
        "138456789.01元",
        "13800000000 元",
        "26-10-14",
        "10-20-30%",
        "202611020000000123",
        "工单BJ20261014100000",
        "110105194912310021",
        "4111111111111112",
        "2026.10.14-2026.10.20 8点",
        "14 2026-10-20 8:00",
        "玉字令〔2026〕1号",
        "25号楼楼道堆物，2026-10-14 21:43 报",
        "12 35 15 66 78 90 12 5 33 12",
        "12345",
        "三门峡2026年",
        "7×24小时",
        "3门380元的课",
        "110、119、120",
        "400-123-4567",
    ],
)
def test_what_only_looks_like_it_stays(text):
    assert scrubbed(text) == text
    refuse_private(text)


def test_a_piece_is_told_as_it_was_typed():
    assert private_pieces("住６号楼３门４０２，１３８　１２３４　５６７８。") == [
        Piece("门牌", 4, 9),
        Piece("电话", 10, 23),
    ]


def test_a_refusal_says_what_kind_stands_where_and_never_which_number():
    with pytest.raises(ValidationError) as refusal:
        refuse_private("联系13812345678，证11010519491231002X，卡4111 1111 1111 1111，6号楼3门402")
    said = refusal.value.messages[0]
    assert said == (
        "第 3 字起像电话号码，第 16 字起像身份证号，第 36 字起像银行卡号等 4 处。系统不保存这些内容，请删去后再提交。"
    )
    refuse_private("京N12345 洒水车停在物业（电话 69512345）门前")  # the street's own, most of them


KINDS = {"证件号": identity_number, "银行卡": bank_card, "电话": mobile, "座机": landline, "门牌": room}


@pytest.mark.parametrize("kind", KINDS)
def test_of_ten_thousand_private_ones_none_is_missed(kind):
    rng = random.Random(f"private {kind}")
    missed = []
    for _ in range(MANY):
        number = KINDS[kind](rng)
        text = around(rng, number if kind == "门牌" else grouped(rng, number))
        found = [piece.kind for piece in private_pieces(text)]
        if found != [kind.replace("座机", "电话")] or scrubbed(scrubbed(text)) != scrubbed(text):
            missed.append((text, found))
    assert missed == []


def day(rng):
    return date(2015, 1, 1) + timedelta(days=rng.randrange(5000))


HARMLESS = [
    lambda rng: f"{day(rng):%Y-%m-%d}",
    lambda rng: f"{day(rng):%Y.%m.%d}-{day(rng):%Y.%m.%d}",
    lambda rng: f"{day(rng):%Y年%m月%d日}{rng.randrange(24):02}:{rng.randrange(60):02}",
    lambda rng: f"{day(rng):%y-%m-%d} {rng.randrange(24)}:{rng.randrange(60):02}:{rng.randrange(60):02}",
    lambda rng: f"{day(rng):%Y-%m-%d} {rng.randrange(1000)}人",
    lambda rng: f"{rng.randrange(10 ** rng.randrange(1, 11))}元",
    lambda rng: f"{rng.randrange(10**9)}.{rng.randrange(100):02}元",
    lambda rng: f"{rng.randrange(10**6):,}.{rng.randrange(100):02}万元",
    lambda rng: f"{rng.randrange(100)}.{rng.randrange(100)}%",
    lambda rng: "-".join(str(rng.randrange(100)) for _ in range(rng.randrange(2, 5))) + "%",
    lambda rng: f"BJ{day(rng):%Y%m%d}{rng.randrange(10**6):06}",
    lambda rng: f"{day(rng):%Y%m%d}{rng.randrange(10**10):010}",
    lambda rng: wrong_by_one(rng),
    lambda rng: f"{rng.randrange(1, 2000)}户居民",
    lambda rng: f"{rng.randrange(1, 60)}号楼{rng.randrange(20, 900)}户",
    lambda rng: f"{rng.randrange(1, 60)}号楼{rng.randrange(1, 9)}单元",
    lambda rng: f"{rng.randrange(1, 30)}层高，{rng.randrange(1, 60)}号楼和{rng.randrange(1, 60)}号楼",
    lambda rng: f"玉字令〔{rng.randrange(2020, 2030)}〕{rng.randrange(1, 300)}号",
    lambda rng: f"京通玉街发[{rng.randrange(2020, 2030)}]{rng.randrange(1, 300)}号",
    lambda rng: f"{rng.randrange(10**7)}次、{rng.randrange(10**5)}件、{rng.randrange(10**4)}米",
    lambda rng: "、".join(str(rng.randrange(1, 200)) for _ in range(rng.randrange(2, 12))),
    lambda rng: (
        f"{rng.randrange(1, 30)}楼{rng.randrange(10, 999)}平米，{rng.randrange(2, 7)}层{rng.randrange(10, 999)}人"
    ),
    lambda rng: f"12345热线{rng.randrange(10**6)}件，{rng.choice(['110', '119', '96156', '400-810-1234'])}",
]


def wrong_by_one(rng):
    """An ID number but for its check digit; of a place whose numbers do not begin as bank cards do."""
    number = identity_number(rng)
    while number[0] in "456":
        number = identity_number(rng)
    return number[:17] + rng.choice([c for c in "0123456789X" if c != number[17]])


def test_of_ten_thousand_harmless_ones_hardly_any_is_touched():
    rng = random.Random("harmless")
    touched = [text for _ in range(MANY) if private_pieces(text := around(rng, rng.choice(HARMLESS)(rng)))]
    assert len(touched) <= MANY // 1000, touched
