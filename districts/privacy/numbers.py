"""Numbers of persons in a text: ID cards by birth date and check digit, bank cards by Luhn's digit, telephones by shape.

Digits are one number whatever joins them: dashes, dots, blanks, brackets, what cannot be seen. A run of them is condensed to
one letter a digit first, a–j where a group begins, so that plain patterns find numbers from group to group and time stays
linear. (phonenumbers and python-stdnum want their digits joined beforehand too; what they know beyond these shapes is a list
of the places of ID cards, which is always behind.)
"""

import re
import unicodedata
from bisect import bisect_right
from datetime import date
from functools import cached_property
from itertools import accumulate
from operator import mul

_JOINING = {"Pd", "Pc", "Zs", "Cf", "Cc", "Mn", "Me"}  # categories: dashes, lines, blanks, what has no width

JOINERS = "".join(c for c in map(chr, range(0x10000)) if unicodedata.category(c) in _JOINING and c not in "\r\n")

JOINERS += ".．。｡﹒·•・･‧∙⋅․‥…−()（）\u2800\u3164\u115f\u1160\uffa0"

JOINER = f"[{re.escape(JOINERS)}]"

_LEAST = 11  # digits of the shortest number that is looked for

_SPAN = re.compile(rf"[0-9](?<![0-9][0-9])[0-9{JOINER[1:-1]}]{{{_LEAST - 1},}}+[Xx]?")

_SPLIT = re.compile(rf"({JOINER}++)")

_WHOLE = re.compile(r"1[3-9]\d{9}|0\d{10,11}|0{0,2}86\d{10,13}|[1-9]\d{17}|(?:62|5[1-5]|4\d)\d{14,17}")  # in one piece

_BEHIND = re.compile(rf"({JOINER}++)［")

_MONEY = re.compile(r"(?:\.[0-9]{1,2})?\s?(?:[万亿美]?元(?![旦宵])|[%％‰])")

_TO_FIRST = str.maketrans("0123456789x", "abcdefghijX")

_VALUES = str.maketrans("abcdefghijXx", "0123456789::")  # “:” follows “9”: as a digit, X is ten

_GONE, _DIGITS = "|", frozenset("0123456789")


def _shape(pattern):
    """A pattern of plain digits as one of condensed digits, which begins where a group does; where END is written one ends."""
    both = {r"\d": "[0-9a-j]"} | {digit: f"[{digit}{digit.translate(_TO_FIRST)}]" for digit in "0123456789"}
    said = re.sub(
        r"\{.*?\}|\[(.*?)\]|\\d|\d",
        lambda found: f"[{found[1]}{found[1].translate(_TO_FIRST)}]" if found[1] else both.get(found[0], found[0]),
        pattern,
    )
    return re.compile(f"(?=[a-j])(?:{said})".replace("END", "(?![0-9])"))


_IDENTITY = _shape(r"[1-9]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}(?:\d|X|x)END")

_CARD = _shape(r"(?:62|5[1-5]|4\d)\d{14,17}END")

_AREA = r"(?:(?:10|2\d)[2-8]\d{7}|[3-9]\d\d[2-8]\d{6,7})END"  # and the number: 10 69512345

_PHONE = _shape(rf"(?:0{{0,2}}86)?(?:1[3-9]\d{{9}}END|0{_AREA})|(?P<abroad>0{{0,2}}86{_AREA})")

_DATE = re.compile(r"(?:b9|c0)[0-9]{2}(?=[a-j])(?:a[1-9]|b[0-2]|[b-j])(?=[a-j])([a-c][0-9]|d[01]|[b-j])(?![0-9])")

_WEIGHTS = [2 ** (17 - n) % 11 for n in range(18)]

_TWICE = bytes.maketrans(bytes(range(10)), bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))

SHORTEST_CARD = 16

MOST_GROUPS = 5


def private_numbers(text):
    """[(kind, start, end)] in a text whose digits are plain."""
    return [piece for found in _SPAN.finditer(text) if _may_be(found[0]) for piece in _Run(text, found).pieces()]


def _may_be(run):
    """A quick no for nearly all."""
    return not run.isdigit() or _WHOLE.fullmatch(run)


