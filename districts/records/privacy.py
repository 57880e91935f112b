"""What must never be stored: ID numbers; in what is written about residents, how to find or call them either."""

import re
import unicodedata

from django.core.exceptions import ValidationError

# In one piece, or grouped as people write them: 110105 19491231 002X, 138-1234-5678.
_IDENTITY = re.compile(r"(?<!\d)\d{6}[\s\-]?\d{8}[\s\-]?\d{3}[\dXx](?!\d)")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[\s\-]?\d{4}[\s\-]?\d{4}(?!\d)")


def plain_digits(text):
    """Full-width digits and letters as plain ones."""
    return unicodedata.normalize("NFKC", text)


def refuse_identity_numbers(text):
    """A form field's validator: raises ValidationError with what to do."""
    if _IDENTITY.search(plain_digits(text)):
        raise ValidationError("文字里有像身份证号的 18 位号码。系统不保存身份证号，请删去后再提交。")


def refuse_phone_numbers(text):
    if _MOBILE.search(plain_digits(text)):
        raise ValidationError("文字里有手机号码。日志不写居民的姓名和电话，请删去后再提交。")


def refuse_identity_numbers_in(values):
    """The same for every text of a form or of a row."""
    for value in values:
        if isinstance(value, str):
            refuse_identity_numbers(value)


# What is taken out of free text that comes from elsewhere: the first group that matches names what stood there.
_PRIVATE = re.compile(
    r"""
    (?=[\d+\-京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼])  # a quick no for most places
    (?: (?P<证件号>(?<!\d)(?:\d{16,}[Xx]?|\d{6}[\s\-]\d{8}[\s\-]?\d{3}[\dXx]))
    | (?P<电话>(?:(?<!\d)|\+?86[\s\-]?)1\d{2}[\s\-]?\d{4}[\s\-]?\d{4}(?!\d)
        | (?<!\d)0\d{2,3}[\s\-]?\d{7,8}(?!\d) | (?<!\d)[568]\d{7}(?!\d))
    | (?P<车牌>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z][\s·•.]?[A-Za-z0-9]{4,5}[A-Za-z0-9挂学警港澳])
    | (?P<门牌>\d{1,3}\s*单元\s*\d{2,4}\s*[室号户]? | (?<!\d)\d{2,4}\s*[室户] | (?<=号楼)-?\d{3,4}(?!\d)
        | (?<![\d\-])\d{1,3}-\d{1,2}-\d{2,4}(?![\d\-]) | (?<=[村巷条])\d{1,4}号(?![楼院线门口路])) )
    """,
    re.VERBOSE,
)
_WIDE_TEXT = "０１２３４５６７８９ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺａｂｃｄｅｆｇｈｉｊｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ－＋"
_WIDE = {ord(wide): ord(wide) - 0xFEE0 for wide in _WIDE_TEXT}
_ANY_WIDE = re.compile(f"[{_WIDE_TEXT}]")

_DIGIT_OR_LETTER = re.compile(r"[\dA-Za-zＡ-Ｚａ-ｚ]")


def scrubbed(text):
    """Free text without telephone and ID numbers, number plates and doors; what stood there is named in brackets."""
    if not _DIGIT_OR_LETTER.search(text):
        return text
    plain = text.translate(_WIDE) if _ANY_WIDE.search(text) else text
    return _PRIVATE.sub(lambda found: f"［{found.lastgroup}］", plain)


def masked_name(name):
    """王先生 as 王**."""
    return f"{name[0]}**" if name else ""


def masked_number(number):
    """The last four digits of a telephone number; 保密 and the like stay."""
    digits = number if number.isascii() and number.isdigit() else re.sub(r"\D", "", plain_digits(number))
    if len(digits) >= 7 or re.fullmatch(r"\*{4}\d{4}", number):
        return f"****{digits[-4:]}"
    return number if number in {"保密", "匿名"} else ""
