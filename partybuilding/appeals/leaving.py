"""What of appeals is still open at a unit that leaves; a successor handles them where they are counted."""

from districts.units.leaving import OpenWork
from partybuilding.appeals.models import Appeal

APPEALS = OpenWork(
    "件没有办结的市民诉求",
    "请先改派或办结",
    lambda unit: list(Appeal.objects.filter(unit=unit).going_on().order_by("pk").values_list("number", flat=True)),
)