class _Run:
    """Joined digits: `code` is the condensed run; its `groups` of digits and the `gaps` between them make up the text."""

    def __init__(self, text, found):
        self.text, self.start = text, found.start()
        parts = _SPLIT.split(found[0].rstrip(JOINERS))
        self.groups, self.gaps = parts[::2], parts[1::2]
        self.code = "".join([group[0].translate(_TO_FIRST) + group[1:] for group in self.groups])

    def pieces(self):
        """Each kind in what the kinds before it have left."""
        if len(self.code) < _LEAST:
            return
        yield from self._all("证件号", _IDENTITY, self._end_of_identity)
        if len(self.groups) > 1:
            self._forget_dates()
        yield from self._all("银行卡", _CARD, self._end_of_card)
        yield from self._all("电话", _PHONE, self._end_of_phone)

    def _all(self, kind, shape, end_of):
        at, gone = 0, []
        while found := shape.search(self.code, at):
            start, end = found.start(), end_of(found)
            at = end or start + 1
            if end:
                gone.append((start, end))
                yield kind, self._begin(self._place(start)), self._place(end - 1) + 1
        self._forget(gone)

    def _forget(self, spans):
        at, kept = 0, []
        for start, end in spans:
            kept += self.code[at:start], _GONE * (end - start)
            at = end
        self.code = "".join(kept) + self.code[at:] if kept else self.code

    @cached_property
    def _in_code(self):
        """Where in the code each group begins."""
        return list(accumulate(map(len, self.groups[:-1]), initial=0))

    @cached_property
    def _in_text(self):
        lengths = (len(group) + len(gap) for group, gap in zip(self.groups, self.gaps, strict=False))
        return list(accumulate(lengths, initial=self.start))

    def _group(self, n):
        return bisect_right(self._in_code, n) - 1

    def _place(self, n):
        """Where in the text the nth digit stands."""
        group = self._group(n)
        return self._in_text[group] + n - self._in_code[group]

    def _begin(self, here):
        """With the plus or the bracket before it."""
        before = self.text[here - 1 : here]
        is_open = before in {"(", "（"} and self.text[here : here + 5].lstrip("0123456789")[:1] in {")", "）"}
        return here - 1 if is_open or before in {"+", "＋"} else here

    def _end_of_identity(self, found):
        return found.end() if is_identity(found[0]) else None

    def _end_of_card(self, found):
        start, longest = found.span()
        for end in range(longest, start + SHORTEST_CARD - 1, -1):
            sums = self._sums[end % 2]  # the last digit counts once
            is_right = (sums[end] - sums[start]) % 10 == 0
            if is_right and self.code[end : end + 1] not in _DIGITS and not self._is_figure(start, end):
                return end
        return None

    def _end_of_phone(self, found):
        start, end = found.span()
        if found["abroad"] and self.text[self._place(start) - 1] not in "+＋0":
            return None
        return None if self._is_figure(start, end) else end

    @cached_property
    def _sums(self):
        """Luhn's sums up to each digit: with the first, third, fifth … doubled, and with the others."""
        values = bytearray(n % 10 for n in map(int, "".join(self.groups).translate(_VALUES).replace(":", "0")))
        sums = []
        for first in (0, 1):
            doubled = bytearray(values)
            doubled[first::2] = values[first::2].translate(_TWICE)
            sums.append(list(accumulate(doubled, initial=0)))
        return sums

    def _is_figure(self, start, end):
        """An amount of money, or part of a long list of figures."""
        first, last = self._group(start), self._group(end - 1)
        if MOST_GROUPS < last - first + 1 < end - start and self._goes_on(first, last):
            return True
        return _MONEY.match(self.text, self._in_text[last] + len(self.groups[last])) is not None

    def _goes_on(self, first, last):
        """More digits before or behind, joined as these are."""
        inner = self.gaps[first:last]
        return self._gap_before(first) in inner or self._gap_behind(last) in inner

    def _gap_before(self, group):
        if group:
            return self.gaps[group - 1]
        before = self.text[max(self.start - 9, 0) : self.start]
        bare = before.rstrip(JOINERS)
        return before[len(bare) :] if bare.endswith("］") else None

    def _gap_behind(self, group):
        if group < len(self.gaps):
            return self.gaps[group]
        behind = _BEHIND.match(self.text, self._in_text[group] + len(self.groups[group]))
        return behind and behind[1]

    def _forget_dates(self):
        """2026-10-14 is no part of a number, unless the same dash goes on."""
        spans = []
        for found in _DATE.finditer(self.code):
            year, day = self._group(found.start()), self._group(found.start(1))
            dash = self.gaps[year]
            is_alone = self._gap_before(year) != dash and (day == len(self.gaps) or self.gaps[day] != dash)
            if self.gaps[day - 1] == dash and is_alone:
                spans.append(found.span())
        self._forget(spans)


def is_identity(code):
    """Whether 18 condensed digits hold a birth date and end with the right check digit."""
    digits = code.translate(_VALUES)
    if sum(map(mul, _WEIGHTS, [ord(digit) - 48 for digit in digits])) % 11 != 1:
        return False
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    return born <= date.today()
