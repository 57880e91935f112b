"""年度重点工作目标: at most five a centre and year; their progress comes from the matters that hang on them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.posts.appointing import appoint, dismiss
from districts.posts.models import UnitUserPermission
from districts.workflow import NotYours
from partybuilding.goals.actions import change_goal, set_goal
from partybuilding.goals.models import Goal
from partybuilding.matters.orders import actions
from tests.cast import LONG_AGO, log_in, make_order, share_of

YEAR = timezone.localdate().year


def a_goal(street, title="议事厅", by="commissioner", unit="东中心", **fields):
    return set_goal(street.people[by], unit=street.units[unit], year=YEAR, title=title, measure="每月一题", **fields)


def test_at_most_five_a_year_and_each_once(street):
    for n in range(5):
        a_goal(street, f"目标{n}")
    with pytest.raises(ValidationError, match=f"“东中心”{YEAR} 年已有 5 个目标"):
        a_goal(street, "第六个")
    first = Goal.objects.first()
    fields = {"unit": first.unit, "year": YEAR, "title": "目标0", "measure": "改", "state": "dropped"}
    change_goal(first, 1, street.people["commissioner"], **fields)
    a_goal(street, "第六个")  # a dropped one makes room
    with pytest.raises(ValidationError, match="已有同名目标"):
        a_goal(street, "目标1")


@pytest.mark.parametrize(
    ("by", "unit"),
    [("commissioner", "西中心"), ("aide", "东中心"), ("lead_secretary", "东中心"), ("stranger", "东中心")],
)
def test_goals_are_set_by_whoever_issues_there(street, by, unit):
    with pytest.raises(NotYours):
        a_goal(street, by=by, unit=unit)


def test_a_community_has_no_yearly_goal(street):
    with pytest.raises(ValidationError, match="由中心（片区）设立"):
        a_goal(street, unit="东一社区")


def test_progress_is_counted_from_matters_and_opens_to_them(street, client):
    goal = a_goal(street)
    unit = street.units["东中心"]
    draft = {"by": street.people["office"], "unit": street.units["槐花街道党建工作协调委员会"], "kind": "task"}
    for n in range(2):
        order = actions.draw_up_order(
            title=f"第{n}题", content="办", due_on=timezone.localdate(), lead_unit=unit, goal=goal, **draft
        )
        actions.issue_order(order, street.people["office"])
    make_order(street, to=("东中心",), title="不挂目标")
    done = share_of(order, "东中心")
    actions.receive(done, street.people["lead_secretary"])
    actions.report(done, street.people["lead_secretary"], note="好")
    actions.accept(done, street.people["office"])
    log_in(client, street.people["commissioner"])
    assert "办结 1/2 件" in client.get("/goals/").content.decode()
    listed = client.get(f"/orders/?goal={goal.pk}&state=").content.decode()
    assert ("第0题" in listed, "不挂目标" in listed) == (True, False)
    log_in(client, street.people["far_commissioner"])
    assert "议事厅" not in client.get("/goals/").content.decode()
    assert "第0题" not in client.get(f"/orders/?goal={goal.pk}&state=").content.decode()


def test_a_matter_hangs_on_a_goal_of_a_unit_that_does_it(street):
    goal = a_goal(street, by="leader", unit="西中心")
    with pytest.raises(ValidationError, match="这个目标是“西中心”的"):
        actions.draw_up_order(
            by=street.people["office"],
            unit=street.units["槐花街道党建工作协调委员会"],
            kind="task",
            title="题",
            content="办",
            due_on=timezone.localdate(),
            lead_unit=street.units["东中心"],
            goal=goal,
        )


def test_the_form_keeps_what_was_typed_and_two_savers_are_told(street, client):
    goal = a_goal(street)
    log_in(client, street.people["commissioner"])
    form = {
        "unit": goal.unit_id,
        "year": YEAR,
        "title": "",
        "measure": "说得很细",
        "state": "running",
        "seen_version": 1,
    }
    page = client.post(f"/goals/{goal.pk}/edit/", form).content.decode()
    assert ("请填写目标。" in page, 'value="说得很细"' in page) == (True, True)
    assert client.post(f"/goals/{goal.pk}/edit/", {**form, "title": "甲"}).status_code == 302
    second = client.post(f"/goals/{goal.pk}/edit/", {**form, "title": "乙"})
    assert (second.status_code, Goal.objects.get().title) == (409, "甲")


def changed(goal, by, **changes):
    given = {"unit": goal.unit, "year": YEAR, "title": goal.title, "measure": "改", "state": goal.state, **changes}
    return change_goal(goal, goal.version, by, **given)


def test_nobody_takes_a_goal_of_another_centre_into_their_own(street):
    goal = a_goal(street)
    with pytest.raises(NotYours):
        changed(goal, street.people["far_commissioner"], unit=street.units["西中心"])
    assert Goal.objects.get().unit.name == "东中心"


def test_a_goal_is_not_renamed_to_another_ones_title(street):
    a_goal(street, "目标甲")
    goal = a_goal(street, "目标乙")
    with pytest.raises(ValidationError, match="已有同名目标"):
        changed(goal, street.people["commissioner"], title="目标甲")


def test_without_a_guardian_row_no_goal_is_set_or_changed(street):
    goal = a_goal(street)
    rows = UnitUserPermission.objects.filter(user=street.people["commissioner"], permission__codename="issue")
    assert rows.delete()[0] == 1
    with pytest.raises(NotYours):
        a_goal(street, "第二个")
    with pytest.raises(NotYours):
        changed(goal, street.people["commissioner"], title="改名")
    far = a_goal(street, "西边的", by="far_commissioner", unit="西中心")
    with pytest.raises(NotYours):
        changed(far, street.people["far_commissioner"], unit=street.units["东中心"])


def test_goals_are_offered_for_ones_own_centres_and_changed_by_whoever_sets_them(street, client):
    goal = a_goal(street)
    offered = {}
    for login in ("commissioner", "aide", "lead_secretary"):
        log_in(client, street.people[login])
        page = client.get("/goals/").context
        offered[login] = (page["can_set"], page["editable"])
    assert offered == {"commissioner": (True, {goal.pk}), "aide": (False, set()), "lead_secretary": (False, set())}
    log_in(client, street.people["commissioner"])
    choices = client.get("/goals/new/").context["form"].fields["unit"].choices
    assert [str(label) for _, label in choices] == ["东中心"]


def test_a_sixth_goal_is_refused_on_its_page_and_the_typing_kept(street, client):
    for n in range(5):
        a_goal(street, f"目标{n}")
    log_in(client, street.people["commissioner"])
    sent = {
        "unit": street.units["东中心"].pk,
        "year": YEAR,
        "title": "第六个",
        "measure": "写好的衡量",
        "state": "running",
    }
    answer = client.post("/goals/new/", sent)
    assert "年已有 5 个目标" in answer.content.decode()
    assert (answer.context["form"]["measure"].value(), Goal.objects.count()) == ("写好的衡量", 5)


def test_a_goal_goes_to_another_centre_only_with_that_ones_guardian_row(street):
    goal, me, west = a_goal(street), street.people["commissioner"], street.units["西中心"]
    dismiss(street.people["far_commissioner"].appointments.get(), on=LONG_AGO, reason="免")
    appoint(me, "commissioner", west, starts_on=LONG_AGO + timedelta(days=1), reason="兼任")
    row = UnitUserPermission.objects.get(user=me, content_object=west, permission__codename="issue")
    row.delete()
    with pytest.raises(NotYours):
        changed(goal, me, unit=west)
    row.save(force_insert=True)
    assert changed(goal, me, unit=west).unit == west
