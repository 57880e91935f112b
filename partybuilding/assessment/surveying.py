"""测评: figures pasted from a spreadsheet by one person, row by row checked, and confirmed by another."""

import re

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from districts.records.dirty import mark_dirty
from districts.trail.recording import record_event
from districts.units.models import Unit
from partybuilding.appeals.matching import bare, names_of
from partybuilding.assessment.models import Survey, SurveyFigure

ASKED = (Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE)
MOST_ROWS = 500


def read_figures(text, street):
    """[(unit id, satisfied, asked)] of lines “单位 满意 样本”; raises ValidationError with every fault by its line."""
    names = names_of(street)
    able = set(Unit.objects.filter(tree_id=street.tree_id, kind__in=ASKED).values_list("pk", flat=True))
    found, faults = {}, []
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if len(lines) > MOST_ROWS:
        raise ValidationError(f"一次最多 {MOST_ROWS} 行，现在是 {len(lines)} 行。")
    for n, line in lines:
        try:
            unit, part, whole = _row(line, names, able)
            if unit in found:
                raise ValidationError("这个单位前面已经有一行。")
            found[unit] = (unit, part, whole)
        except ValidationError as fault:
            faults.append(f"第 {n} 行“{line[:30]}”：{fault.messages[0]}")
    if faults:
        raise ValidationError(faults)
    if not found:
        raise ValidationError("请粘贴各单位的数字，每行“单位 满意数 样本数”。")
    return list(found.values())


def _row(line, names, able):
    cells = re.split(r"[\t,，]+|\s{1,}", line)
    if len(cells) != 3:
        raise ValidationError("应有三列：单位、满意数、样本数。")
    unit = names.get(bare(cells[0]))
    if unit not in able:
        raise ValidationError("没有这个社区或村。")
    if not (cells[1].isdecimal() and cells[2].isdecimal() and len(cells[1]) < 8 and len(cells[2]) < 8):
        raise ValidationError("满意数和样本数要是整数。")
    part, whole = int(cells[1]), int(cells[2])
    if whole == 0 or part > whole:
        raise ValidationError("样本数要大于 0，满意数不能超过样本数。")
    return unit, part, whole


@transaction.atomic
def enter_survey(street, by, *, name, measured_on, paper, figures):
    survey = Survey.objects.create(street=street, name=name, measured_on=measured_on, paper=paper, entered_by=by)
    SurveyFigure.objects.bulk_create(
        SurveyFigure(survey=survey, unit_id=unit, part=part, whole=whole) for unit, part, whole in figures
    )
    return survey


@transaction.atomic
def confirm_survey(survey, by):
    """By a second person; from the next run on it counts. Raises ValidationError."""
    if survey.entered_by_id == by.pk:
        raise ValidationError("录入的人不能自己确认，请另一位同事核对后确认。")
    entered = Survey.objects.filter(pk=survey.pk, state=Survey.State.ENTERED)
    if not entered.update(state=Survey.State.CONFIRMED, confirmed_by=by, confirmed_at=timezone.now()):
        raise ValidationError("这次测评已经确认过了。")
    mark_dirty((unit, survey.measured_on) for unit in survey.figures.values_list("unit", flat=True))
    record_event("operation", f"{survey.street.name}：确认测评“{survey}”", by=by)


@transaction.atomic
def drop_survey(survey):
    """Take back what is not confirmed; returns whether it was there."""
    return bool(Survey.objects.filter(pk=survey.pk, state=Survey.State.ENTERED).delete()[0])
