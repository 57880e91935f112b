"""小区: those of the communities that the reader sees, each with who serves it today; kept by whoever takes appeals in."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.duties import Duty
from districts.estates.models import Estate
from partners.organisations.actions import KEEPERS, streets_kept_by
from partners.organisations.models import Serving
from partybuilding.appeals.estates.actions import keep_estate
from partybuilding.appeals.estates.forms import EstateForm


@require_http_methods(["GET", "HEAD", "POST"])
def estates_page(request):
    may_keep = streets_kept_by(request.user).exists()
    if request.method == "POST" and not may_keep:
        raise Http404
    form = EstateForm(request.POST or None, user=request.user) if may_keep else None
    if request.method == "POST" and form.is_valid():
        _kept(request, form)
        return redirect("estates")
    rows = list(Estate.objects.where_user_may(request.user, Duty.VIEW).select_related("unit"))
    serving = Serving.objects.filter(estate__in=rows).valid_on(timezone.localdate()).select_related("organisation")
    by_estate = {}
    for each in serving.order_by("role", "pk"):
        by_estate.setdefault(each.estate_id, []).append(each)
    for estate in rows:
        estate.served_by = by_estate.get(estate.pk, [])
    context = {"form": form, "estates": rows, "opens": request.method == "POST"}
    return render(request, "appeals/estates.html", context, status=422 if request.method == "POST" else 200)


def _kept(request, form):
    found = keep_estate(form.save(commit=False), request.user)
    more = f"，{found} 件点位同名的诉求已归到这个小区" if found else ""
    messages.success(request, f"已保存“{form.instance.name}”{more}。")


@require_http_methods(["GET", "HEAD", "POST"])
def estate_page(request, pk):
    seen = Estate.objects.where_user_may(request.user, Duty.VIEW).select_related("unit")
    estate = get_object_or_404(seen, pk=pk)
    may_keep = Estate.objects.where_user_may_any(request.user, KEEPERS).filter(pk=pk).exists()
    if request.method == "POST" and not may_keep:
        raise Http404
    form = EstateForm(request.POST or None, user=request.user, instance=estate) if may_keep else None
    if request.method == "POST" and form.is_valid():
        _kept(request, form)
        return redirect("estate", pk)
    context = {
        "estate": Estate.objects.select_related("unit").get(pk=pk),
        "form": form,
        "servings": Serving.objects.filter(estate=estate).select_related("organisation"),
    }
    return render(request, "appeals/estate.html", context, status=422 if request.method == "POST" else 200)
