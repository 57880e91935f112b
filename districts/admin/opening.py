"""The system administrator's page for the opening workbook: template, export, dry run, confirmation."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.core.signing import BadSignature, Signer
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from districts.opening.loading import OpeningRefused, open_street
from districts.opening.sheets import SHEETS, read_sheets
from districts.opening.staging import forget_staged, stage, staged
from districts.opening.writing import as_read, faults_response, street_response, template_response
from districts.reading.faults import grouped
from districts.records.fields import DayInput, PortalForm
from districts.units.models import Unit

_signer = Signer(salt="opening")


class WorkbookForm(PortalForm):
    file = forms.FileField(label="期初建账表（.xlsx）", error_messages={"required": "请选择文件。"})
    on = forms.DateField(
        label="组织架构从哪天起算",
        initial=timezone.localdate,
        widget=DayInput,
    )


def opening_page(request, model_admin):
    """Upload for a dry run, then confirm the very file that was tried."""
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    forget_staged()
    context = {**admin.site.each_context(request), "title": "期初建账", "opts": Unit._meta, "sheets": SHEETS}
    context["streets"] = Unit.objects.filter(parent=None, retired_on=None).order_by("tree_id")
    if request.method == "POST" and "token" in request.POST:
        return _confirm(request, context)
    form = WorkbookForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        context |= _try(form, request)
        if "faulty" in context and "errors_file" in request.POST:
            return context["faulty"]
    return render(request, "admin/opening.html", context | {"form": form})


def _try(form, request):
    file, on = form.cleaned_data["file"], form.cleaned_data["on"]
    try:
        tried = open_street(file, on, by=request.user, dry_run=True)
    except OpeningRefused as refusal:
        found = _as_shown(refusal)
        if all(sheet in SHEETS for sheet, _, _ in refusal.errors):
            file.seek(0)
            found["faulty"] = faults_response(read_sheets(file), refusal.errors)
        return found
    file.seek(0)
    return {"tried": tried, "token": _signer.sign(f"{stage(as_read(read_sheets(file)))}:{on}")}


def _as_shown(refusal):
    return {"wrong": len(refusal.errors), "errors": grouped(refusal.errors)}


def _confirm(request, context):
    try:
        name, _, on = _signer.unsign(request.POST["token"]).partition(":")
        path = staged(name)
        opened = open_street(
            ContentFile(path.read_bytes(), name="opening.xlsx"), forms.DateField().clean(on), by=request.user
        )
        path.unlink()
    except (BadSignature, FileNotFoundError):
        messages.error(request, "试算已过期，请重新上传。")
    except OpeningRefused as refusal:
        return render(request, "admin/opening.html", context | {"form": WorkbookForm()} | _as_shown(refusal))
    else:
        messages.success(
            request,
            f"已导入：新增单位 {len(opened.units_added)}、人员 {len(opened.people_added)}；"
            f"{len(opened.changes)} 项等安全管理员开通权限。",
        )
    return redirect("admin:opening")


def template(request, model_admin):
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    return template_response()


def export(request, model_admin, pk):
    if not model_admin.has_change_permission(request):
        raise PermissionDenied
    return street_response(get_object_or_404(Unit, pk=pk, parent=None))
