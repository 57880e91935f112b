"""测评: figures pasted from a spreadsheet by one person, row by row checked, and confirmed by another."""

import re

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from districts.apart import Deed, refusal
from districts.posts.duties import Duty
from districts.records.dirty import mark_dirty
from districts.trail.recording import record_event
from districts.units.models import Unit
from partybuilding.appeals.matching import bare, names_of
from partybuilding.assessment.models import Survey, SurveyFigure

ASKED = (Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE)
MOST_ROWS = 500
HEADING = ("单位", "满意", "样本")
TOTALS = ("合计", "总计", "全街道")


def read_figures(text, street):
    """[(unit id, satisfied, asked)] of lines “单位 满意 样本”; raises ValidationError with every fault by its line.

    A heading is passed over; a line of totals must be the sum of the others.
    """
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    if lines and _is_heading(lines[0][1]):
        del lines[0]
    if len(lines) > MOST_ROWS:
        raise ValidationError(f"一次最多 {MOST_ROWS} 行，现在是 {len(lines)} 行。")
    rows, totals = [], []
    for n, line in lines:
        (totals if bare(_cells(line)[0]) in TOTALS else rows).append((n, line))
    found = _figures(rows, street)
    if not found:
        raise ValidationError("请粘贴各单位的数字，每行“单位 满意数 样本数”。")
    _check_totals(totals, found)
    return found


def _figures(lines, street):
    names = names_of(street)
    able = set(Unit.objects.filter(tree_id=street.tree_id, kind__in=ASKED).values_list("pk", flat=True))
    found, faults = {}, []
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
    return list(found.values())


def _is_heading(line):
    return not any(char.isdigit() for char in line) and any(word in line for word in HEADING)


def _check_totals(lines, found):
    part, whole = (sum(row[n] for row in found) for n in (1, 2))
    for n, line in lines:
        try:
            said = _numbers(_cells(line))
        except ValidationError as fault:
            raise ValidationError(f"第 {n} 行“{line[:30]}”：{fault.messages[0]}") from None
        if said != (part, whole):
            raise ValidationError(
                f"第 {n} 行合计是满意 {said[0]}、样本 {said[1]}，各行相加是满意 {part}、样本 {whole}；请核对。"
            )


def _cells(line):
    return re.split(r"[\t,，]+|\s{1,}", line)


def _numbers(cells):
    if len(cells) != 3:
        raise ValidationError("应有三列：单位、满意数、样本数。")
    if not (cells[1].isdecimal() and cells[2].isdecimal() and len(cells[1]) < 8 and len(cells[2]) < 8):
        raise ValidationError("满意数和样本数要是整数。")
    return int(cells[1]), int(cells[2])


def _row(line, names, able):
    cells = _cells(line)
    part, whole = _numbers(cells)
    unit = names.get(bare(cells[0]))
    if unit not in able:
        raise ValidationError("没有这个社区或村。")
    if whole == 0 or part > whole:
        raise ValidationError("样本数要大于 0，满意数不能超过样本数。")
    return unit, part, whole


@transaction.atomic
def enter_survey(street, by, *, name, measured_on, paper, figures):
    Unit.objects.select_for_update(no_key=True).get(pk=street.pk)  # one paper at a time
    same = Survey.objects.filter(street=street, measured_on=measured_on, paper=paper)
    if same.exclude(state=Survey.State.WITHDRAWN).exists():
        raise ValidationError(f"“{paper}”{measured_on} 的测评已经录入过；录错的请先删除或撤回那一次。")
    survey = Survey.objects.create(street=street, name=name, measured_on=measured_on, paper=paper, entered_by=by)
    SurveyFigure.objects.bulk_create(
        SurveyFigure(survey=survey, unit_id=unit, part=part, whole=whole) for unit, part, whole in figures
    )
    return survey


def why_not_confirmed(survey, by):
    """Why a person may not confirm what they typed in; empty for everybody else."""
    why = refusal([Deed("录入", survey.entered_by)], "确认", by)
    return why and f"{why}请另一位同事对照来源文件核对后确认。"


@transaction.atomic
def confirm_survey(survey, by):
    """By a second person; from the next run on it counts. Raises ValidationError."""
    if why := why_not_confirmed(survey, by):
        raise ValidationError(why)
    entered = Survey.objects.filter(pk=survey.pk, state=Survey.State.ENTERED)
    if not entered.update(state=Survey.State.CONFIRMED, confirmed_by=by, confirmed_at=timezone.now()):
        raise ValidationError("这次测评已经确认过了。")
    mark_dirty((unit, survey.measured_on) for unit in survey.figures.values_list("unit", flat=True))
    record_event("operation", f"{survey.street.name}：确认 {survey.measured_on} 的测评 {survey.pk}", by=by)


@transaction.atomic
def drop_survey(survey):
    """Take back what is not confirmed; returns whether it was there."""
    return bool(Survey.objects.filter(pk=survey.pk, state=Survey.State.ENTERED).delete()[0])


@transaction.atomic
def withdraw_survey(survey, by, *, why):
    """Take back what was confirmed: from the next run on it does not count. Raises ValidationError."""
    confirmed = Survey.objects.filter(pk=survey.pk, state=Survey.State.CONFIRMED)
    if not confirmed.update(state=Survey.State.WITHDRAWN, why_withdrawn=why):
        raise ValidationError("这次测评还没有确认，或已经撤回过了；请刷新后再看。")
    mark_dirty((unit, survey.measured_on) for unit in survey.figures.values_list("unit", flat=True))
    record_event("operation", f"{survey.street.name}：撤回 {survey.measured_on} 的测评 {survey.pk}", by=by)


def units_without_figure(survey, user):
    """The communities and villages of the street, that the user assesses, which the survey does not name."""
    asked = (
        Unit.objects.where_user_may(user, Duty.ASSESS).active().filter(tree_id=survey.street.tree_id, kind__in=ASKED)
    )
    return asked.exclude(pk__in=survey.figures.values("unit")).order_by("lft")
