"""Elements cut out of an XML text and attributes said anew, while every other byte stays as it was written."""

import re
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

CUT, CUT_AROUND = "cut", "cut around"  # the element itself; the one that it stands in
_TAG = re.compile(rb"""</?[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*/?>""")
_ATTRIBUTE = re.compile(rb"""(\s)([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')""")
_DECLARATION = re.compile(rb"^<\?xml[^>]*\?>")


def local_name(name):
    return name.rpartition(":")[2]


def edited(content, judge):
    """`content` as `judge(tag, attributes)` wants it: None keeps an element, CUT, CUT_AROUND or {attribute: value} does not.

    `tag` is without its prefix, attributes have theirs. Raises ExpatError for what is not well-formed, ValueError for a
    document type and for bytes of no known kind.
    """
    return _Editing(_as_utf8(content), judge).result()


class _Editing:
    def __init__(self, content, judge):
        self.content, self.judge = content, judge
        self.edits = []  # (from, to, instead), one after another, never one within another
        self.opened = []  # [where an open element began, whether it is cut]
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self.start, self.end
        self.parser.StartDoctypeDeclHandler = _refuse

    def result(self):
        self.parser.Parse(self.content, True)
        pieces, upto = [], 0
        for start, end, instead in self.edits:
            pieces += [self.content[upto:start], instead]
            upto = end
        return b"".join(pieces) + self.content[upto:]

    def start(self, tag, attributes):
        start, verdict = self.parser.CurrentByteIndex, self.judge(local_name(tag), attributes)
        self.opened.append([start, verdict == CUT])
        if verdict == CUT_AROUND and len(self.opened) > 1:
            self.opened[-2][1] = True
        if isinstance(verdict, dict):
            written = _TAG.match(self.content, start)
            self.edits.append((*written.span(), _said_anew(written[0], verdict)))

    def end(self, tag):
        start, is_cut = self.opened.pop()
        if is_cut:
            while self.edits and self.edits[-1][0] >= start:
                self.edits.pop()
            written = _TAG.match(self.content, start)
            if not written[0].endswith(b"/>"):
                written = _TAG.match(self.content, self.parser.CurrentByteIndex)
            self.edits.append((start, written.end(), b""))


def _said_anew(tag, values):
    def anew(found):
        value = values.get(found[2].decode())
        return found[0] if value is None else found[1] + found[2] + b"=" + quoteattr(value).encode()

    return _ATTRIBUTE.sub(anew, tag)


def _as_utf8(content):
    """Packages hold UTF-8, or UTF-16 with its mark."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        text = content.decode("utf-16").encode()
        return _DECLARATION.sub(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', text)
    if b"\0" in content[:4]:
        raise ValueError("neither UTF-8 nor UTF-16 with a mark")
    return content


def _refuse(*_):
    raise ValueError("a document type")
