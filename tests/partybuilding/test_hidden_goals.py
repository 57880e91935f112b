"""A goal is named only to whoever sees it: on the page of an order that serves it, and where two savers meet."""

from django.utils import timezone

from partybuilding.goals.models import Goal
from partybuilding.matters.orders.models import Order
from tests.cast import log_in, make_order


def make_goal(street, unit="西中心"):
    given = {"year": timezone.localdate().year, "measure": "挖潜", "created_by": street.people["office"]}
    return Goal.objects.create(unit=street.units[unit], title="西片停车难", **given)


def test_an_order_names_its_goal_only_to_whoever_sees_the_goal(street, client):
    order = make_order(street, to=("西中心", "东一社区"))
    Order.objects.filter(pk=order.pk).update(goal=make_goal(street))
    seen = {}
    for login in ("office", "far_commissioner", "secretary", "commissioner"):
        log_in(client, street.people[login])
        page = client.get(f"/orders/{order.pk}/")
        seen[login] = (page.status_code, "西片停车难" in page.content.decode())
    assert seen == {
        "office": (200, True),
        "far_commissioner": (200, True),
        "secretary": (200, False),
        "commissioner": (200, False),
    }


def test_a_conflict_names_no_goal_that_the_second_saver_does_not_see(street, client):
    order = make_order(street, to=("东一社区",), by="commissioner", unit="东中心", issued=False)
    Order.objects.filter(pk=order.pk).update(goal=make_goal(street), version=2)
    make_goal(street, "东中心")
    Goal.objects.filter(unit=street.units["东中心"]).update(title="东片停车难")
    log_in(client, street.people["commissioner"])
    sent = {
        "kind": "task",
        "unit": street.units["东中心"].pk,
        "title": "改",
        "content": "改",
        "seen_version": 1,
        "due_on": order.due_on,
        "lead_unit": street.units["东一社区"].pk,
    }
    answer = client.post(f"/orders/{order.pk}/edit/", sent)
    page = answer.content.decode()
    assert (answer.status_code, "西片停车难" in page, "（不在您的岗位范围内）" in page) == (409, False, True)


def test_a_filter_by_a_goal_that_one_does_not_see_finds_nothing(street, client):
    goal = make_goal(street)
    Order.objects.filter(pk=make_order(street, to=("西中心", "东一社区")).pk).update(goal=goal)
    found = {}
    for login in ("office", "far_commissioner", "secretary"):
        log_in(client, street.people[login])
        found[login] = len(client.get(f"/orders/?state=&goal={goal.pk}").context["object_list"])
    assert found == {"office": 2, "far_commissioner": 2, "secretary": 0}
