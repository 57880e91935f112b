"""Gathers the app's models."""

from partybuilding.appeals.models import (
    Appeal,
    AppealDesk,
    AppealImport,
    AppealImportPart,
    AppealLimit,
    AppealReport,
    AppealRule,
    AppealStep,
    Exclusion,
    ExclusionEvidence,
    ExclusionStep,
    MonthlyTopic,
    Recusal,
    UnitAlias,
)
from partybuilding.assessment.models import (
    Leaf,
    Node,
    Period,
    Scheme,
    SchemeItem,
    SchemeVersion,
    ScoreSheet,
    TreeRow,
)
from partybuilding.goals.models import Goal
from partybuilding.orders.models import AssignmentStep, Order, OrderAssignment, OrderStep
from partybuilding.worklogs.models import LogAttachment, WorkLog

__all__ = [
    "Appeal",
    "AppealDesk",
    "AppealImport",
    "AppealImportPart",
    "AppealLimit",
    "AppealReport",
    "AppealRule",
    "AppealStep",
    "AssignmentStep",
    "Exclusion",
    "ExclusionEvidence",
    "ExclusionStep",
    "Goal",
    "Leaf",
    "LogAttachment",
    "MonthlyTopic",
    "Node",
    "Order",
    "OrderAssignment",
    "OrderStep",
    "Period",
    "Recusal",
    "Scheme",
    "SchemeItem",
    "SchemeVersion",
    "ScoreSheet",
    "TreeRow",
    "UnitAlias",
    "WorkLog",
]
