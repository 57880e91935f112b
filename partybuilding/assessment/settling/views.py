"""算, 核对, 定, 更正: the steps of a settlement."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from districts.duties import Duty
from districts.workflow import NotYours, StepRefused
from partybuilding.assessment.models import Settlement
from partybuilding.assessment.settling import actions as settling
from partybuilding.assessment.settling.pages import step_form
from partybuilding.assessment.standings.views import Standings

ACTIONS = {
    "publish": (settling.publish, "已发给各单位核对，核对到 {done}。"),
    "recompute": (settling.recompute, "已重算。"),
    "settle": (settling.settle, "已定，{done} 张得分单封存。"),
    "correct": (settling.correct_final, "已更正 {done}。"),
}

NAMED = 5


@require_http_methods(["GET", "HEAD", "POST"])
def take_settlement_step(request, pk, verb):
    """POST takes the step; whoever comes back to the address later finds the month."""
    if verb not in ACTIONS:
        raise Http404
    mine = Settlement.objects.where_user_may(request.user, Duty.ASSESS).select_related("period", "street", "version")
    settlement = get_object_or_404(mine, pk=pk)
    if request.method != "POST":
        return redirect("standings_period", settlement.period.code)
    form = step_form(settlement, Settlement.STEPS[verb], request.user, request.POST)
    act, said = ACTIONS[verb]
    error = None
    if form.is_valid():
        try:
            done = act(settlement, request.user, **form.cleaned_data)
            messages.success(request, said.format(done=_sheets_said(done) if verb == "correct" else done))
            return redirect("standings_period", settlement.period.code)
        except NotYours:
            raise Http404 from None
        except StepRefused as refusal:
            error = str(refusal)
        except ValidationError as refusal:
            error = "；".join(refusal.messages)
    page = Standings()
    page.setup(request, period=settlement.period.code)
    response = page.render_to_response(
        page.get_context_data(period=settlement.period.code, refused=(verb, form, error))
    )
    response.status_code = 409 if error else 422
    return response


def _sheets_said(pairs):
    """2 张得分单：东中心 60.00 → 70.00、东一社区 不参评 → 65.00"""
    points = [(old.unit.name, *(sheet.points or "不参评" for sheet in (old, new))) for old, new in pairs[:NAMED]]
    named = "、".join(f"{name} {before} → {after}" for name, before, after in points)
    return f"{len(pairs)} 张得分单：{named}{' 等' if len(pairs) > NAMED else ''}"
