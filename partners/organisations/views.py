"""外部单位: the list of those that serve what the reader sees, and one of them with the estates that it serves and served."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from districts.duties import Duty
from districts.records.answering import attempt, takes_steps, to_record
from partners.organisations.actions import KEEPERS, end_serving, serve, streets_kept_by
from partners.organisations.forms import EndForm, OrganisationForm, ServingForm
from partners.organisations.models import Organisation, Serving


@require_http_methods(["GET", "HEAD", "POST"])
def organisations(request):
    street = streets_kept_by(request.user).first()
    if request.method == "POST" and street is None:
        raise Http404
    form = OrganisationForm(request.POST or None, street=street) if street else None
    if request.method == "POST" and form.is_valid():
        made = form.save()
        messages.success(request, f"已添加“{made.name}”。下面记它服务哪些小区。")
        return redirect("outside_organisation", made.pk)
    rows = Organisation.objects.where_user_may(request.user, Duty.VIEW).select_related("merged_into")
    context = {"form": form, "rows": rows, "opens": request.method == "POST"}
    return render(request, "organisations/list.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def organisation(request, pk):
    found = _seen(request, pk)
    form = None
    if may_keep(request.user, found):
        form = OrganisationForm(request.POST or None, instance=found)
    if request.method == "POST":
        if form is None:
            raise Http404
        if form.is_valid():
            form.save()
            messages.success(request, "已保存。")
            return redirect("outside_organisation", found.pk)
    return _shown(request, found, form, status=422 if request.method == "POST" else 200)


def may_keep(user, organisation):
    return streets_kept_by(user).filter(pk=organisation.street_id).exists()


def _seen(request, pk):
    rows = Organisation.objects.where_user_may(request.user, Duty.VIEW)
    return get_object_or_404(rows.select_related("street", "merged_into"), pk=pk)


def _shown(request, found, form, serving_form=None, refused=None, status=200):
    """`refused` is (serving id, bound form) of an end that was not taken."""
    may = may_keep(request.user, found)
    servings = Serving.objects.where_user_may(request.user, Duty.VIEW).filter(organisation=found)
    rows = list(servings.select_related("estate__unit"))
    for serving in rows if may else ():
        serving.end_form = refused[1] if refused and refused[0] == serving.pk else EndForm(prefix=f"end-{serving.pk}")
    context = {
        "organisation": Organisation.objects.select_related("merged_into").get(pk=found.pk),
        "form": form,
        "serving_form": serving_form or (ServingForm(user=request.user, organisation=found) if may else None),
        "servings": rows,
    }
    return render(request, "organisations/detail.html", context, status=status)


@takes_steps(to_record(Organisation, "outside_organisation"))
def serve_estate(request, pk):
    found = _seen(request, pk)
    if not may_keep(request.user, found):
        raise Http404
    form = ServingForm(request.POST, user=request.user, organisation=found)
    outcome = attempt(form, partial(serve, found, request.user), at="estate")
    if outcome.is_taken:
        messages.success(request, f"已记下：{outcome.done}。")
        return redirect("outside_organisation", found.pk)
    return _shown(request, found, OrganisationForm(instance=found), serving_form=form, status=outcome.status)


@takes_steps(to_record(Serving, "outside_organisation", path="organisation"))
def end(request, pk):
    mine = Serving.objects.where_user_may_any(request.user, KEEPERS).select_related("organisation__street")
    serving = get_object_or_404(mine, pk=pk)
    form = EndForm(request.POST, prefix=f"end-{pk}")
    outcome = attempt(form, partial(end_serving, serving, request.user), at="on")
    if outcome.is_taken:
        messages.success(request, f"已记下：{serving}到 {outcome.done.ends_on} 止。")
        return redirect("outside_organisation", serving.organisation_id)
    found = serving.organisation
    return _shown(request, found, OrganisationForm(instance=found), refused=(pk, form), status=outcome.status)
