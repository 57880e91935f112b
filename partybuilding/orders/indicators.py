from django.db.models import Q

from districts.records.indicator import Indicator, Source
from partybuilding.orders.models import ON_TIME, due_records

ASSIGNMENTS = Source("承办", due_records, "unit")

INDICATORS = [
    Indicator(
        code="orders_on_time",
        label="按期办结率",
        source=ASSIGNMENTS,
        whole=Q(),
        part=ON_TIME,
        rule="本期到期的承办事项中，经审核办结、且所审报结日期不晚于办结期限的占比。几家共办的，每家各计一件。",
    ),
]
