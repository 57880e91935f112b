"""What the database itself refuses: every constraint of every model, each by a row that breaks it and no other."""

import re
from datetime import date

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils import timezone

from districts.burden.models import Asked
from districts.estates.models import Estate
from districts.inbox.models import Notice, Quiet
from districts.jobs.hearts import beat
from districts.jobs.models import Alarm, Heartbeat
from districts.posts.models import Appointment, AppointmentChange, Delegation, Grant
from districts.records.once import Submission
from districts.records.origin import Recusal
from districts.units.models import Placement, ServiceLink, Unit, UnitName
from districts.voice.models import Suggestion
from partners.organisations.models import Organisation, Serving
from partybuilding.appeals import models as appeals
from partybuilding.assessment import models as assessment
from partybuilding.goals.models import Goal
from partybuilding.matters.circulars.models import Circular, CircularUnit, UnitGroup
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import AssignmentStep, Order, OrderAssignment
from tests.access.seed import seed
from tests.cast import LONG_AGO, STREET

EARLIER = {"starts_on": date(2025, 5, 5), "ends_on": date(2025, 5, 4)}

# A check: (model, which rows, what makes one of them wrong).
WRONG = {
    "weights_total_100": (appeals.AppealRule, {}, {"response_weight": F("response_weight") + 1}),
    "basically_is_at_most_whole": (appeals.AppealRule, {}, {"basically_worth": 101}),
    "a_recused_appeal_stays_with_the_street": (appeals.Appeal, {"unit__kind": "community"}, {"is_recused": True}),
    "waiting_is_being_at_the_street": (appeals.Appeal, {"unit__kind": "community"}, {"state": "waiting"}),
    "what_is_suspended_is_reviewed": (appeals.Exclusion, {"kind": "removed"}, {"kind": "suspended"}),
    "a_report_ends_after_it_starts": (appeals.AppealReport, {}, EARLIER),
    "a_topic_begins_with_its_month": (appeals.MonthlyTopic, {}, {"month": date(2026, 10, 2)}),
    "target_above_floor": (assessment.SchemeItem, {}, {"target": F("floor")}),
    "few_tie_breaks": (assessment.SchemeItem, {"tie_order": 1}, {"tie_order": 5}),
    "weight_of_an_item": (assessment.SchemeItem, {}, {"weight": 0}),
    "what_is_final_was_settled": (assessment.Settlement, {"runs": 0}, {"state": "final"}),
    "what_was_settled_stays_so": (assessment.Settlement, {"state": "open"}, {"runs": 1}),
    "a_veto_takes_no_points": (assessment.Adjustment, {"kind": "bonus"}, {"kind": "veto"}),
    "a_deduction_is_from_one_item": (assessment.Adjustment, {"kind": "bonus"}, {"indicator": "orders_on_time"}),
    "a_final_sheet_is_whole": (assessment.ScoreSheet, {"serial": None}, {"is_final": True}),
    "peer_group_ends_after_it_starts": (assessment.PeerMember, {}, EARLIER),
    "a_day_of_any_month": (assessment.MonthEnd, {}, {"day": 29}),
    "confirmed_by_a_second_person": (
        assessment.Survey,
        {"state": "entered"},
        {"state": "confirmed", "confirmed_by": F("entered_by")},
    ),
    "what_is_withdrawn_has_a_reason": (assessment.Survey, {"state": "entered"}, {"why_withdrawn": "错"}),
    "why_withdrawn_is_said_of_what_is": (WorkLog, {}, {"why_withdrawn": "错"}),
    "part_of_the_asked": (assessment.SurveyFigure, {}, {"part": F("whole") + 1}),
    "only_an_open_call_lacks_its_lead": (Order, {"is_open_call": False}, {"lead_unit": None}),
    "an_issued_order_has_a_number": (Order, {"state": "issued"}, {"issued_on": None}),
    "an_acceptance_names_its_report": (AssignmentStep, {"verb": "accept"}, {"report": None}),
    "a_circular_lasts_a_day_at_least": (Circular, {}, {"last_on": LONG_AGO}),
    "only_a_committee_stands_on_top": (Unit, {"kind": "center"}, {"parent": None}),
    "placement_ends_after_it_starts": (Placement, {}, EARLIER),
    "an_estate_ends_after_it_starts": (Estate, {}, EARLIER),
    "serving_ends_after_it_starts": (Serving, {}, EARLIER),
    "an_organisation_is_not_merged_into_itself": (Organisation, {"merged_into": None}, {"merged_into": F("id")}),
    "nobody_serves_itself": (ServiceLink, {}, {"unit": F("center")}),
    "appointment_ends_after_it_starts": (Appointment, {}, EARLIER),
    "acting_has_an_end": (Appointment, {"ends_on": None}, {"is_acting": True}),
    "delegation_ends_after_it_starts": (Delegation, {}, EARLIER),
    "grant_ends_after_it_starts": (Grant, {}, EARLIER),
    "a_decided_change_names_who_decided": (AppointmentChange, {"decided_by": None}, {"state": "done"}),
    "an_answer_says_whose_it_is": (Suggestion, {"state": "answered"}, {"answered_by": None}),
    "nobody_authorises_what_they_prepared": (
        AppointmentChange,
        {"prepared_by__isnull": False},
        {"decided_by": F("prepared_by")},
    ),
}
# What is there once: (model, which rows, columns, how a copy differs elsewhere, so that nothing else refuses it).
ONCE = {
    "one_rule_a_day": (appeals.AppealRule, {"street__isnull": False}, {"street_id", "starts_on"}, {}),
    "one_rule_for_all_a_day": (appeals.AppealRule, {"street": None}, {"starts_on"}, {}),
    "one_limit_a_day": (appeals.AppealLimit, {"street__isnull": False}, {"street_id", "grade", "starts_on"}, {}),
    "one_limit_for_all_a_day": (appeals.AppealLimit, {"street": None}, {"grade", "starts_on"}, {}),
    "a_number_once_in_a_street": (appeals.Appeal, {"origin": None}, {"street_id", "number"}, {}),
    "an_estate_once_in_a_community": (Estate, {}, {"unit_id", "name"}, {}),
    "an_organisation_once_in_a_street": (Organisation, {}, {"street_id", "name"}, {}),
    "asked_once_at_a_time": (appeals.Exclusion, {"state": "asked"}, {"appeal_id"}, {}),
    "an_alias_means_one_unit": (appeals.UnitAlias, {}, {"street_id", "name"}, {}),
    "one_report_of_a_span": (appeals.AppealReport, {}, {"street_id", "kind", "starts_on", "ends_on"}, {}),
    "a_topic_once_a_month": (appeals.MonthlyTopic, {}, {"unit_id", "month", "item"}, {}),
    "one_scheme_a_street": (assessment.Scheme, {"street__isnull": False}, {"street_id"}, {}),
    "scheme_version_once": (assessment.SchemeVersion, {}, {"scheme_id", "number"}, {}),
    "indicator_once_in_a_version": (assessment.SchemeItem, {}, {"version_id", "indicator"}, {"tie_order": None}),
    "tie_order_once_in_a_version": (
        assessment.SchemeItem,
        {"tie_order": 1},
        {"version_id", "tie_order"},
        {"indicator": "another"},
    ),
    "settled_once": (assessment.Settlement, {}, {"period_id", "street_id"}, {}),
    "sheet_once_a_run": (
        assessment.ScoreSheet,
        {"serial": 7},
        {"period_id", "unit_id", "number"},
        {"is_current": False, "serial": None},
    ),
    "one_current_sheet": (
        assessment.ScoreSheet,
        {"serial": 7},
        {"period_id", "unit_id"},
        {"number": 99, "serial": None},
    ),
    "serial_once_in_a_street": (
        assessment.ScoreSheet,
        {"serial": 7},
        {"street_id", "serial"},
        {"is_current": False, "number": 99},
    ),
    "frozen_once_a_run": (assessment.FrozenRecord, {}, {"settlement_id", "number", "indicator", "record"}, {}),
    "one_open_objection_an_item": (assessment.Objection, {"state": "raised"}, {"sheet_id", "indicator"}, {}),
    "one_present_peer_group": (assessment.PeerMember, {"ends_on": None}, {"unit_id"}, {}),
    "one_figure_a_unit": (assessment.SurveyFigure, {}, {"survey_id", "unit_id"}, {}),
    "order_number_once": (Order, {"state": "issued"}, {"street_id", "kind", "year", "serial"}, {}),
    "a_unit_is_assigned_once": (OrderAssignment, {}, {"order_id", "unit_id"}, {}),
    "accepted_once": (AssignmentStep, {"verb": "accept"}, {"assignment_id"}, {}),
    "a_unit_receives_a_circular_once": (CircularUnit, {}, {"circular_id", "unit_id"}, {}),
    "a_group_name_once_a_person": (UnitGroup, {}, {"owner_id", "name"}, {}),
    "a_goal_once_a_year": (Goal, {}, {"unit_id", "year", "title"}, {}),
    "unit_name_once_in_a_street": (Unit, {"kind": "center"}, {"tree_id", "name"}, {"code": None}),
    "one_present_placement": (Placement, {"ends_on": None}, {"unit_id"}, {}),
    "one_present_name": (UnitName, {"ends_on": None}, {"unit_id"}, {}),
    "one_present_service_link": (ServiceLink, {"ends_on": None}, {"center_id", "unit_id"}, {}),
    "recused_once_of_an_origin": (Recusal, {}, {"origin_id", "person_id"}, {}),
    "a_form_is_taken_once": (Submission, {}, {"user_id", "token"}, {}),
    "one_heartbeat_of_a_part": (Heartbeat, {}, {"part", "node"}, {}),
    "a_person_is_told_once": (Notice, {}, {"person_id", "once"}, {}),
    "switched_off_once": (Quiet, {}, {"person_id", "what"}, {}),
    "asked_once_a_month": (Asked, {}, {"unit_id", "month"}, {}),
    "an_alarm_is_told_once": (Alarm, {"ended_at": None}, {"kind"}, {}),
}


