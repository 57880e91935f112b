"""What the portal's pages know of 投诉建议: how many wait for whoever reads them. No page searches them, none lists them by unit."""

from districts.nouns import Noun
from districts.voice.models import Suggestion
from districts.waiting import Kind, Rank, count_row


def is_reader(posts):
    """Does one of these appointments read what is said to the office, or to the leaders?"""
    return any(duty in post.duties for post in posts for duty in Suggestion.READERS)


def _waiting(user, posts):
    return [count_row("voice", Suggestion.objects.read_by(user).waiting())] if is_reader(posts) else []


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
