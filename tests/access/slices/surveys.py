"""A survey of each street, one with a figure."""

from partybuilding.assessment.models import Survey, SurveyFigure
from tests.access.expected import OTHER
from tests.access.marks import Rows, mark
from tests.access.rules import alone, assessor, each, may, over
from tests.cast import STREET

MARKS = {"surveys": Rows(Survey, "U", may("assess", "street"), ("street",))}
GATE = {Survey: over("street"), SurveyFigure: over("unit")}
URLS = {
    "surveys": (alone, {"GET": assessor, "POST": assessor}),
    "survey": (each("surveys"), {"GET": may("assess", "street"), "POST": may("assess", "street")}),
}


def seed(world):
    street = world.street
    for name, by in ((STREET, "leader"), (OTHER, "stranger")):
        given = {"street": street.units[name], "measured_on": "2026-10-01", "entered_by": street.people[by]}
        survey = Survey.objects.create(**given)
        Survey.objects.filter(pk=survey.pk).update(name=f"测评{mark(survey)}", paper=mark(survey))
    Survey.objects.first().figures.create(unit=street.units["东一社区"], part=1, whole=2)
