"""消息: what a person was told, newest first; opening one reads it and leads to its record."""

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from districts.inbox.reading import mark_read, notices_of, with_records
from districts.records.paging import PagedList


class Inbox(PagedList):
    """What may not be seen any more is passed over, and waits for nobody from then on."""

    template_name = "inbox/list.html"
    http_method_names = ["get", "head", "options"]

    def get_queryset(self):
        return notices_of(self.request.user).select_related("unit", "by")

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        told = list(context["page_obj"])
        rows = with_records(self.request.user, told)
        gone = {notice.pk for notice in told} - {notice.pk for notice, _, _ in rows}
        if gone:
            mark_read(notices_of(self.request.user).filter(pk__in=gone))
        return context | {"rows": [(notice, noun.called(record)) for notice, noun, record in rows]}


@require_safe
def open_notice(request, pk):
    """To the record, by the gate; what is somebody else's, or may not be seen any more, is not there."""
    notices = notices_of(request.user).filter(pk=pk)
    for _, noun, record in with_records(request.user, list(notices)):
        mark_read(notices)
        return redirect(noun.address_of(record))
    raise Http404


@require_POST
def read_all(request):
    mark_read(notices_of(request.user))
    return redirect("inbox")
