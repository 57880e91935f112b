"""What the portal's pages know of the year's goals."""

from districts.nouns import Noun
from partybuilding.goals.leaving import GOALS
from partybuilding.goals.models import Goal

GOAL = Noun(
    key="goal",
    label="年度目标",
    icon="flag",
    model=Goal,
    address="goal_edit",
    paths={"unit": "所在单位"},
    open_work=(GOALS,),
)
