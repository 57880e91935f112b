"""Say something to the office or to the leaders; answer it, once. Nothing here writes an event, a step or a token."""

from django.db import transaction
from django.utils import timezone

from districts.inbox.telling import tell
from districts.locking import VOICE_LOCK, advisory_lock
from districts.voice.models import Suggestion
from districts.workflow import NotYours, StepRefused


def say(text, *, to, street, author=None):
    """Returns the Suggestion, or None where the very same was said today: so a form that is sent twice is known.

    Whoever does not sign is not told to this function, so that nothing below it could keep them.
    """
    said = {"text": text, "to": to, "street": street, "author": author, "said_on": timezone.localdate()}
    with advisory_lock(VOICE_LOCK):
        if Suggestion.objects.filter(**said).exists():
            return None
        return Suggestion.objects.create(**said)


@transaction.atomic
def answer(suggestion, by, *, text):
    """Answer for good; whoever signed is told. Raises NotYours for whoever does not read it, StepRefused a second time."""
    rows = Suggestion.objects.read_by(by).select_for_update(of=("self",))
    row = rows.filter(pk=suggestion.pk).select_related("street").first()
    if row is None:
        raise NotYours
    if row.state != Suggestion.State.NEW:
        raise StepRefused("这一件已经答复过，只能答复一次；刷新后可以看到已有的答复。")
    row.state, row.answer, row.answered_by = Suggestion.State.ANSWERED, text, by
    row.answered_on = timezone.localdate()
    row.save(update_fields=["state", "answer", "answered_by", "answered_on"])
    if row.author_id:
        said = {"verb": "answer", "label": "已答复", "by": by, "once": f"suggestion:{row.pk}", "at": timezone.now()}
        tell([(row, row.street)], to={row.author_id}, **said)
    return row
