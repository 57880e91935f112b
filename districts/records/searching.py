"""What people type into a search, read as the portal writes it: each word, any dot of a name, a name with blanks in it."""

import re
from functools import reduce
from operator import or_

from django.db.models import Q

DOTS = "·•‧∙・･⋅"  # as keyboards and other programs write the dot of 阿不都·热合曼
_DOT = re.compile(f"[{DOTS}]")
_COMMITTEE = re.compile(r"(?:居民委员会|村民委员会|居委会|村委会)$")


def having(words, *fields):
    """The condition that every one of the words stands in one of the fields; of no words none."""
    return reduce(lambda found, word: found & _within(_dotted(word), fields), words.split(), Q())


def called(words, *fields):
    """The condition that one of the fields has a name, which some write with blanks in it (鲍 玉)."""
    return _within([*_dotted(words), *_dotted(closed_up(words))], fields)


def closed_up(words):
    return "".join(words.split())


def without_committee(words):
    """海棠里社区居委会 is 海棠里社区, which is how units are named."""
    return _COMMITTEE.sub("", closed_up(words)) or words


def _dotted(word):
    """A word with each dot that it may have been written with."""
    return [_DOT.sub(dot, word) for dot in DOTS] if _DOT.search(word) else [word]


def _within(texts, fields):
    return reduce(or_, (Q(**{f"{field}__icontains": text}) for text in texts for field in fields))
