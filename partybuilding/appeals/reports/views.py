"""接诉即办日报, 月报: the drafts that wait, what is final, on the screen, on paper, in Word and Excel."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from districts.documents.download import as_of_words
from districts.documents.excel import DECIMAL, PERCENT, WHOLE, Column, Sheet, as_number, excel_response
from districts.documents.word import Paper
from districts.records.answering import attempt, takes_steps, to_record
from partybuilding.appeals.models import AppealReport
from partybuilding.appeals.reports.actions import draft_report, finish_report
from partybuilding.appeals.reports.forms import RemarkForm, ReportForm
from partybuilding.appeals.reports.saying import by_part, text_of
from partybuilding.appeals.streets import street_where

A_PAGE = 31
CONTENTS = ("sentences", "figures", "table")


@require_http_methods(["GET", "HEAD", "POST"])
def reports_page(request):
    """The reports that the user may read; whoever writes one of a kind drafts it."""
    duties = {duty for a in request.posts for duty in a.duties}
    kinds = [kind for kind, duty in AppealReport.WRITTEN_BY.items() if duty in duties]
    if request.method == "POST" and not kinds:
        raise Http404
    form = ReportForm(request.POST or None, kinds=kinds)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        street = street_where(request.user, AppealReport.WRITTEN_BY[data["kind"]])
        try:
            return redirect("appeal_report", draft_report(street, data["kind"], data["since"], data["until"]).pk)
        except ValidationError as refusal:
            form.add_error(None, refusal)
    page = Paginator(AppealReport.objects.readable_by(request.user).defer(*CONTENTS), A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"form": form if kinds else None, "page_obj": page, "opens": form.is_bound}
    return render(request, "appeals/reports.html", context, status=422 if request.method == "POST" else 200)


def report_of(request, pk):
    rows = AppealReport.objects.readable_by(request.user).select_related("street", "final_by").defer("figures")
    return get_object_or_404(rows, pk=pk)


@require_safe
def report_page(request, pk):
    return _shown(request, report_of(request, pk), RemarkForm())


def _shown(request, report, form, status=200):
    rows = AppealReport.objects.where_user_may_any(request.user, AppealReport.STEPS["finish"].duties)
    can_write = report.state == AppealReport.State.DRAFT and rows.filter(pk=report.pk).exists()
    history = report.steps.select_related("by", "for_whom", "appointment__unit")
    context = {"report": report, "form": form if can_write else None, "history": history}
    context["parts"] = by_part((part, linked(report, pieces)) for part, pieces in report.sentences)
    return render(request, "appeals/report.html", context, status=status)


@takes_steps(to_record(AppealReport, "appeal_report"))
def finish(request, pk):
    mine = AppealReport.objects.where_user_may_any(request.user, AppealReport.STEPS["finish"].duties)
    report = get_object_or_404(mine, pk=pk)
    form = RemarkForm(request.POST)
    if not form.is_valid():
        return _shown(request, report, form, status=422)
    is_again = "again" in request.POST
    outcome = attempt(form, partial(_draft_again if is_again else finish_report, report, request.user))
    if outcome.is_taken:
        messages.success(request, "已按现在的记录重写。" if is_again else "已定稿，内容不再变化。")
    else:
        messages.error(request, outcome.error)
    return redirect("appeal_report", report.pk)


def _draft_again(report, by, remark):
    """From the records of now; what was typed goes with the draft."""
    draft_report(report.street, report.kind, report.starts_on, report.ends_on)


@require_safe
def report_file(request, pk, kind):
    """As Word or Excel; every sentence keeps its number and the way to its records."""
    report = report_of(request, pk)
    if kind not in FILES:
        raise Http404
    listed = request.build_absolute_uri(reverse("appeal_list"))
    sources = [[f"{listed}?{query}" for _, query in linked(report, pieces) if query] for _, pieces in report.sentences]
    return FILES[kind](report, sources, has_sources="sources" in request.GET)


def linked(report, pieces):
    """[(text, query of the list of the records that it counts, or "")] of a sentence."""
    parts = [(piece, "") if isinstance(piece, str) else piece for piece in pieces]
    return [(text, way if isinstance(way, str) else f"figure={report.pk}.{way}") for text, way in parts]


def _word(report, sources, *, has_sources):
    paper = Paper(str(report))
    is_draft = report.state == AppealReport.State.DRAFT
    paper.name(report.street.name, as_of_words(report.made_at) + ("（草稿）" if is_draft else ""))
    paper.prose(report.remark)
    for part, sentences in by_part(report.sentences):
        if part:
            paper.heading(part)
        paper.says(*((text_of(pieces), n) for n, pieces in sentences))
    if report.table:
        paper.heading("三率表")
        paper.table(report.HEADS, report.table)
    paper.heading("口径")
    paper.prose(report.rule)
    if has_sources:
        paper.sources((n, address) for n, found in enumerate(sources, 1) for address in found)
    return paper.response()


SAID = [Column("序号", WHOLE, 6), Column("部分", width=18), Column("内容", width=80), Column("出处", width=60)]


def _excel(report, sources, **asked):
    said = [
        (n, part, text_of(pieces), "\n".join(found))
        for n, ((part, pieces), found) in enumerate(zip(report.sentences, sources, strict=True), 1)
    ]
    sheets = [Sheet(SAID, said, "内容")]
    if report.table:
        kinds = zip(report.HEADS[1:], [WHOLE, WHOLE, PERCENT, PERCENT, PERCENT, DECIMAL, DECIMAL], strict=True)
        columns = [Column(report.HEADS[0], width=24), *(Column(head, kind) for head, kind in kinds)]
        sheets.append(Sheet(columns, ([row[0], *map(as_number, row[1:])] for row in report.table), "三率表"))
    notes = [("编者按", report.remark), ("口径", report.rule), ("状态", report.get_state_display())]
    return excel_response(str(report), *sheets, notes=notes, as_of=report.made_at)


FILES = {"docx": _word, "xlsx": _excel}
