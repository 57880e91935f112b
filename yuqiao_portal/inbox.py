"""消息: what a person was told, newest first; opening one reads it and leads to its record."""

from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from districts.inbox.reading import mark_read, notices_of, shown, with_reminders
from districts.records.paging import PagedList


class Inbox(PagedList):
    """What may not be seen any more is passed over, and waits for nobody from then on."""

    template_name = "inbox/list.html"
    http_method_names = ["get", "head", "options"]

    def get_queryset(self):
        return with_reminders(notices_of(self.request.user).filter(digest=None))

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        rows, gone = shown(self.request.user, list(context["page_obj"]))
        if gone:
            mark_read(self.request.user, gone)
        return context | {"rows": rows}


@require_safe
def open_notice(request, pk):
    """To the record, by the gate, or from a digest to 今天; what is somebody else's, or may not be seen any more, is not there."""
    rows, _ = shown(request.user, list(with_reminders(notices_of(request.user).filter(pk=pk))))
    for row in rows:
        mark_read(request.user, [pk])
        return redirect(row.address)
    raise Http404


@require_POST
def read_all(request):
    mark_read(request.user)
    return redirect("inbox")
