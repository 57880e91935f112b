"""市民诉求处置中心: what is theirs alone from their first day on, and the Party office's only while nobody is in office."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.access import appointments_of, held_posts, units_reached, units_where
from districts.duties import Duty, Post
from districts.posts.appointing import access_faults, appoint, dismiss
from districts.posts.changes import authorise_change, difference_of, prepare_change
from districts.posts.explaining import givers_of
from districts.posts.models import AppointmentChange, UnitUserPermission, User
from districts.units.models import Unit
from partybuilding.appeals.by_hand import registering_duty
from partybuilding.appeals.models import AppealImport
from tests.access.cells import cells_over
from tests.access.collected import GATE
from tests.access.expected import HELD
from tests.access.seed import seed
from tests.cast import LONG_AGO, STREET, log_in, make_user

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate
DAY = timedelta(days=1)


def ways(person):
    """By each way in which a duty is asked for: whether the person takes in."""
    return {
        "units": Unit.objects.where_user_may(person, Duty.INTAKE).exists(),
        "reached": Unit.objects.filter(pk__in=units_reached(person, Duty.INTAKE)).exists(),
        "records": AppealImport.objects.where_user_may(person, Duty.INTAKE).exists(),
        "held": held_posts(person, Duty.INTAKE).exists(),
        "posts": any(Duty.INTAKE in a.duties for a in appointments_of(person)),
        "givers": bool(givers_of(person, Duty.INTAKE)),
    }


def takes_in(person):
    """The one answer of all the ways."""
    (answer,) = set(ways(person).values())
    return answer


def a_dispatcher(street, login=None, **fields):
    person = make_user(login)
    fields = {"starts_on": TODAY(), "reason": "任"} | fields
    return person, appoint(person, Post.DISPATCHER, street.units[STREET], **fields)


@pytest.fixture
def batch(street):
    return AppealImport.objects.create(street=street.units[STREET], by=street.people["office"], state="tried")


@pytest.mark.parametrize(
    ("starts", "ends", "who"),
    [
        (None, None, "office"),
        (0, None, "dispatcher"),
        (-9, 0, "dispatcher"),
        (1, None, "office"),
        (-9, -1, "office"),
    ],
    ids=["nobody", "from today", "until today", "from tomorrow", "until yesterday"],
)
def test_the_office_takes_in_on_the_days_on_which_no_dispatcher_is_in_office(street, batch, starts, ends, who):
    office, dispatcher = street.people["office"], None
    if starts is not None:
        until = None if ends is None else TODAY() + ends * DAY
        dispatcher, _ = a_dispatcher(street, starts_on=TODAY() + starts * DAY, ends_on=until)
    assert takes_in(office) is (who == "office")
    assert dispatcher is None or takes_in(dispatcher) is (who == "dispatcher")
    assert access_faults() == []


def test_whose_account_is_closed_is_not_in_office_and_another_street_has_its_own(street, batch):
    office = street.people["office"]
    assert takes_in(office)  # the other street's dispatcher is in office
    dispatcher, _ = a_dispatcher(street)
    assert not takes_in(office)
    User.objects.filter(pk=dispatcher.pk).update(is_active=False)
    assert takes_in(office)


def test_who_takes_in_registers_by_that_duty_and_who_issues_by_theirs(street):
    dispatcher, _ = a_dispatcher(street)
    assert registering_duty(dispatcher) == Duty.INTAKE
    assert registering_duty(street.people["office"]) == Duty.ISSUE


def test_the_offices_other_duties_stay(street):
    office = street.people["office"]
    a_dispatcher(street)
    assert {duty for a in appointments_of(office) for duty in a.duties} == {"view", "log", "issue", "accept", "assess"}
    assert units_where(office, Duty.ASSESS)
    assert Unit.objects.where_user_may(office, Duty.ASSESS).count() == 10


def test_with_a_dispatcher_in_office_the_gate_gives_what_is_declared(monkeypatch):
    """Every gated model, over every record, to the office and to the dispatcher of one street."""
    world = seed()
    person, _ = a_dispatcher(world.street, "second_dispatcher")
    monkeypatch.setitem(HELD, "second_dispatcher", [("dispatcher", STREET)])
    people = {"office": world.street.people["office"], "second_dispatcher": person}
    cells = [
        cell
        for model in GATE
        for login, who in people.items()
        for duty in ("view", "assess", "intake")
        for cell in cells_over(list(model._base_manager.all()), model, login, who, duty, world)
    ]
    assert [cell for cell in cells if cell[4] != cell[5]] == []
    assert {cell[:2] for cell in cells if cell[5]} >= {("office", "assess"), ("second_dispatcher", "intake")}
    assert [cell for cell in cells if cell[:2] == ("office", "intake") and cell[5]] == []


@pytest.mark.parametrize(
    ("held", "wanted", "words"),
    [
        (
            Post.PARTY_OFFICE,
            Post.DISPATCHER,
            "任“党群办·考核工作小组”（2025-01-01 至 今），同一个人不能同时任“市民诉求处置中心”",
        ),
        (
            Post.DISPATCHER,
            Post.PARTY_OFFICE,
            "任“市民诉求处置中心”（2025-01-01 至 今），同一个人不能同时任“党群办·考核工作小组”",
        ),
    ],
)
def test_nobody_loads_the_figures_and_scores_by_them(street, held, wanted, words):
    person, unit = make_user(name="王立"), street.units[STREET]
    post = appoint(person, held, unit, starts_on=LONG_AGO, reason="任")
    later = {"starts_on": TODAY() + 9 * DAY, "reason": "任"}
    change = AppointmentChange(user=person, post=wanted, unit=unit, on=TODAY(), reason="任")
    for refused in (
        lambda: appoint(person, wanted, unit, **later),
        lambda: appoint(person, wanted, street.units["外街道党建工作协调委员会"], **later),
        lambda: prepare_change(change, by=street.people["office"]),
    ):
        with pytest.raises(ValidationError, match=words):
            refused()
    dismiss(post, on=TODAY() + 8 * DAY, reason="免")
    assert appoint(person, wanted, unit, **later).post == wanted


def test_a_change_prepared_before_the_other_post_was_given_is_refused_when_it_is_authorised(street):
    person, unit = make_user(), street.units[STREET]
    change = AppointmentChange(user=person, post=Post.DISPATCHER, unit=unit, on=TODAY(), reason="任")
    prepare_change(change, by=street.people["office"])
    appoint(person, Post.PARTY_OFFICE, unit, starts_on=LONG_AGO, reason="任")
    with pytest.raises(ValidationError, match="不能同时任"):
        authorise_change(change, street.people["secadmin"])


def test_whoever_prepares_the_first_dispatcher_reads_what_the_office_loses(street):
    unit = street.units[STREET]
    change = AppointmentChange(user=make_user(name="王立"), post=Post.DISPATCHER, unit=unit, on=TODAY(), reason="任")
    found = difference_of(change)
    assert found.gains == [f"王立：{STREET}及以下 · 查看、记录、导入与分派"]
    assert found.losses == [f"名office：{STREET} · 导入与分派"]


def test_my_posts_say_for_whom_the_office_stands_in_and_who_has_relieved_it(street, client):
    log_in(client, street.people["office"])
    meanwhile, relieved = "（“市民诉求处置中心”没有人任职期间）", "这个岗位不再办"
    page = client.get("/me/").content.decode()
    assert (meanwhile in page, relieved in page) == (True, False)
    a_dispatcher(street)
    page = client.get("/me/").content.decode()
    assert (meanwhile in page, relieved in page) == (False, True)


def test_an_upgrade_gives_the_office_its_rows_and_can_be_taken_back(street):
    """What the gate asks beside the appointment: of who is in office or will be, not of who was."""
    former, migration = make_user(), import_module("districts.migrations.0016_dispatchers")
    appoint(former, Post.PARTY_OFFICE, street.units[STREET], starts_on=LONG_AGO, ends_on=TODAY() - DAY, reason="任")
    rows = UnitUserPermission.objects.filter(permission__codename="intake")
    rows.filter(user__appointments__post=Post.PARTY_OFFICE).delete()
    office = street.people["office"]
    assert not Unit.objects.where_user_may(office, Duty.INTAKE).exists()
    for _ in range(2):
        migration.give_intake(apps, None)
    assert set(rows.values_list("user__username", "content_object__name")) == {
        ("office", STREET),
        ("dispatcher", "外街道党建工作协调委员会"),
    }
    assert Unit.objects.where_user_may(office, Duty.INTAKE).count() == 10
    migration.take_intake(apps, None)
    assert not rows.exists()
