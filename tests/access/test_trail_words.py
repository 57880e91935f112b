"""The auditor sees that something was exported or downloaded, never a word of a business record or the name of a file."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from districts.trail.models import Event
from partybuilding.appeals.topics.actions import choose_topic
from partybuilding.assessment.surveys.actions import confirm_survey, enter_survey, withdraw_survey
from partybuilding.goals.actions import change_goal, set_goal
from tests.access.collected import PORTAL
from tests.access.marks import MARK
from tests.access.seed import seed
from tests.cast import STREET, log_in, make_second

pytestmark = pytest.mark.one_database

SAID = "⟦Z1⟧"


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["leader", "office"])
def test_no_event_carries_a_word_of_a_record(login):
    world = seed()
    client = log_in(Client(), world.street.people[login])
    for name, (targets, rules) in PORTAL.items():
        if "GET" in rules and name not in {"login", "logout"}:
            for args, _ in targets(world)[:2]:
                response = client.get(reverse(name, args=args))
                assert response.status_code < 500
                list(response.streaming_content if response.streaming else ())
    act_with_words(world.street)
    kinds = {event.kind for event in Event.objects.all()}
    assert {"download", "export", "operation", "post"} <= kinds
    said = [f"{e.subject} {e.outcome}" for e in Event.objects.all()]
    assert [text for text in said if MARK.search(text) or ".pdf" in text] == []


def act_with_words(street):
    root, today = street.units[STREET], timezone.localdate()
    given = {"unit": street.units["西中心"], "year": today.year, "title": SAID, "measure": SAID}
    goal = set_goal(street.people["leader"], **given)
    change_goal(goal, goal.version, street.people["leader"], **given, state=goal.state)
    choose_topic(street.people["office"], unit=root, month=today.replace(day=1), item=SAID, title=SAID)
    given = {"name": SAID, "measured_on": today, "paper": SAID, "figures": [(street.units["东一社区"].pk, 9, 10)]}
    survey = enter_survey(root, make_second(street), **given)
    confirm_survey(survey, street.people["office"])
    withdraw_survey(survey, street.people["office"], why=SAID)
