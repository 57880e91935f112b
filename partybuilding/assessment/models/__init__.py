from partybuilding.assessment.models.adjustment import Adjustment, AdjustmentEvidence, AdjustmentStep
from partybuilding.assessment.models.objection import Objection, ObjectionEvidence, ObjectionStep
from partybuilding.assessment.models.peer import PeerMember
from partybuilding.assessment.models.period import Period, Settlement, SettlementStep, TreeRow
from partybuilding.assessment.models.region import MonthEnd, Region, RegionStreet
from partybuilding.assessment.models.scheme import FULL_WEIGHT, Scheme, SchemeItem, SchemeStep, SchemeVersion
from partybuilding.assessment.models.sheet import BANDS, FrozenRecord, Node, ScoreSheet
from partybuilding.assessment.models.survey import Survey, SurveyFigure, SurveyStep

__all__ = [
    "BANDS",
    "FULL_WEIGHT",
    "Adjustment",
    "AdjustmentEvidence",
    "AdjustmentStep",
    "FrozenRecord",
    "MonthEnd",
    "Node",
    "Objection",
    "ObjectionEvidence",
    "ObjectionStep",
    "PeerMember",
    "Period",
    "Region",
    "RegionStreet",
    "Scheme",
    "SchemeItem",
    "SchemeStep",
    "SchemeVersion",
    "ScoreSheet",
    "Settlement",
    "SettlementStep",
    "Survey",
    "SurveyFigure",
    "SurveyStep",
    "TreeRow",
]
