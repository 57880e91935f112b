"""What the assessment itself brings as indicators: figures of surveys made outside."""

from django.db.models import Q

from districts.records.indicator import Indicator, Source
from partybuilding.assessment.models import SurveyFigure


def _for_list(figures):
    return figures.select_related("unit", "survey").order_by("unit__lft", "pk")


def _address(starts_on, ends_on):
    return ""  # a survey's own page is the assessing office's; the sheet shows its figures


SURVEYS = Source(
    "测评",
    SurveyFigure.objects.confirmed_between,
    "unit",
    "assessment/_figures.html",
    SurveyFigure.objects.all,
    _address,
    _for_list,
)

INDICATORS = [
    Indicator(
        code="survey_satisfaction",
        label="群众满意度",
        source=SURVEYS,
        whole=Q(),
        part=Q(),
        is_sum=True,
        rule="本期测评的样本中，表示满意的占比；来源文件由一人录入、另一人确认。",
    ),
]
