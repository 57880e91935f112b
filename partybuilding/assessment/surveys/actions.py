"""测评: figures entered by one person and confirmed by another."""

from django.core.exceptions import ValidationError
from django.db import transaction

from districts.duties import Duty
from districts.records.dirty import mark_dirty
from districts.trail.recording import record_event
from districts.units.models import Unit
from districts.workflow import open_record, take_step
from partybuilding.assessment.models import Survey, SurveyFigure
from partybuilding.assessment.surveys.figures import ASKED


@transaction.atomic
def enter_survey(street, by, *, name, measured_on, paper, figures):
    """Type one in, with [(unit id, satisfied, asked)]. Raises NotYours, or ValidationError where the paper is there."""
    Unit.objects.select_for_update(no_key=True).get(pk=street.pk)  # one paper at a time
    same = Survey.objects.filter(street=street, measured_on=measured_on, paper=paper)
    if same.exclude(state=Survey.State.WITHDRAWN).exists():
        raise ValidationError(f"“{paper}”{measured_on} 的测评已经录入过；录错的请先删除或撤回那一次。")
    survey = Survey(street=street, name=name, measured_on=measured_on, paper=paper, entered_by=by)
    open_record(survey, "enter", by)
    SurveyFigure.objects.bulk_create(
        SurveyFigure(survey=survey, unit_id=unit, part=part, whole=whole) for unit, part, whole in figures
    )
    return survey


@transaction.atomic
def confirm_survey(survey, by):
    """By a second person; from the next run on it counts. Raises NotYours, StepRefused or ValidationError."""
    if not Survey.objects.filter(pk=survey.pk, state=Survey.State.ENTERED).exists():
        raise ValidationError("这次测评已经确认过了。")
    take_step(survey, "confirm", by)
    mark_dirty((unit, survey.measured_on) for unit in survey.figures.values_list("unit", flat=True))
    record_event("operation", f"{survey.street.name}：确认 {survey.measured_on} 的测评 {survey.pk}", by=by)


@transaction.atomic
def drop_survey(survey):
    """Take back what is not confirmed, nor just being confirmed; returns whether it was there."""
    entered = Survey.objects.select_for_update().filter(pk=survey.pk, state=Survey.State.ENTERED).first()
    return entered is not None and bool(entered.delete()[0])


@transaction.atomic
def withdraw_survey(survey, by, *, why):
    """Take back what was confirmed: it counts no more. Raises NotYours, StepRefused or ValidationError."""
    if not Survey.objects.filter(pk=survey.pk, state=Survey.State.CONFIRMED).exists():
        raise ValidationError("这次测评还没有确认，或已经撤回过了；请刷新后再看。")
    take_step(survey, "withdraw", by, note=why)
    mark_dirty((unit, survey.measured_on) for unit in survey.figures.values_list("unit", flat=True))
    record_event("operation", f"{survey.street.name}：撤回 {survey.measured_on} 的测评 {survey.pk}", by=by)


def units_without_figure(survey, user):
    """The communities and villages of the street, that the user assesses, which the survey does not name."""
    asked = (
        Unit.objects.where_user_may(user, Duty.ASSESS).active().filter(tree_id=survey.street.tree_id, kind__in=ASKED)
    )
    return asked.exclude(pk__in=survey.figures.values("unit")).order_by("lft")
