"""作废: by its author, within two working days, unless it is evidence; it stays to be seen, and counts nowhere."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from districts.nouns import noun_of
from districts.workflow import NotYours, StepRefused
from partybuilding.matters.logs.actions import edit_log, withdraw_log
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.pages import step_form
from tests.cast import log_in, make_appeal, make_log, make_order, share_of

WORDS = "独一无二的充电棚"
FRIDAY = datetime(2026, 6, 5, 15, tzinfo=timezone.get_default_timezone())


@pytest.fixture
def log(street):
    appeal = make_appeal(street, "东一社区")
    return make_log(street, text=WORDS, place="暗处", category="visit", order=make_order(street), appeal=appeal)


@pytest.fixture
def withdrawn(street, log):
    return withdraw_log(log, street.people["secretary"], why="记重了")


def places_of(log, street):
    """Pages that list logs, and nothing but these."""
    return [
        "/worklogs/",
        "/search/?q=独一无二",
        f"/units/{log.unit_id}/",
        f"/units/{log.unit_id}/brief/",
        f"/people/{street.people['secretary'].pk}/",
        f"/people/{street.people['secretary'].pk}/duties/",
        f"/appeals/{log.came_from.appeal.pk}/",
    ]


def shows(client, address):
    return WORDS in client.get(address).content.decode()


def test_what_is_withdrawn_is_on_no_page_that_lists_logs(log, street, client):
    log_in(client, street.people["secretary"])
    assert [shows(client, address) for address in places_of(log, street)] == [True] * 7
    withdraw_log(log, street.people["secretary"], why="记重了")
    assert [shows(client, address) for address in places_of(log, street)] == [False] * 7
    assert shows(client, "/worklogs/?withdrawn=on")
    empty, listed = (len(client.get(f"/worklogs/export/{q}").content) for q in ("?q=没有", "?withdrawn=on"))
    assert abs(empty - listed) < 50  # no row of it


def test_its_page_says_who_withdrew_it_when_and_why(withdrawn, street, client):
    log_in(client, street.people["commissioner"])
    page = client.get(f"/worklogs/{withdrawn.pk}/").content.decode()
    assert (f"<s>{WORDS}</s>" in page, "记重了。不再计入，只留痕迹。" in " ".join(page.split())) == (True, True)
    assert f"名secretary于{timezone.localtime():%-m月%-d日}" in page


def test_it_is_no_evidence_and_no_example(withdrawn, street, client):
    secretary, share = street.people["secretary"], share_of(withdrawn.order, "东一社区")
    assert list(step_form(share, "report", secretary).fields["logs"].queryset) == []
    actions.receive(share, secretary)
    assert list(actions.report(share, secretary, note="好", logs=[withdrawn]).logs.all()) == []
    log_in(client, secretary)
    assert "暗处" not in client.post("/worklogs/guess/", {"text": "在暗处查看"}).content.decode()


def test_one_tap_of_its_author_withdraws_it(log, street, client):
    log_in(client, street.people["secretary"])
    page = client.post(f"/worklogs/{log.pk}/withdraw/", {"why": ""})
    assert (page.status_code, "请写明为什么作废。" in page.content.decode()) == (422, True)
    page = client.post(f"/worklogs/{log.pk}/withdraw/", {"why": "记重了"}, follow=True).content.decode()
    assert "已作废：留有痕迹，不再计入。" in page
    assert f'href="/worklogs/{log.pk}/edit/"' not in page
    again = client.post(f"/worklogs/{log.pk}/withdraw/", {"why": "记重了"})
    assert (again.status_code, "这条日志已经作废。" in again.content.decode()) == (409, True)


@pytest.mark.parametrize("login", ["deputy", "worker", "commissioner", "leader", "neighbour"])
def test_nobody_else_withdraws_it(log, street, login):
    with pytest.raises(NotYours):
        withdraw_log(log, street.people[login], why="不该有")
    assert WorkLog.objects.standing().get() == log


def test_what_is_evidence_stays(log, street, client):
    secretary, share = street.people["secretary"], share_of(log.order, "东一社区")
    actions.receive(share, secretary)
    actions.report(share, secretary, note="好", logs=[log])
    with pytest.raises(StepRefused, match="已有报结以这条日志为佐证，不能作废。"):
        withdraw_log(log, secretary, why="记错了")
    log_in(client, secretary)
    assert f"/worklogs/{log.pk}/withdraw/" not in client.get(f"/worklogs/{log.pk}/").content.decode()


@pytest.mark.parametrize(("days", "is_withdrawn"), [(0, True), (4, True), (5, False)])
def test_it_is_withdrawn_within_two_working_days(street, days, is_withdrawn):
    """Written on a Friday, until Tuesday."""
    log = make_log(street)
    WorkLog.objects.filter(pk=log.pk).update(created_at=FRIDAY)
    log.refresh_from_db()
    with time_machine.travel(FRIDAY + timedelta(days=days)):
        if is_withdrawn:
            withdraw_log(log, street.people["secretary"], why="记重了")
        else:
            with pytest.raises(StepRefused, match="录入两个工作日内（06月09日前，含当日）才能作废。"):
                withdraw_log(log, street.people["secretary"], why="记重了")
    assert WorkLog.objects.standing().exists() is not is_withdrawn


def test_what_is_withdrawn_is_not_corrected(withdrawn, street):
    with pytest.raises(NotYours):
        edit_log(withdrawn, 2, street.people["secretary"], unit=withdrawn.unit, text="改", order=None)


def test_who_may_not_see_a_log_learns_nothing_of_its_withdrawal(withdrawn, street, client):
    log_in(client, street.people["far_secretary"])
    assert not shows(client, "/worklogs/?withdrawn=on")
    assert client.get(f"/worklogs/{withdrawn.pk}/").status_code == 404
    assert noun_of(WorkLog).seen(street.people["far_secretary"]).count() == 0
