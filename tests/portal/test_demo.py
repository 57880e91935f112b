"""The demo: believable, fictional, the same every time, and only ever in an empty database."""

import re

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, Sum
from docx import Document
from openpyxl import load_workbook
from PIL import Image

from districts.burden.models import Asked
from districts.duties import Post
from districts.files.proofs import Evidence
from districts.inbox.models import Notice
from districts.posts.models import Appointment, User
from districts.trail.triggers import drop_triggers, set_triggers
from districts.units.health import tree_faults
from districts.units.models import Unit
from districts.voice.models import Suggestion
from partybuilding.assessment.models import Period, Survey
from partybuilding.matters.logs.models import LogAttachment, WorkLog
from partybuilding.matters.orders.models import AssignmentStep, Order, OrderAssignment
from tests.cast import log_in, make_user, seed_scheme


@pytest.fixture
def demo(db):
    seed_scheme()
    call_command("load_demo", "--here-too", "--until", "2026-10", verbosity=0)


def test_the_real_street_has_structure_only_and_the_fictional_one_has_all(demo, client):
    real, invented = Unit.objects.filter(is_fictional=False), Unit.objects.filter(is_fictional=True)
    assert real.count() == 35
    kinds = dict(invented.order_by().values_list("kind").annotate(n=Count("pk")))
    assert (kinds["committee"], kinds["center"], kinds["community"] + kinds["village"]) == (1, 10, 24)
    assert not Appointment.objects.filter(unit__in=real).exists()
    assert not WorkLog.objects.filter(unit__in=real).exists()
    assert not OrderAssignment.objects.filter(unit__in=real).exists()
    held = set(Appointment.objects.values_list("post", flat=True))
    assert held == set(Post.values) - {"council_member"}
    assert Order.objects.filter(kind="decree").exists()
    assert (Period.objects.count(), tree_faults()) == (5, [])
    log_in(client, User.objects.get(username="shuji"))
    for address in ("/", "/orders/", "/worklogs/", "/organisation/", "/standings/", "/nothing/"):
        assert "演示数据，纯属虚构" in client.get(address).content.decode()
    client.logout()
    assert "演示数据，纯属虚构" in client.get("/login/").content.decode()


def test_every_kind_of_attachment_has_a_file_that_opens_and_says_that_it_is_of_the_demo(demo):
    kinds = {}
    for model in Evidence.__subclasses__():
        kinds[model.__name__] = {kept.kind for kept in model.objects.all() if says_demo(kept)}
        assert len(kinds[model.__name__]) == len(set(model.objects.values_list("kind", flat=True))) > 0, model
    assert kinds == {
        "LogAttachment": {"photo", "xlsx"},
        "ExclusionEvidence": {"xlsx"},
        "ObjectionEvidence": {"pdf"},
        "AdjustmentEvidence": {"docx"},
        "CircularFile": {"docx"},
        "OrderFile": {"xlsx"},
    }


def says_demo(kept):
    """Does the file, opened by what its kind is made for, say that it is of the demo? Its name does anyway."""
    assert "（演示）" in kept.name
    with kept.file.open("rb") as file:
        if kept.kind == "photo":
            reds = [red for red, green, _ in Image.open(file).getdata() if red > 150 and green < 70]
            return len(reds) > 5000
        if kept.kind == "docx":
            text = Document(file).paragraphs[0].text
        elif kept.kind == "xlsx":
            text = load_workbook(file).active["A1"].value
        else:
            text = bytes.fromhex(re.search(rb"<(\w+)> Tj", file.read())[1].decode()).decode("utf-16-be")
    return "演示数据，纯属虚构" in text


def test_its_history_obeys_the_workflow(demo):
    for share in OrderAssignment.objects.select_related("order").prefetch_related("steps"):
        state = "open" if share.order.is_open_call else "issued"
        for step in share.steps.all():
            allowed = OrderAssignment.STEPS[step.verb]
            assert (step.from_state, state in allowed.start, step.to_state) == (state, True, allowed.end or state)
            state = step.to_state
        assert share.state == state
    assert not AssignmentStep.objects.filter(verb="accept", report=None).exists()
    asked = Asked.objects.aggregate(forms=Sum("forms"), photos=Sum("photos"))
    assert asked["forms"] == WorkLog.objects.count() + AssignmentStep.objects.count()
    assert (asked["photos"], Asked.objects.filter(unit__is_fictional=False).count()) == (
        LogAttachment.objects.count(),
        0,
    )


# The first day of a month and of a year, a holiday, a leap day, the last minutes of a year.
ANY_DAY = ("2026-12-01 00:05", "2027-01-01 09:00", "2027-02-07 12:00", "2028-02-29 15:00", "2027-12-31 23:55")


@pytest.mark.one_database
@pytest.mark.parametrize("moment", ANY_DAY)
def test_it_can_be_loaded_on_any_day(db, client, moment):
    with time_machine.travel(f"{moment}+08:00"):
        seed_scheme()
        call_command("load_demo", "--here-too", verbosity=0)
        surveys = Survey.objects.order_by("pk").values_list("name", "state")
        assert list(surveys) == [("季度满意度测评", "confirmed"), ("补充测评", "entered")]
        said = Suggestion.objects.order_by("pk").values_list("to", "state", "author__username")
        assert list(said) == [("office", "answered", "shuji"), ("leaders", "new", None)]
        for login in ("shuji", "zhuanyuan", "dangqun"):
            log_in(client, User.objects.get(username=login))
            assert client.get("/").context["today"].number > 0, login
        log_in(client, Notice.objects.filter(noun=Notice.DIGEST).first().person)  # of whom there is always somebody
        assert "今早提醒" in client.get("/inbox/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_the_same_seed_makes_the_same_street():
    digests = []
    for _ in range(2):
        seed_scheme()
        call_command("load_demo", "--here-too", "--seed", "7", "--until", "2026-10", verbosity=0)
        people = list(User.objects.order_by("pk").values_list("name", flat=True))
        digests.append((people, list(WorkLog.objects.order_by("pk").values_list("text", "happened_on"))))
        drop_triggers(connection)
        call_command("flush", interactive=False, verbosity=0)
        set_triggers(connection)
    assert digests[0] == digests[1]


def test_a_database_with_anything_in_it_is_left_alone(db):
    make_user("somebody")
    with pytest.raises(CommandError, match="演示数据只能装进空库，什么都没有改动。"):
        call_command("load_demo", "--here-too")
    assert User.objects.count() == 1
