from django.db.models import F, Q
from django.urls import reverse

from districts.records.indicator import Indicator, Source
from partybuilding.matters.orders.models import ON_TIME, OrderAssignment, due_records


def _for_list(shares):
    shares = shares.annotate(acceptance_on=F("acceptance__report__taken_on")).select_related("order", "unit")
    return shares.order_by("counts", "due_on", "pk")


def _address(starts_on, ends_on):
    return f"{reverse('order_list')}?due_since={starts_on}&due_until={ends_on}"


ASSIGNMENTS = Source(
    "承办", due_records, "unit", "assessment/_shares.html", OrderAssignment.objects.with_acceptance, _address, _for_list
)

INDICATORS = [
    Indicator(
        code="orders_on_time",
        label="按期办结率",
        source=ASSIGNMENTS,
        whole=Q(),
        part=ON_TIME,
        lists=(None, ""),
        rule="本期到期的承办事项中，经审核办结、且所审报结日期不晚于办结期限的占比。几家共办的，每家各计一件。",
    ),
]
