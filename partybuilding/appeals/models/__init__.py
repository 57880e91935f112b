from partybuilding.appeals.models.appeal import Appeal, AppealStep
from partybuilding.appeals.models.cadre import CadreReport, CadreReportStep
from partybuilding.appeals.models.exclusion import Exclusion, ExclusionEvidence, ExclusionStep
from partybuilding.appeals.models.imports import AppealImport, AppealImportPart, AppealImportStep, UnitAlias
from partybuilding.appeals.models.report import AppealReport, AppealReportStep
from partybuilding.appeals.models.rules import PERCENT, AppealDesk, AppealLimit, AppealRule, Grade
from partybuilding.appeals.models.topic import MonthlyTopic

__all__ = [
    "PERCENT",
    "Appeal",
    "AppealDesk",
    "AppealImport",
    "AppealImportPart",
    "AppealImportStep",
    "AppealLimit",
    "AppealReport",
    "AppealReportStep",
    "AppealRule",
    "AppealStep",
    "CadreReport",
    "CadreReportStep",
    "Exclusion",
    "ExclusionEvidence",
    "ExclusionStep",
    "Grade",
    "MonthlyTopic",
    "UnitAlias",
]
