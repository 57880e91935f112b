from partybuilding.assessment.models.objection import Objection, ObjectionEvidence, ObjectionStep
from partybuilding.assessment.models.period import Period, Settlement, SettlementStep, TreeRow
from partybuilding.assessment.models.scheme import FULL_WEIGHT, Scheme, SchemeItem, SchemeStep, SchemeVersion
from partybuilding.assessment.models.sheet import BANDS, FrozenRecord, Node, ScoreSheet

__all__ = [
    "BANDS",
    "FULL_WEIGHT",
    "FrozenRecord",
    "Node",
    "Objection",
    "ObjectionEvidence",
    "ObjectionStep",
    "Period",
    "Scheme",
    "SchemeItem",
    "SchemeStep",
    "SchemeVersion",
    "ScoreSheet",
    "Settlement",
    "SettlementStep",
    "TreeRow",
]
