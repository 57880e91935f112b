"""消息: what a person was told, newest first; opening one reads it and leads to its record."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from districts.inbox.models import Quiet
from districts.inbox.quiet import switch_off, switched_off
from districts.inbox.reading import mark_read, notices_of, shown, with_reminders
from districts.records.fields import PortalForm
from districts.records.paging import PagedList

SAID = {
    Quiet.What.DIGEST: "工作日早上汇成一条：没签收的、明天到期的、逾期的、没答复的，30 天内到期的任职。关掉以后，要办的事仍在工作台的“今天”里。",
    Quiet.What.PUBLISH: "得分单发给核对、审定，公开揭榜发榜。",
    Quiet.What.WEEKLY: "逾期以后每周再提醒一次。逾期第一天的那次不受影响。",
}


class QuietForm(PortalForm):
    """One switch for each thing that is no duty: ticked, it is told."""

    def __init__(self, *args, off=(), **kwargs):
        super().__init__(*args, **kwargs)
        for what in Quiet.What:
            given = {"label": what.label, "help_text": SAID[what], "initial": what not in off}
            self.fields[what.value] = forms.BooleanField(required=False, **given)

    @property
    def off(self):
        return [what for what, is_told in self.cleaned_data.items() if not is_told]


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
        return context | {"rows": rows, "form": QuietForm(off=switched_off(self.request.user))}


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


@require_POST
def set_quiet(request):
    """提醒设置: what is not ticked is told no more."""
    form = QuietForm(request.POST)
    form.is_valid()
    switch_off(request.user, form.off)
    messages.success(request, "提醒设置已保存。")
    return redirect("inbox")