def constraints():
    return {c.name: c for model in apps.get_models() for c in model._meta.constraints}


def add_what_the_matrix_lacks(world):
    """A row of each model that has a constraint and no row in the matrix's seed."""
    units, people = world.street.units, world.street.people
    street, by = units[STREET], people["office"]
    for of in (street, None):
        appeals.AppealLimit.objects.create(street=of, grade="hard", hours=99, starts_on=LONG_AGO)
    for_all = appeals.AppealRule.objects.filter(street=None).first()
    for_all.pk, for_all.street = None, street
    for_all.save(force_insert=True)
    appeals.UnitAlias.objects.create(street=street, name="东一", unit=units["东一社区"], taught_by=by)
    assessment.MonthEnd.objects.create(day=18, since="2025-01")
    sheet = assessment.ScoreSheet.objects.filter(is_current=True).first()
    assessment.ScoreSheet.objects.filter(pk=sheet.pk).update(serial=7)
    assessment.FrozenRecord.objects.create(
        settlement=sheet.settlement, unit=sheet.unit, number=1, indicator="orders_on_time", record=1, worth=0, size=1
    )
    ServiceLink.objects.create(center=units["东中心"], unit=units["西村"], starts_on=LONG_AGO, reason="联")
    Submission.objects.create(user=by, token="x" * 32)
    beat("worker", "here")
    Alarm.objects.create(kind="beat", text="停", since=timezone.now())
    AppointmentChange.objects.update(prepared_by=by)
    report = AssignmentStep.objects.filter(verb="report").first()
    report.pk, report.verb, report.report_id = None, "accept", report.pk
    report.save(force_insert=True)


