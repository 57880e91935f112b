"""Drafting a report, drafting it anew, and finishing it: what is final stays as it was read."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from districts.trail.recording import record_event
from districts.units.models import Unit
from districts.workflow import take_step
from partybuilding.appeals.models import AppealReport
from partybuilding.appeals.rates.spans import span_before
from partybuilding.appeals.reports.composing import compose_day, compose_month, open_to_all

FROM_HOUR = 6

Kind, State = AppealReport.Kind, AppealReport.State


@transaction.atomic
def draft_report(street, kind, starts_on, ends_on):
    """Draft, or draft anew from the records of now. Raises ValidationError where it is final already."""
    span = {"street": street, "kind": kind, "starts_on": starts_on, "ends_on": ends_on}
    report = AppealReport.objects.select_for_update().filter(**span).first() or AppealReport(**span)
    if report.state == State.FINAL:
        raise ValidationError(f"{report}已经定稿，不能重写。")
    if kind == Kind.DAY:
        said, report.table, report.rule = compose_day(street, starts_on)
    else:
        before = span_before(starts_on, ends_on)
        said, report.table, report.rule = compose_month(street, starts_on, ends_on, before)
    report.sentences, report.figures = said.sentences, said.figures
    report.made_at = timezone.now()
    report.save()
    return report


@transaction.atomic
def finish_report(report, by, *, remark=""):
    """定稿. Raises NotYours, or ValidationError when somebody did it first."""
    if not AppealReport.objects.filter(pk=report.pk, state=State.DRAFT).exists():
        raise ValidationError(f"{report}已经定稿。")
    take_step(report, "finish", by)
    AppealReport.objects.filter(pk=report.pk).update(remark=remark)
    record_event("operation", f"{report.street.name}：{report}定稿", by=by)


def draft_yesterday():
    """Each morning, for every street with appeals: the draft of the day before waits; twice asked makes it once."""
    now = timezone.localtime()
    if now.hour < FROM_HOUR:
        return
    day = now.date() - timedelta(days=1)
    drafted = AppealReport.objects.filter(kind=Kind.DAY, starts_on=day).values("street")
    for street in Unit.objects.active().filter(parent=None).exclude(pk__in=drafted):
        if open_to_all(street).exists():
            draft_report(street, Kind.DAY, day, day)
