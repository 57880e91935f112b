"""口径: the weights of the three rates and the limits by grade, each from a day on."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from districts.duties import Duty
from partybuilding.appeals.by_hand import switch
from partybuilding.appeals.models import AppealDesk
from partybuilding.appeals.rules.actions import MODELS, begin_rule, drop_rule
from partybuilding.appeals.rules.forms import FORMS
from partybuilding.appeals.streets import street_where


@require_http_methods(["GET", "HEAD", "POST"])
def rules_page(request):
    street = street_where(request.user, Duty.ASSESS)
    forms = {what: form(prefix=what) for what, form in FORMS.items()}
    if "by_hand" in request.POST:
        switch(street, request.user, is_by_hand=request.POST["by_hand"] == "yes")
        messages.success(request, "已改办理方式。")
        return redirect("appeal_rules")
    if request.method == "POST":
        what = "limit" if request.POST.get("what") == "limit" else "rule"
        if "drop" in request.POST:
            return _dropped(request, what, street)
        forms[what] = FORMS[what](request.POST, prefix=what)
        if forms[what].is_valid() and _started(request, forms[what], street):
            return redirect("appeal_rules")
    tables = {
        what: model.objects.filter(Q(street=street) | Q(street=None)).order_by("-starts_on", "-pk")
        for what, model in MODELS.items()
    }
    by_hand = AppealDesk.objects.filter(street=street, is_by_hand=True).exists()
    context = {"by_hand": by_hand, "street": street, "today": timezone.localdate(), "forms": forms, "tables": tables}
    return render(request, "appeals/rules.html", context, status=422 if request.method == "POST" else 200)


def _started(request, form, street):
    try:
        begin_rule(form.save(commit=False), street, request.user)
    except ValidationError:
        form.add_error("starts_on", "这一天已经有同样的一条，请换一天，或先撤回那一条。")
        return False
    messages.success(request, "已保存，从所填日期起施行；以前的时段不变。")
    return True


def _dropped(request, what, street):
    pk = request.POST["drop"]
    if not (pk.isdecimal() and len(pk) < 18 and drop_rule(MODELS[what], int(pk), street, request.user)):
        raise Http404
    messages.success(request, "已撤回。")
    return redirect("appeal_rules")
