"""What must never be stored: ID numbers; in what is written about residents, their telephone numbers too."""

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
