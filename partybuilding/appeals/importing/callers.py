"""Whole names of callers: known from their own column, and taken out of whatever else the row says."""

import re
from functools import lru_cache

from districts.privacy.rules import masked_name

_ADDRESS = re.compile(r"(?:先生|女士|小姐|同志|师傅|老师|阿姨|大爷|大妈)$")

_HAN = "[\u3400-\u9fff]"

_NAME = re.compile(rf"{_HAN}{{2,4}}(?:[·•]{_HAN}{{1,12}})*(?!{_HAN})")

_NOBODY = re.compile(
    r"(?:某+|居民|市民|群众|匿名|业主|村民|住户|不详|未知|商户|家长|租户|租客|电人|求人|映人|网友|保密|人员|代表|社区|村|街道|公司|物业"
    r"|委会|中心|单位|部门|学校|医院|小区|无|本人)$"
)


@lru_cache(10_000)
def full_name(cell):
    """A caller's whole name, as 王小明 or 王小明先生; empty for 王先生, 居民, a company, or none at all."""
    text = _ADDRESS.sub("", re.sub(r"\s", "", cell)) if isinstance(cell, str) else ""
    found = _NAME.match(text)
    return found[0] if found and not _NOBODY.search(found[0]) else ""


def without_name(value, name):
    """A text that says 王** for the name; anything else as it is."""
    return value.replace(name, masked_name(name)) if name and isinstance(value, str) else value
