"""Text as Word and Excel can hold it. Both are XML, which refuses some characters outright."""

import re

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def plain(text):
    """`text` without the characters that no XML may hold: those of control, halves of pairs, U+FFFE and U+FFFF."""
    return _NOT_IN_XML.sub("", text)
