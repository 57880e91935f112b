"""岗位与权限表: who holds which post, what is vacant, and one row that appoints or dismisses, its difference shown first."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.documents.download import dated
from districts.documents.excel import DAY, Column, Sheet, excel_response
from districts.duties import POSTS, Duty, Post
from districts.posts.changes import difference_of, prepare_change, withdraw_change
from districts.posts.models import Appointment, AppointmentChange
from districts.records.answering import takes_steps, to_page
from districts.records.searching import closed_up, without_committee
from districts.units.models import Unit
from yuqiao_portal.appointments.forms import ChangeForm


def units_administered(user):
    """The units whose posts the Party office prepares; 404 for everybody else."""
    units = Unit.objects.where_user_may(user, Duty.ASSESS).active()
    if not units.exists():
        raise Http404
    return units


def rows_of(user):
    """Of each unit: who holds which post today, and the single posts that are vacant or only acted for."""
    units = list(units_administered(user).order_by("tree_id", "lft"))
    held = Appointment.objects.valid_on(timezone.localdate()).filter(unit__in=units).select_related("user")
    by_unit = {}
    for appointment in held.order_by("post", "pk"):
        by_unit.setdefault(appointment.unit_id, []).append(appointment)
    for unit in units:
        unit.held = by_unit.get(unit.pk, [])
        taken = {a.post for a in unit.held if not a.is_acting}
        unit.vacant = [p for p in Post if p.is_single and unit.kind in POSTS[p][0] and p not in taken]
    return units


@require_safe
def table(request):
    wanted = {name: request.GET[name] for name in ("kind", "user", "post", "unit") if name in request.GET}
    form = ChangeForm(user=request.user, initial=wanted)
    return _page(request, form)


def _page(request, form, status=200):
    units = rows_of(request.user)
    words = request.GET.get("q", "").strip()
    if words:
        name, place = closed_up(words), without_committee(words)
        units = [u for u in units if place in u.name or any(name in a.user.name for a in u.held)]
    if request.GET.get("vacant"):
        units = [u for u in units if u.vacant]
    changes = AppointmentChange.objects.filter(unit__in=units_administered(request.user))
    changes = changes.select_related("user", "unit", "prepared_by", "decided_by")
    context = {"units": units, "form": form, "changes": changes[:30], "words": words}
    return render(request, "appointments/table.html", context, status=status)


@takes_steps(to_page("appointment_table"))
def preview(request):
    """What the row would change, before it is sent; or why it cannot be done."""
    units_administered(request.user)
    form = ChangeForm(request.POST, user=request.user)
    context = {"form": form}
    if form.is_valid():
        try:
            context["difference"] = difference_of(AppointmentChange(**form.cleaned_data))
        except ValidationError as error:
            context["refusal"] = error.messages
    return render(request, "appointments/_difference.html", context)


@takes_steps(to_page("appointment_table"))
def prepare(request):
    units_administered(request.user)
    form = ChangeForm(request.POST, user=request.user)
    if form.is_valid():
        try:
            change = prepare_change(AppointmentChange(**form.cleaned_data), by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"已拟办：{change}。安全管理员授权后生效。")
            return redirect("appointment_table")
    return _page(request, form, status=422)


@takes_steps(to_page("appointment_table"))
def withdraw(request, pk):
    rows = AppointmentChange.objects.filter(unit__in=units_administered(request.user))
    try:
        withdraw_change(get_object_or_404(rows, pk=pk), request.user)
        messages.success(request, "已撤回。")
    except ValidationError as error:
        messages.error(request, "；".join(error.messages))
    return redirect("appointment_table")


COLUMNS = [
    Column("单位", width=24),
    Column("岗位", width=20),
    Column("职务", width=20),
    Column("姓名", width=10),
    Column("工号"),
    Column("起", DAY),
    Column("止", DAY),
    Column("依据", width=30),
]


@require_safe
def export(request):
    """The table as it stands today, as an Excel file."""
    rows = (
        (u.name, a.get_post_display(), a.called, a.user.name, a.user.staff_number, a.starts_on, a.ends_on, a.reason)
        for u in rows_of(request.user)
        for a in u.held
    )
    return excel_response(dated("岗位与权限表"), Sheet(COLUMNS, rows))
