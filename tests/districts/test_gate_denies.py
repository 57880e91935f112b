"""A model that lists no path for a duty shows nobody anything, and is named before it is used."""

import pytest

from districts.access import paths_of, record_condition
from districts.duties import Duty
from districts.gate_checks import check_paths, faults_of
from partybuilding.appeals.models import CadreReport
from partybuilding.matters.logs.models import WorkLog
from tests.cast import make_log


def with_paths(monkeypatch, unit, assigned, **more):
    for name, value in {"unit_paths": unit, "assigned_paths": assigned, **more}.items():
        monkeypatch.setattr(WorkLog, name, value, raising=False)
    return WorkLog


def seen(street, login, duty):
    return WorkLog.objects.filter(record_condition(street.people[login], duty, WorkLog)).count()


@pytest.mark.parametrize("assigned", [{}, {Duty.VIEW: ()}])
def test_an_empty_path_shows_no_row(street, monkeypatch, assigned):
    make_log(street)
    assert [seen(street, login, Duty.VIEW) for login in ("leader", "worker", "stranger")] == [1, 1, 0]
    with_paths(monkeypatch, {Duty.VIEW: ()}, assigned)
    assert [seen(street, login, Duty.VIEW) for login in ("leader", "worker", "stranger")] == [0, 0, 0]


def test_an_unlisted_duty_is_read_by_the_paths_of_view_unless_the_model_is_confidential(street, monkeypatch):
    make_log(street)
    assert (seen(street, "office", Duty.ASSESS), seen(street, "office", Duty.VIEW)) == (1, 1)
    with_paths(monkeypatch, WorkLog.unit_paths, WorkLog.assigned_paths, falls_back=False)
    assert (seen(street, "office", Duty.ASSESS), seen(street, "office", Duty.VIEW)) == (0, 1)
    assert seen(street, "lead_secretary", Duty.HANDLE) == 0


def test_reports_against_cadres_are_confidential():
    assert [duty.value for duty in Duty if paths_of(CadreReport, duty) != ((), ())] == ["view", "issue", "confirm"]


def test_every_model_declares_paths_that_lead_to_a_unit():
    assert check_paths(None) == []


@pytest.mark.parametrize(
    ("unit", "assigned", "said"),
    [
        ({Duty.VIEW: ("unit",)}, None, ["assigned_paths is missing"]),
        ({Duty.ISSUE: ("unit",)}, {}, ["no path of `view`: nobody would see it"]),
        ({Duty.VIEW: ("unit",), "look": ("unit",)}, {}, ["look is no duty"]),
        ({Duty.VIEW: ("unit",), Duty.ISSUE: ("created_by",)}, {}, ["created_by does not lead to a unit"]),
        ({Duty.VIEW: ("unit__nothing",)}, {}, ["unit__nothing does not lead to a unit"]),
        ({Duty.VIEW: ("text__unit",)}, {}, ["text__unit does not lead to a unit"]),
    ],
)
def test_what_is_declared_wrongly_is_named(monkeypatch, unit, assigned, said):
    model = with_paths(monkeypatch, unit, assigned)
    assert [fault.msg for fault in faults_of(model)] == [f"partybuilding.WorkLog: {words}" for words in said]
