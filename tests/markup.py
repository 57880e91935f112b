"""A strict reader of our own pages: every rule of HTML that they could break, as sentences; no page is mended on the way."""

import re
from collections import Counter
from html.parser import HTMLParser

VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "source",
    "track",
    "wbr",
    "use",
    "path",
    "rect",
    "circle",
    "line",
    "polyline",
}
PHRASING_ONLY = {
    "p",
    "span",
    "label",
    "button",
    "strong",
    "small",
    "em",
    "b",
    "summary",
    "dt",
    "legend",
    "time",
    "h1",
    "h2",
    "h3",
    "h4",
}
BLOCKS = {
    "address",
    "article",
    "aside",
    "blockquote",
    "details",
    "dialog",
    "div",
    "dl",
    "fieldset",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "header",
    "hr",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "ul",
}
HEADINGS_FIT = {"summary", "legend"}
PRESSED = {"a", "button", "summary", "label", "select"}
CHILDREN = {
    "ul": {"li"},
    "ol": {"li"},
    "dl": {"dt", "dd", "div"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tfoot": {"tr"},
    "tr": {"th", "td"},
    "select": {"option", "optgroup", "hr"},
}
PARENTS = {
    "li": {"ul", "ol"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "legend": {"fieldset"},
    "figcaption": {"figure"},
}
OBSOLETE = {"align", "bgcolor", "border", "cellpadding", "cellspacing", "nowrap", "valign", "frameborder"}
KNOWN = re.compile(r"data-|aria-|on")
ALREADY = {
    ("main", "main"),
    ("nav", "navigation"),
    ("button", "button"),
    ("ul", "list"),
    ("ol", "list"),
    ("table", "table"),
    ("a", "link"),
}
MOMENT = re.compile(r"\d{4}-\d\d(?:-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?)?")
POINTS = ("for", "aria-labelledby", "aria-describedby", "aria-controls")
UNNAMED = {"div", "span", "p", "strong", "small"}  # what no label can name without a role


class Reader(HTMLParser):
    """Reads one page; `faults` are sentences."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.faults, self.open, self.ids, self.points, self.texts = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        self._check_place(tag)
        self._check_attributes(tag, attrs, dict(attrs))
        if tag in VOID:
            self._told(tag, dict(attrs))
        else:
            self.open.append(tag)
            self.texts.append("")

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-3:]}")
            return
        self.open.pop()
        self._say(self._of_heading(tag, self.texts.pop()))

    def handle_data(self, data):
        parent = self.open[-1] if self.open else ""
        if data.strip() and parent in CHILDREN:
            self.faults.append(f"words stand in <{parent}>: {data.strip()[:30]}")
        self._say(data)

    def _say(self, text):
        if self.texts:
            self.texts[-1] += text

    def _told(self, tag, attrs):
        if tag == "img":
            self._say(attrs.get("alt") or "")

    def _of_heading(self, tag, text):
        if tag in {"h1", "h2", "h3", "h4", "button", "legend", "summary"} and not text.strip():
            self.faults.append(f"<{tag}> is empty")
        return text

    def _check_place(self, tag):
        parent = self.open[-1] if self.open else ""
        fits = tag.startswith("h") and parent in HEADINGS_FIT
        if tag in BLOCKS and PHRASING_ONLY & set(self.open[-6:]) and not fits and self._inside_phrasing():
            self.faults.append(f"<{tag}> stands in {self.open[-3:]}")
        if parent in CHILDREN and tag not in CHILDREN[parent] | {"script", "template"}:
            self.faults.append(f"<{tag}> stands in <{parent}>")
        if tag in PARENTS and parent not in PARENTS[tag]:
            self.faults.append(f"<{tag}> stands in <{parent}>")
        if tag in PRESSED and {"a", "button", "summary"} & set(self.open):
            self.faults.append(f"<{tag}> is pressed inside {self.open[-3:]}")

    def _inside_phrasing(self):
        """Is the nearest element that says what it may hold one for phrases only?"""
        nearest = next(
            (t for t in reversed(self.open) if t in PHRASING_ONLY or t in BLOCKS or t in {"li", "td", "dd"}), ""
        )
        return nearest in PHRASING_ONLY

    def _check_attributes(self, tag, attrs, named):
        twice = [name for name, n in Counter(name for name, _ in attrs).items() if n > 1]
        self.faults += [f"<{tag}> has {name} twice" for name in twice]
        self.faults += [f"<{tag}> has the obsolete {name}" for name in OBSOLETE & set(named)]
        self.faults += [f"<{tag}> has {name}" for name in named if name.startswith(("hx-", "on")) or name == "style"]
        if (tag, named.get("role")) in ALREADY:
            self.faults.append(f"<{tag}> is a {named['role']} by itself")
        if "aria-label" in named and tag in UNNAMED and "role" not in named:
            self.faults.append(f"<{tag}> takes no name: {named['aria-label']}")
        if tag == "img" and "alt" not in named:
            self.faults.append("<img> without alt")
        if tag == "time" and not MOMENT.fullmatch(named.get("datetime") or ""):
            self.faults.append(f"<time> of {named.get('datetime')}")
        if tag == "input" and named.get("type") in {"checkbox", "radio"} and "form-" in (named.get("class") or ""):
            self.faults.append(f"{named.get('name')} is drawn as a field of text")
        self._note(tag, named)

    def _note(self, tag, named):
        self.ids += [named["id"]] if "id" in named else []
        for name in POINTS:
            self.points += [(f"{tag} {name}", one) for one in (named.get(name) or "").split()]
        address = named.get("href") or ""
        if tag == "a" and address.startswith("#"):
            self.points.append(("a href", address[1:]))


def faults_of(page):
    """What is wrong with the text of a page, or of a part of one."""
    reader = Reader()
    reader.feed(page)
    reader.close()
    faults = list(reader.faults) + ([f"left open: {reader.open}"] if reader.open else [])
    faults += [f"id {one} {n} times" for one, n in Counter(reader.ids).items() if n > 1]
    faults += [f"{where} points at {one or 'nothing'}" for where, one in reader.points if one not in reader.ids]
    return sorted(set(faults))
