"""Two people, one record: the second saver is told, and nothing is overwritten."""

from django.db.models import F
from django.utils import timezone


class Conflict(Exception):
    """Somebody saved first; `current` is the record as it stands now."""

    def __init__(self, current):
        super().__init__("保存前，别人已改过这条记录。")
        self.current = current


def save_edit(record, seen_version, **fields):
    """Write the fields if nobody saved since `seen_version`; raises Conflict otherwise. One conditional update."""
    model = type(record)
    changed = model._base_manager.filter(pk=record.pk, version=seen_version).update(
        **fields, version=F("version") + 1, updated_at=timezone.now()
    )
    current = model._base_manager.get(pk=record.pk)
    if not changed:
        raise Conflict(current)
    return current
