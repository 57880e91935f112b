"""每月一题 and 谁办过."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from partybuilding.appeals.models import MonthlyTopic
from tests.cast import log_in, make_appeal

FORM = {"month": "2026-10", "item": "停车管理", "title": "东一停车"}


def call(street, unit, day, **fields):
    moment = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return make_appeal(street, unit, called_at=moment, called_on=day, **{"item": "停车管理", **fields})


@time_machine.travel("2026-10-20 09:00+08:00")
def test_a_topic_shows_what_came_before_and_since_within_sight(street, client):
    for unit, day in [("东一社区", 9), ("东一社区", 7), ("东一社区", 6), ("东一社区", 10), ("东二社区", 9)]:
        call(street, unit, date(2026, day, 5))
    call(street, "东一社区", date(2026, 9, 6), item="供暖温度")
    log_in(client, street.people["secretary"])
    assert client.post("/appeals/topics/", {**FORM, "unit": street.units["东一社区"].pk}).status_code == 302
    row = client.get("/appeals/topics/").context["topics"][0]
    assert (row.topic.title, row.topic.month, row.before, row.since) == ("东一停车", date(2026, 10, 1), 2, 1)
    again = client.post("/appeals/topics/", {**FORM, "unit": street.units["东一社区"].pk})
    assert (again.status_code, "这个单位这个月已经把这一类列为每月一题。" in again.content.decode()) == (422, True)
    beyond = client.post("/appeals/topics/", {**FORM, "unit": street.units["东二社区"].pk})
    assert (beyond.status_code, MonthlyTopic.objects.count()) == (422, 1)
    log_in(client, street.people["far_secretary"])
    assert client.get("/appeals/topics/").context["topics"] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_with_one_and_three_topics(street, client, django_assert_num_queries, rows):
    for n in range(rows):
        unit = street.units["东一社区"]
        by = street.people["secretary"]
        MonthlyTopic.objects.create(unit=unit, month=date(2026, 10, 1), item=f"类{n}", title="题", created_by=by)
        make_appeal(street, item=f"类{n}")
    log_in(client, street.people["secretary"])
    with django_assert_num_queries(12):
        assert len(client.get("/appeals/topics/").context["topics"]) == rows


def test_what_was_solved_nearby_is_shown_nearest_first_with_whom_to_ask(street, client):
    now = make_appeal(street, item="停车管理")
    far = make_appeal(street, "西一社区", item="停车管理", outcome="solved", title="西一办过")
    near = make_appeal(street, "东二社区", item="停车管理", outcome="solved", title="东二办过")
    own = make_appeal(street, item="停车管理", outcome="solved", title="东一办过")
    make_appeal(street, item="停车管理", outcome="unsolved")
    make_appeal(street, item="供暖温度", outcome="solved")
    log_in(client, street.people["leader"])
    alike = client.get(f"/appeals/{now.pk}/").context["alike"]
    assert [a.appeal.pk for a in alike] == [own.pk, near.pk, far.pk]
    assert alike[0].person == street.people["secretary"]
    log_in(client, street.people["secretary"])
    assert [a.appeal.pk for a in client.get(f"/appeals/{now.pk}/").context["alike"]] == [own.pk]


def test_a_topic_is_offered_for_the_units_that_one_leads_and_no_other(street, client):
    offered = {}
    for login in ("secretary", "commissioner"):
        log_in(client, street.people[login])
        offered[login] = [
            str(label) for _, label in client.get("/appeals/topics/").context["form"].fields["unit"].choices
        ]
    assert offered == {
        "secretary": ["---------", "东一社区"],
        "commissioner": ["---------", "东中心", "东一社区", "东二社区"],
    }
