"""What the pages show of a settlement: how far it is, what may be done next, and the forms for it."""

from districts.duties import Duty
from districts.workflow import open_steps, ways_open
from partybuilding.assessment.models import Adjustment, Objection, Settlement
from partybuilding.assessment.rollup.run import late_units
from partybuilding.assessment.settling.forms import SettlementForm


def settlement_card(settlement, user, refused=None):
    """Template values; `refused` is (verb, form, sentence) of a step that was just refused."""
    if settlement is None:
        return {"steps": [], "history": [], "open_objections": 0}
    steps = open_steps(Settlement, [settlement], user)[settlement.pk]
    forms = [(step, step_form(settlement, step, user)) for step in steps]
    if refused:
        forms = [(step, refused[1] if step.verb == refused[0] else form) for step, form in forms]
    seen = Objection.objects.where_user_may(user, Duty.VIEW).filter(sheet__settlement=settlement)
    return {
        "steps": forms,
        "error": refused[2] if refused else None,
        "late": _late(settlement) if forms else 0,
        "proposed": _proposed(settlement, user) if forms and settlement.state == Settlement.State.CHECKING else 0,
        "strays": settlement.strays if forms else 0,
        "history": settlement.steps.select_related("by", "for_whom", "appointment__unit"),
        "open_objections": seen.filter(state=Objection.State.RAISED).count(),
    }


def _late(settlement):
    """In how many units something has changed that this settlement has not counted: it waits for a recomputation."""
    if settlement.state == Settlement.State.OPEN:
        return 0  # counted within minutes
    late = late_units(settlement.period, [settlement]).filter(is_structural=False)  # the period keeps its own tree
    return late.values("unit").distinct().count()


def _proposed(settlement, user):
    """How many adjustments of the month no leader has decided yet, before it is settled without them."""
    rows = Adjustment.objects.where_user_may(user, Duty.VIEW).filter(period=settlement.period_id)
    rows = rows.filter(unit__tree_id=settlement.street.tree_id)
    return rows.filter(state=Adjustment.State.PROPOSED).count()


def step_form(settlement, step, user, data=None):
    ways = ways_open(user, step.duty, settlement.street)
    return SettlementForm(data, step=step, ways=ways, prefix=step.verb)
