"""Attached files stay only where a row names them: what a request wrote and its transaction took back is deleted with it."""

import logging
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

from django.apps import apps
from django.core.files.storage import FileSystemStorage
from django.db import DatabaseError, models, transaction

_unsettled = ContextVar("files written and not yet known to be kept", default=None)

log = logging.getLogger(__name__)


class AttachmentStore(FileSystemStorage):
    """Notes what it writes until that is committed; half a file does not stay."""

    def _save(self, name, content):
        unsettled = _unsettled.get()
        if unsettled is not None:
            unsettled[name] = self
            transaction.on_commit(partial(unsettled.pop, name, None))
        try:
            return super()._save(name, content)
        except BaseException:
            self.delete(name)
            raise


@contextmanager
def files_settled():
    """At the end, delete each file written within that no row names; where the database cannot be asked, it stays."""
    unsettled = {}
    token = _unsettled.set(unsettled)
    try:
        yield
    finally:
        _unsettled.reset(token)
        if unsettled:
            _delete_strays(unsettled)


class FilesSettled:
    """Around every request: whatever goes wrong in it, no caller has to think of its files."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with files_settled():
            return self.get_response(request)


def attaching_fields():
    """Every field of every table that keeps its files in a store of attachments."""
    fields = [field for model in apps.get_models() for field in model._meta.concrete_fields]
    return [f for f in fields if isinstance(f, models.FileField) and isinstance(f.storage, AttachmentStore)]


def _delete_strays(unsettled):
    try:
        named = {name for field in attaching_fields() for name in _named_by(field, unsettled)}
    except DatabaseError:
        log.exception("whether %s belong to a row is not known; they stay", sorted(unsettled))
        return
    for name in unsettled.keys() - named:
        unsettled[name].delete(name)


def _named_by(field, names):
    rows = field.model._base_manager.filter(**{f"{field.name}__in": list(names)})
    return rows.values_list(field.name, flat=True)
