"""What the portal's pages know of circulars."""

from django.db.models import F

from districts.duties import Duty
from districts.nouns import Noun
from districts.waiting import Kind, Rank, row
from partybuilding.matters.circulars.models import Circular


def _waiting(user, posts):
    """Those that a unit of the user's has not opened, while they are in force; a post that handles may be lent to them."""
    if user.acts_for_nobody and not any(Duty.HANDLE in post.duties for post in posts):
        return []
    return [row("circular", Circular.objects.to_open(user), "pk", F("title"), F("last_on"))]


CIRCULAR = Noun(
    key="circular",
    label="通知",
    icon="file-text",
    model=Circular,
    address="circular_detail",
    search=lambda rows, words: rows.search(words).for_list(),
    found="circulars/_found.html",
    paths={"unit": "发出单位", "units__unit": "收到单位"},
    kinds=(Kind("circular", Rank.READ),),
    notices=_waiting,
    notice="circulars/_notice.html",
)
