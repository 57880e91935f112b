"""算, 核对, 定, 更正: the steps of a settlement."""

from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect

from districts.duties import Duty
from districts.records.answering import attempt, takes_steps, to_record
from partybuilding.assessment.models import Settlement
from partybuilding.assessment.settling import actions as settling
from partybuilding.assessment.settling.pages import step_form
from partybuilding.assessment.standings.views import Standings

ACTIONS = {
    "publish": (settling.publish, "已发给各单位核对，核对到 {done}。"),
    "recompute": (settling.recompute, "已重算。"),
    "settle": (settling.settle, "已审定，{done} 张得分单封存。"),
    "correct": (settling.correct_final, "已更正 {done}。"),
}

NAMED = 5


@takes_steps(to_record(Settlement, "standings_period", "period__code"))
def take_settlement_step(request, pk, verb):
    if verb not in ACTIONS:
        raise Http404
    mine = Settlement.objects.where_user_may(request.user, Duty.ASSESS).select_related("period", "street", "version")
    settlement = get_object_or_404(mine, pk=pk)
    form = step_form(settlement, Settlement.STEPS[verb], request.user, request.POST)
    act, said = ACTIONS[verb]
    outcome = attempt(form, partial(act, settlement, request.user))
    if outcome.is_taken:
        done = _sheets_said(outcome.done) if verb == "correct" else outcome.done
        messages.success(request, said.format(done=done))
        return redirect("standings_period", settlement.period.code)
    page = Standings()
    page.setup(request, period=settlement.period.code)
    response = page.render_to_response(
        page.get_context_data(period=settlement.period.code, refused=(verb, form, outcome.error))
    )
    response.status_code = outcome.status
    return response


def _sheets_said(pairs):
    """2 张得分单：东中心 60.00 → 70.00、东一社区 不参评 → 65.00"""
    points = [(old.unit.name, *(sheet.points or "不参评" for sheet in (old, new))) for old, new in pairs[:NAMED]]
    named = "、".join(f"{name} {before} → {after}" for name, before, after in points)
    return f"{len(pairs)} 张得分单：{named}{' 等' if len(pairs) > NAMED else ''}"