def refusal(act, *given):
    """The name of the constraint that refused, or the columns of the index; None when nothing did."""
    try:
        with transaction.atomic():
            act(*given)
    except IntegrityError as error:
        diagnosis = getattr(error.__cause__, "diag", None)
        if diagnosis:
            return diagnosis.constraint_name
        _, _, rest = str(error).partition("constraint failed: ")
        found = re.fullmatch(r"index '(\w+)'", rest)
        return found[1] if found else rest if "." not in rest else {c.partition(".")[2] for c in rest.split(", ")}
    return None


def changed(model, where, wrong):
    row = model._base_manager.filter(**where).first()
    model._base_manager.filter(pk=row.pk).update(**wrong)


def copied(model, where, other):
    row = model._base_manager.filter(**where).first()
    for name, value in {"pk": None, **other}.items():
        setattr(row, name, value)
    models.Model.save(row, force_insert=True)


def test_each_constraint_has_its_row_here():
    assert set(WRONG) | set(ONCE) == set(constraints())


@pytest.mark.django_db
def test_the_database_itself_refuses_what_breaks_a_constraint():
    add_what_the_matrix_lacks(seed())
    said = {name: refusal(changed, *how) for name, how in WRONG.items()}
    assert {name: by for name, by in said.items() if by != name} == {}


@pytest.mark.django_db
def test_the_database_itself_refuses_a_second_of_what_is_there_once():
    add_what_the_matrix_lacks(seed())
    said = {name: refusal(copied, model, where, other) for name, (model, where, _, other) in ONCE.items()}
    assert {name: by for name, by in said.items() if by not in (name, ONCE[name][2])} == {}
