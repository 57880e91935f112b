"""Every indicator that a scheme may name, by code: each app lists its own, here they come together."""

from partybuilding.appeals.indicators import INDICATORS as APPEAL_INDICATORS
from partybuilding.assessment.indicators import INDICATORS as SURVEY_INDICATORS
from partybuilding.matters.orders.indicators import INDICATORS as ORDER_INDICATORS

INDICATORS = {i.code: i for i in [*ORDER_INDICATORS, *APPEAL_INDICATORS, *SURVEY_INDICATORS]}

# What the default scheme names and no slice counts yet: it stays in the scheme as 不参评.
TO_COME = {
    "problems_solved": "重难点问题办结率",
    "projects_finished": "共建项目完成率",
    "talent_tasks": "人才培育任务完成率",
}


def label_of(code):
    return INDICATORS[code].label if code in INDICATORS else TO_COME.get(code, code)
