"""One box over everything that the reader may see: units by present and former names, people, orders, appeals, logs."""

from django.db.models import Q
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.duties import Duty
from districts.units.models import Unit
from partybuilding.appeals.models import Appeal
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import Order
from yuqiao_portal.people.views import colleagues

SHOWN = 10


@require_safe
def search(request):
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    context = {"words": words, **(_found(request.user, words) if words else {})}
    return render(request, "search.html", context)


def _found(user, words):
    units = Unit.objects.in_street_of(user).filter(
        Q(name__icontains=words) | Q(names__name__icontains=words) | Q(code=words)
    )
    units = units.distinct().order_by("tree_id", "lft").prefetch_related("names")[:SHOWN]
    return {
        "units": [(unit, _former(unit, words)) for unit in units],
        "people": colleagues(user).filter(name__icontains=words).order_by("name")[:SHOWN],
        "orders": Order.objects.where_user_may(user, Duty.VIEW).search(words).for_list()[:SHOWN],
        "appeals": Appeal.objects.where_user_may(user, Duty.VIEW).not_withheld().search(words).for_list()[:SHOWN],
        "logs": WorkLog.objects.where_user_may(user, Duty.VIEW).search(words).for_list()[:SHOWN],
    }


def _former(unit, words):
    """The former name by which a unit was found; empty when the present one has the words."""
    if words in unit.name:
        return ""
    return next((n.name for n in unit.names.all() if words in n.name), "")
