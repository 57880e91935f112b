"""A unit that leaves in mid-workflow: its new centre answers, its successor inherits, and nothing open is left to nobody."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.duties import Duty
from districts.posts.appointing import dismiss
from districts.units.models import Unit
from districts.units.tree import merge_units, move_unit, retire_unit
from districts.workflow import NotYours, open_steps
from partybuilding.appeals.models import Appeal
from partybuilding.assessment.models import Node
from partybuilding.assessment.periods.months import month_code
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import Order, OrderAssignment
from tests.cast import log_in, make_appeal, make_log, make_order, share_of

TODAY = timezone.localdate
STREET = "槐花街道党建工作协调委员会"


def waiting_for_an_answer(street, **fields):
    order = make_order(street, to=("东一社区",), **fields)
    share = share_of(order, "东一社区")
    actions.receive(share, street.people["secretary"])
    until = TODAY() + timedelta(days=20)
    actions.ask_extension(share, street.people["secretary"], note="等料", until=until)
    return share


def buttons(street, client, share, login):
    """The steps of a share that its page offers somebody; None where there is no such page."""
    log_in(client, street.people[login])
    answer = client.get(f"/orders/{share.order_id}/")
    page = answer.content.decode()
    found = {verb for verb in OrderAssignment.STEPS if f"/orders/shares/{share.pk}/{verb}/" in page}
    return found if answer.status_code == 200 else None


def go_west(street, unit="东一社区"):
    move_unit(street.units[unit], street.units["西中心"], on=TODAY(), reason="调整")


def test_of_a_unit_that_moved_the_new_centre_answers_and_the_old_one_is_offered_nothing(street, client):
    share = waiting_for_an_answer(street, by="commissioner", unit="东中心")
    assert buttons(street, client, share, "commissioner") == {"grant", "deny"}
    assert buttons(street, client, share, "far_commissioner") is None
    go_west(street)
    assert buttons(street, client, share, "commissioner") == set()
    assert buttons(street, client, share, "far_commissioner") == {"grant", "deny"}
    assert buttons(street, client, share, "secretary") == {"report", "unextend"}
    with pytest.raises(NotYours):
        actions.answer_extension(share, street.people["commissioner"], is_granted=True)
    step = actions.answer_extension(share, street.people["far_commissioner"], is_granted=True)
    assert (step.appointment.unit.name, step.to_state) == ("西中心", "received")


def test_what_the_street_issued_the_street_goes_on_answering(street, client):
    share = waiting_for_an_answer(street)
    go_west(street)
    assert buttons(street, client, share, "office") == {"grant", "deny"}
    for login in ("commissioner", "far_commissioner", "assistant"):
        assert not buttons(street, client, share, login)
    step = actions.answer_extension(share, street.people["office"], is_granted=False, note="按期")
    assert step.appointment.unit.name == STREET


@pytest.mark.parametrize("moved", [False, True])
def test_who_answers_is_the_same_for_a_row_and_for_the_list(street, moved):
    """Whoever the gate lets answer has a way to act over the very unit that the row names."""
    share = waiting_for_an_answer(street, by="commissioner", unit="东中心")
    other = waiting_for_an_answer(street)
    if moved:
        go_west(street)
    names = {share.pk: "西中心" if moved else "东中心", other.pk: STREET}
    for row in OrderAssignment.objects.all():
        assert row.answering_unit.name == names[row.pk]
        over = {
            login
            for login, person in street.people.items()
            if OrderAssignment.objects.where_user_may(person, Duty.ISSUE).filter(pk=row.pk).exists()
        }
        issuing = {
            login
            for login, person in street.people.items()
            if Unit.objects.where_user_may(person, Duty.ISSUE).filter(name=names[row.pk]).exists()
        }
        assert over == issuing
        assert {"leader", "office"} < over or over == {"leader", "office"}


def leave(street, unit="东二社区"):
    for held in street.units[unit].appointments.filter(ends_on=None):
        dismiss(held, on=TODAY() - timedelta(days=1), reason="撤并")


def merge(street, unit="东二社区", into="东一社区"):
    leave(street, unit)
    merge_units([street.units[unit]], street.units[into], on=TODAY(), reason="撤并")


def test_a_merged_units_open_share_becomes_its_successors_and_the_past_stays(street, client):
    order = make_order(street, to=("东二社区",))
    share = share_of(order, "东二社区")
    actions.receive(share, street.people["neighbour"])
    late = share_of(make_order(street, to=("东二社区",)), "东二社区")
    OrderAssignment.objects.filter(pk=late.pk).update(due_on=TODAY() - timedelta(days=40), state="received")
    month = month_code(TODAY() - timedelta(days=40))
    roll_up(month)
    counted = set(Node.objects.filter(period__code=month).values_list("unit__name", "part", "whole"))
    merge(street)
    for row in (share, late, order):
        row.refresh_from_db()
    assert (share.unit.name, share.inherited_from.name, order.lead_unit.name) == ("东一社区", "东二社区", "东一社区")
    assert (late.unit.name, late.inherited_from) == ("东二社区", None)  # judged where it was due
    assert (
        buttons(street, client, share, "secretary")
        == buttons(street, client, late, "secretary")
        == {"report", "extend"}
    )
    assert "原由东二社区承办" in client.get(f"/orders/{order.pk}/").content.decode()
    for row in (share, late):
        actions.report(row, street.people["secretary"], note="办了")
        assert buttons(street, client, row, "commissioner") == {"accept", "return"}
        actions.accept(row, street.people["commissioner"])
    roll_up(month)
    assert set(Node.objects.filter(period__code=month).values_list("unit__name", "part", "whole")) == counted


def test_a_successor_reads_and_handles_what_is_kept_at_the_merged_unit_and_nobody_else_beside_it(street, client):
    log, appeal = make_log(street, "东二社区", "neighbour"), make_appeal(street, "东二社区")
    mine = [WorkLog.objects.where_user_may, Appeal.objects.where_user_may]
    secretary, far = street.people["secretary"], street.people["far_secretary"]
    assert [rows(secretary, Duty.VIEW).count() for rows in mine] == [0, 0]
    merge(street)
    assert [rows(secretary, Duty.VIEW).count() for rows in mine] == [1, 1]
    assert [rows(far, Duty.VIEW).count() for rows in mine] == [0, 0]
    steps = {step.verb for step in open_steps(Appeal, [appeal], secretary)[appeal.pk]}
    assert steps == {"sign", "assign", "ask_center", "write_note", "find_estate"}
    log_in(client, secretary)
    sent = {"ask_center-note": "请协调"}
    assert client.post(f"/appeals/{appeal.pk}/ask_center/", sent).status_code == 302
    assert appeal.steps.get().appointment.unit.name == "东一社区"
    assert client.get(f"/worklogs/{log.pk}/").status_code == 200
    assert "已并入东一社区" in client.get(f"/why/log/{log.pk}/").content.decode()


def test_what_was_merged_twice_is_reached_from_the_last_successor(street):
    log = make_log(street, "东二社区", "neighbour")
    merge(street)
    merge(street, "东一社区", "西一社区")
    assert set(Unit.objects.filter(merged_into=street.units["西一社区"]).values_list("name", flat=True)) == {
        "东一社区",
        "东二社区",
    }
    assert WorkLog.objects.where_user_may(street.people["far_secretary"], Duty.VIEW).get() == log


def test_a_merge_is_refused_while_both_have_a_share_or_somebody_holds_a_post(street):
    make_order(street, to=("东一社区", "东二社区"))
    one, other = street.units["东二社区"], street.units["东一社区"]
    with pytest.raises(ValidationError) as refused:
        merge_units([one], other, on=TODAY(), reason="撤并")
    yesterday = TODAY() - timedelta(days=1)
    held = "1 项任职（名neighbour·社区（村）书记），请先免去，或到接着办的单位任命"
    assert refused.value.messages == [f"“东二社区”在 {yesterday} 之后还有 {held}。"]
    with pytest.raises(ValidationError) as refused:
        merge(street)
    said = "“清理楼道堆物”由“东二社区”和“东一社区”共同承办，请先办结其中一家的，再合并。"
    assert refused.value.messages == [said]
    assert not Unit.objects.filter(retired_on__isnull=False).exists()


def test_a_unit_is_not_retired_while_anything_is_open_at_it(street):
    leave(street)
    order, appeal = make_order(street, to=("东二社区",)), make_appeal(street, "东二社区", number="BJ1")
    with pytest.raises(ValidationError) as refused:
        retire_unit(street.units["东二社区"], on=TODAY(), reason="撤销")
    said = "1 件承办事项（清理楼道堆物），请先办结； 1 件没有办结的市民诉求（BJ1），请先改派或办结"
    then = "办完这些再撤销；由别的单位接着办的，请用“合并”。"
    assert refused.value.messages == [f"“东二社区”还有 {said}。{then}"]
    OrderAssignment.objects.filter(order=order).update(state="accepted")
    Appeal.objects.filter(pk=appeal.pk).update(closed_at=timezone.now())
    assert retire_unit(street.units["东二社区"], on=TODAY(), reason="撤销").retired_on == TODAY()


@pytest.mark.parametrize("what", ["a draft", "a goal"])
def test_a_centre_is_not_retired_with_what_only_its_own_people_can_end(street, what):
    from partybuilding.goals.models import Goal

    center = street.units["西中心"]
    for name in ("西一社区", "西村"):
        move_unit(street.units[name], street.units["东中心"], on=TODAY() - timedelta(days=5), reason="调整")
    leave(street, "西中心")
    if what == "a draft":
        office = street.people["office"]
        Order.objects.create(
            unit=center,
            street=center.get_root(),
            lead_unit=street.units["西一社区"],
            title="拟稿",
            content="",
            due_on=TODAY(),
            created_by=office,
        )
    else:
        Goal.objects.create(unit=center, year=2026, title="停车", measure="", created_by=street.people["office"])
    said = {"a draft": "1 件拟稿或待揭榜的事项（拟稿）", "a goal": "1 个推进中的年度目标（停车）"}[what]
    with pytest.raises(ValidationError, match=said):
        retire_unit(center, on=TODAY(), reason="撤销")
