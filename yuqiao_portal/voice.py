"""投诉建议: the box, which is on every page's menu; the list of whoever reads it; the numbers of the auditor."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.duties import Duty
from districts.posts.models import User
from districts.records.answering import attempt, takes_steps, to_record
from districts.records.paging import PagedList
from districts.voice.actions import answer, say
from districts.voice.forms import AnswerForm, SayForm
from districts.voice.models import Suggestion
from districts.voice.nouns import is_reader
from districts.voice.queries import tallies


class Box(PagedList):
    """What one says, and what one has signed with its answers. What is sent here is not tied to anybody who does not sign."""

    template_name = "voice/box.html"

    def dispatch(self, request, *args, **kwargs):
        if not request.posts:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_queryset(self):
        return Suggestion.objects.signed_by(self.request.user).select_related("answered_by").order_by("-pk")

    def get_context_data(self, **kwargs):
        given = {"form": SayForm(), "reads": is_reader(self.request.posts)}
        return super().get_context_data(**given | kwargs)

    def post(self, request):
        form = SayForm(request.POST)
        if not form.is_valid():
            self.object_list = self.get_queryset()
            return self.render_to_response(self.get_context_data(form=form), status=422)
        said = form.cleaned_data
        author = request.user if said["is_signed"] else None
        street = request.posts[0].unit.get_root()
        if say(said["text"], to=said["to"], street=street, author=author) is None:
            messages.info(request, "同样的内容今天已经收到，没有重复保存。")
        else:
            messages.success(request, f"已经交给{Suggestion.To(said['to']).label}。{_how(author)}")
        return redirect("voice")


def _how(author):
    return "答复后您会收到消息，也列在下面。" if author else "没有署名，门户没有记下是谁说的，所以不能单独答复您。"


class SuggestionList(PagedList):
    """What is addressed to the reader: what waits, the oldest first, or with `?show=all` everything, the newest first."""

    template_name = "voice/list.html"

    def get_queryset(self):
        if not is_reader(self.request.posts):
            raise Http404
        rows = Suggestion.objects.read_by(self.request.user).select_related("author")
        return rows.order_by("-pk") if self._shows_all else rows.waiting().order_by("pk")

    def get_context_data(self, **kwargs):
        return super().get_context_data(shows_all=self._shows_all, **kwargs)

    @property
    def _shows_all(self):
        return self.request.GET.get("show") == "all"


@require_safe
def suggestion_page(request, pk):
    """One of them, for its readers and whoever signed it; whoever reads what waits answers it here."""
    return _page(request, pk)


@takes_steps(to_record(Suggestion, "suggestion"))
def answer_suggestion(request, pk):
    suggestion, form = get_object_or_404(Suggestion.objects.read_by(request.user), pk=pk), AnswerForm(request.POST)
    outcome = attempt(form, partial(answer, suggestion, request.user))
    if outcome.is_taken:
        messages.success(request, "已答复。")
        return redirect("suggestions")
    return _page(request, pk, form, error=outcome.error, status=outcome.status)


def _page(request, pk, form=None, error="", status=200):
    rows = Suggestion.objects.where_user_may(request.user, Duty.VIEW).select_related("author", "answered_by")
    suggestion = get_object_or_404(rows, pk=pk)
    reads = Suggestion.objects.read_by(request.user).filter(pk=suggestion.pk).exists()
    can_answer = reads and suggestion.state == Suggestion.State.NEW
    given = {"suggestion": suggestion, "reads": reads, "can_answer": can_answer, "error": error}
    return render(request, "voice/page.html", given | {"form": form or AnswerForm()}, status=status)


@require_safe
def numbers(request):
    """Of each street and addressee how many there are and how long they wait, for the auditor: no word of them."""
    if request.user.admin_role != User.AdminRole.LOG_AUDITOR:
        raise Http404
    return render(request, "voice/numbers.html", {"tallies": tallies(timezone.localdate())})
