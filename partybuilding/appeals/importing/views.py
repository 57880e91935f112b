"""The page of the month's two files: upload, dry run, one confirmation; and what each file should look like."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from districts.documents.download import dated
from districts.documents.excel import Column, Sheet, excel_response
from districts.duties import Duty
from districts.records.acting import ActingForm
from districts.records.answering import attempt, takes_steps, to_record
from districts.workflow import NotYours
from partybuilding.appeals.by_hand import street_by_hand
from partybuilding.appeals.importing.batches import confirm, faulty_rows, template_columns, try_files
from partybuilding.appeals.importing.forms import UploadForm
from partybuilding.appeals.importing.headings import FAULTS, SHAPES
from partybuilding.appeals.models import AppealImport
from partybuilding.appeals.streets import street_of_importer


def batches_of(user):
    return AppealImport.objects.where_user_may(user, Duty.INTAKE).select_related("street", "by", "job")


@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request):
    street = street_of_importer(request.user)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        try:
            return redirect("appeal_import_batch", try_files(form.cleaned_data["files"], street, request.user).pk)
        except NotYours:
            raise Http404 from None
        except ValidationError as refusal:
            form.add_error("files", refusal)
    recent = batches_of(request.user).exclude(state=AppealImport.State.REFUSED)[:10]
    context = {"form": form, "recent": recent, "shapes": SHAPES, "by_hand": street_by_hand(request.user)}
    return render(request, "appeals/import.html", context, status=422 if form.is_bound else 200)


@require_safe
def batch_page(request, pk):
    """What the files would change, or did."""
    batch = get_object_or_404(batches_of(request.user), pk=pk)
    context = {
        "batch": batch,
        "found": batch.found,
        "job": batch.job,
        "shapes": SHAPES,
        "history": batch.steps.select_related("by", "for_whom", "appointment__unit"),
    }
    return render(request, "appeals/batch.html", context)


@takes_steps(to_record(AppealImport, "appeal_import_batch"))
def confirm_batch(request, pk):
    batch = get_object_or_404(batches_of(request.user), pk=pk)
    outcome = attempt(ActingForm(request.POST), partial(confirm, batch, request.user))
    if outcome.error:
        messages.error(request, outcome.error)
    return redirect("appeal_import_batch", batch.pk)


@require_safe
def faults_file(request, pk):
    """Every row as it was read, with what is wrong in the last column: to mend and upload again."""
    batch = get_object_or_404(batches_of(request.user).filter(state=AppealImport.State.REFUSED), pk=pk)
    heads, rows = faulty_rows(batch)
    columns = [Column(head, width=60 if head == FAULTS else 18) for head in heads]
    return excel_response(dated("12345待改正"), Sheet(columns, rows, most=len(rows)))


@require_safe
def template_file(request, shape):
    street_of_importer(request.user)
    if shape not in SHAPES:
        raise Http404
    columns = [Column(heading) for heading in template_columns(shape)]
    return excel_response(f"12345{SHAPES[shape]}模板", Sheet(columns, []))
