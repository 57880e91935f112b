"""What must never be stored, by which a person is found or called: one recogniser, and one scrubber and one refuser that ask it.

Imports scrub and go on; forms refuse and keep what was typed.
"""

import re
import unicodedata
from operator import attrgetter
from typing import NamedTuple

from django.core.exceptions import ValidationError

from districts.privacy.numbers import JOINER, private_numbers

MOST_NAMED, AREA_AND_NUMBER = 3, 11  # pieces; digits

LOOKS_LIKE = {
    "证件号": "身份证号",
    "电话": "电话号码",
    "银行卡": "银行卡号",
    "门牌": "住户门牌",
}  # plates: also of watering carts


class Piece(NamedTuple):
    """Where a private piece stands in a text as it was typed; its kind is 证件号, 电话, 银行卡, 车牌 or 门牌."""

    kind: str
    start: int
    end: int


def plain_digits(text):
    """Full-width digits and letters as plain ones."""
    return unicodedata.normalize("NFKC", text)


_DIGIT = re.compile(r"\d")

_PLAIN = {n: str(unicodedata.decimal(chr(n))) for n in range(0x80, 0x10000) if chr(n).isdecimal()}

_PLAIN |= {wide: wide - 0xFEE0 for wide in (*range(ord("Ａ"), ord("Ｚ") + 1), *range(ord("ａ"), ord("ｚ") + 1))}

_NOT_PLAIN = re.compile(f"[{''.join(map(chr, _PLAIN))}]")

# A room is 402 after a word of a building that has a number; 300户 and 120人 are counted, and 2026年 is a year.
_COUNTED = (
    r"(?:户(?![主内])|号[楼院线]|[.:：][0-9]|[人名家个元万亿兆件次%％‰米平㎡公厘千克斤吨年月日天时分秒点度岁期届级"
    r"台辆盏块棵处多余条张间起里℃°路部把只套份栋幢层页字伏瓦])"
)


def _rooms(least):
    """402, 402A, 301、302, 301-305室: numbers of so many digits at least, with nothing counted behind them."""
    count = rf"(?![0-9A-Za-z]|(?:[-~～至到][0-9]{{1,4}})?\s?{_COUNTED})"
    room = rf"(?!20[0-9]{{2}}[-./年])[A-Za-z]?[0-9]{{{least},4}}(?![0-9])[A-Za-z]?{count}"
    return rf"{room}(?:[-~～、,，和及至/]{room})*+[室号户]?"


_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

# What is known by the word before it. Each begins with one of a few signs, for speed; a group's name is its kind, with a line
# behind it where that has a name already.
_NAMED = re.compile(
    rf"""
    [{_PROVINCES}单门楼层栋幢电座固拨致证]
    (?: (?<=[{_PROVINCES}])(?P<车牌>[A-Za-z][\s·•.]?[A-Za-z0-9]{{4,5}}[A-Za-z0-9挂学警港澳])
    | (?:(?<=门)|(?<=单)元){JOINER}{{0,3}}(?P<门牌>{_rooms(2)})
    | (?<=[楼层栋幢]){JOINER}{{0,3}}(?P<门牌_>(?:[0-9]{{1,2}}[-—])?{_rooms(3)})
    | (?:(?<=电)话|(?<=座)机|(?<=固)话|(?<=拨)打|(?<=致)电)(?:号码)?[\s:：是为]{{0,3}}
        (?P<电话_>[3-8][0-9]{{2,3}}{JOINER}?[0-9]{{4}}(?![0-9]))
    | (?<![凭可照产权]证)(?<=证)件?(?:号码?)?[\s:：是为]{{0,3}}
        (?P<证件号_>[0-9](?:{JOINER}?[0-9]){{14}}(?:(?:{JOINER}?[0-9]){{2}}{JOINER}?[0-9Xx])?(?![0-9])) )
    """,
    re.VERBOSE,
)

_NUMBERED = re.compile(r"(?<![0-9A-Za-z])[0-9A-Za-z一二三四五六七八九十]{1,3}\s?[号#]?$")


def private_pieces(text):
    """[Piece] in their order; none overlaps another."""
    if not _DIGIT.search(text):
        return []
    plain = text.translate(_PLAIN) if _NOT_PLAIN.search(text) else text
    pieces = sorted((Piece(*found) for found in private_numbers(plain)), key=attrgetter("start"))
    rest = _with_each(pieces, plain, lambda piece: "［" * (piece.end - piece.start))
    pieces += filter(None, map(_named, _NAMED.finditer(rest)))
    return sorted(pieces, key=attrgetter("start"))


def _named(found):
    """The Piece; None for a room of nothing that has a number."""
    group = found.lastgroup
    kind, start = group.rstrip("_"), found.start(group)
    if kind == "门牌":
        before = found.start()
        numbered = _NUMBERED.search(found.string, max(before - 5, 0), before)
        if numbered is None and not found[group].endswith("室"):
            return None
        if numbered and group == kind:
            start = numbered.start()
    return Piece(kind, found.start() if kind == "车牌" else start, found.end())


def _with_each(pieces, text, written):
    """The text with what is written in place of each piece."""
    at, parts = 0, []
    for piece in pieces:
        parts += text[at : piece.start], written(piece)
        at = piece.end
    return "".join(parts) + text[at:] if parts else text


def scrubbed(text):
    """Free text with what stood there named in brackets in place of each private piece."""
    return _with_each(private_pieces(text), text, lambda piece: f"［{piece.kind}］")


def refuse_private(text):
    """A form field's validator: raises ValidationError that says where what kind stands, and what to do."""
    pieces = [piece for piece in private_pieces(text) if _is_refused(piece, text)]
    if pieces:
        where = "，".join(f"第 {piece.start + 1} 字起像{LOOKS_LIKE[piece.kind]}" for piece in pieces[:MOST_NAMED])
        more = f"等 {len(pieces)} 处" if len(pieces) > MOST_NAMED else ""
        raise ValidationError(f"{where}{more}。系统不保存这些内容，请删去后再提交。")


def _is_refused(piece, text):
    """Not plates nor telephones without an area code: of the street's own carts and offices, most of them."""
    digits = sum(map(str.isdecimal, text[piece.start : piece.end]))
    return piece.kind in LOOKS_LIKE and (piece.kind != "电话" or digits >= AREA_AND_NUMBER)


def refuse_identity_numbers(text):
    if any(piece.kind == "证件号" for piece in private_pieces(text)):
        raise ValidationError("文字里有像身份证号的 18 位号码。系统不保存身份证号，请删去后再提交。")


def refuse_identity_numbers_in(values):
    """The same for every text of a form or of a row."""
    for value in values:
        if isinstance(value, str):
            refuse_identity_numbers(value)


def masked_name(name):
    """王先生 as 王**."""
    return f"{name[0]}**" if name else ""


def masked_number(number):
    """The last four digits of a telephone number; 保密 and the like stay."""
    plain = number if number.isascii() else plain_digits(number)
    digits = plain if plain.isdigit() else re.sub(r"\D", "", re.sub(r"\.0+$", "", plain))  # 13812345678.0
    if len(digits) >= 7 or re.fullmatch(r"\*{4}\d{4}", number):
        return f"****{digits[-4:]}"
    return number if number in {"保密", "匿名"} else ""
