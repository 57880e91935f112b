"""What of goals is still open at a centre that leaves."""

from districts.units.leaving import OpenWork
from partybuilding.goals.models import Goal

GOALS = OpenWork(
    "个推进中的年度目标",
    "请先改为已完成或不再实施",
    lambda unit: list(Goal.objects.filter(unit=unit, state=Goal.State.RUNNING).values_list("title", flat=True)),
)
