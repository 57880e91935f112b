"""What the portal's pages know of 投诉建议: how many wait for whoever reads them. No page searches them, none lists them by unit."""

from functools import reduce
from operator import or_

from districts.nouns import Noun
from districts.voice.models import Suggestion
from districts.waiting import Kind, Rank, count_row


def is_reader(posts):
    """Does one of these appointments read what is said to the office, or to the leaders?"""
    return bool(_reading(posts))


def _reading(posts):
    return [duty for duty in Suggestion.READERS if any(duty in post.duties for post in posts)]


def _waiting(user, posts):
    """By the duties that the posts give alone: the page asks for no others."""
    rows = [Suggestion.objects.where_user_may(user, duty).waiting() for duty in _reading(posts)]
    return [count_row("voice", reduce(or_, rows))] if rows else []


SUGGESTION = Noun(
    key="suggestion",
    label="投诉建议",
    icon="inbox",
    model=Suggestion,
    address="suggestion",
    kinds=(Kind("voice", Rank.CHECK),),
    notices=_waiting,
    notice="voice/_notice.html",
)
