"""Gathers the app's models."""

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
from partybuilding.orders.models import AssignmentStep, Order, OrderAssignment, OrderStep
from partybuilding.worklogs.models import WorkLog

__all__ = [
    "AssignmentStep",
    "Leaf",
    "Node",
    "Order",
    "OrderAssignment",
    "OrderStep",
    "Period",
    "Scheme",
    "SchemeItem",
    "SchemeVersion",
    "ScoreSheet",
    "TreeRow",
    "WorkLog",
]
