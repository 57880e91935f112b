"""手工办理: a street without another system registers and handles appeals here, up to the call-back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from districts.duties import Duty, Post
from districts.posts.appointing import appoint
from districts.workflow import StepRefused
from partybuilding.appeals import by_hand
from partybuilding.appeals.models import Appeal
from tests.cast import LONG_AGO, log_in, make_appeal, make_user

STREET = "槐花街道党建工作协调委员会"


def form(street, **said):
    called = timezone.localtime() - timedelta(hours=1)
    return {
        "called_at": f"{called:%Y-%m-%dT%H:%M}",
        "grade": "rushed",
        "channel": "来访",
        "title": "路灯不亮",
        "content": "东门路灯不亮",
        "item": "路灯",
        "unit": street.units["东一社区"].pk,
        "spot": "5号楼",
        "caller": "王先生",
        "caller_number": "13800138000",
        **said,
    }


@pytest.fixture
def desk(street, client):
    log_in(client, street.people["office"])
    assert client.get("/appeals/new/").status_code == 404
    assert client.post("/appeals/rules/", {"by_hand": "yes"}).status_code == 302
    return street


def test_an_appeal_is_registered_masked_and_handled_to_its_call_back(desk, client):
    refused = client.post("/appeals/new/", form(desk, content="东门路灯不亮，电话13800138000")).content.decode()
    assert ("内容：第 10 字起像电话号码" in refused, "电话13800138000</textarea>" in refused) == (True, True)
    answer = client.post("/appeals/new/", form(desk))
    appeal = Appeal.objects.get()
    assert answer.headers["Location"] == f"/appeals/{appeal.pk}/"
    assert appeal.number == f"SL{timezone.localdate():%Y%m%d}001"
    assert (appeal.unit.name, appeal.caller, appeal.caller_number) == ("东一社区", "王**", "****8000")
    assert appeal.content == "东门路灯不亮"
    assert appeal.due_at - appeal.called_at == timedelta(hours=24)
    client.post("/appeals/new/", form(desk, unit=""))
    assert Appeal.objects.order_by("pk").last().number == f"SL{timezone.localdate():%Y%m%d}002"
    log_in(client, desk.people["secretary"])
    for verb, note in [("sign", ""), ("reach", "已回电"), ("treat", "换了灯泡"), ("answer", "路灯已修好")]:
        assert client.post(f"/appeals/{appeal.pk}/{verb}/", {f"{verb}-note": note}).status_code == 302, verb
    called = {
        "call_back-is_valid": "yes",
        "call_back-is_contacted": "yes",
        "call_back-outcome": "solved",
        "call_back-satisfaction": "satisfied",
    }
    assert client.post(f"/appeals/{appeal.pk}/call_back/", called).status_code == 404  # nobody judges their own
    log_in(client, desk.people["office"])
    lacking = client.post(f"/appeals/{appeal.pk}/call_back/", {"call_back-is_valid": "yes"})
    assert (lacking.status_code, "有效回访要填“是否解决”。" in lacking.content.decode()) == (422, True)
    assert client.post(f"/appeals/{appeal.pk}/call_back/", called).status_code == 302
    appeal.refresh_from_db()
    assert (appeal.state, appeal.reply, appeal.closed_at is not None) == ("called", "路灯已修好", True)
    assert (appeal.is_valid, appeal.is_contacted, appeal.outcome, appeal.satisfaction) == (
        True,
        True,
        "solved",
        "satisfied",
    )
    assert [s.label for s in appeal.steps.all()] == ["签收", "联系", "办理", "反馈", "回访"]


@pytest.mark.parametrize("handled", [("treat", "answer"), ("treat",), ("answer",)])
def test_who_handled_an_appeal_does_not_call_it_back_whatever_posts_they_hold(desk, client, handled):
    """The office that calls back also holds a post in the community: what it handled there another one calls back."""
    office, secretary = desk.people["office"], desk.people["secretary"]
    appoint(office, Post.DEPUTY_SECRETARY, desk.units["东一社区"], starts_on=LONG_AGO, reason="兼任")
    client.post("/appeals/new/", form(desk))
    appeal = Appeal.objects.get()
    for verb in ("sign", "reach", "treat", "answer"):
        by = office if verb in handled else secretary
        by_hand.take_step_by_hand(verb)(appeal, by, note="已办")
    log_in(client, office)
    called = {"call_back-is_valid": "no"}
    assert client.post(f"/appeals/{appeal.pk}/call_back/", called).status_code == 409
    appeal.refresh_from_db()
    assert (appeal.state, appeal.has_callback) == ("answered", False)
    other = make_user("other_office")
    appoint(other, Post.PARTY_OFFICE, desk.units[STREET], starts_on=LONG_AGO, reason="增补")
    log_in(client, other)
    assert client.post(f"/appeals/{appeal.pk}/call_back/", called).status_code == 302


def test_what_the_citys_system_handles_is_not_handled_here(desk, client):
    appeal = make_appeal(desk)
    log_in(client, desk.people["secretary"])
    page = client.get(f"/appeals/{appeal.pk}/")
    assert [step.verb for step, _ in page.context["steps"]] == ["ask_center", "write_note"]
    refused = client.post(f"/appeals/{appeal.pk}/sign/", {})
    assert (refused.status_code, "在市里系统里签收，这里不用再填" in refused.content.decode()) == (409, True)
    appeal.refresh_from_db()
    assert appeal.state == "assigned"


def test_steps_are_taken_in_their_order_and_switching_off_ends_registering(desk, client):
    client.post("/appeals/new/", form(desk))
    appeal = Appeal.objects.get()
    with pytest.raises(StepRefused, match="不能反馈"):
        by_hand.take_step_by_hand("answer")(appeal, desk.people["secretary"], note="x")
    client.post("/appeals/rules/", {"by_hand": "no"})
    assert client.post("/appeals/new/", form(desk)).status_code == 404
    by_hand.take_step_by_hand("sign")(appeal, desk.people["secretary"])  # what was begun goes on
    log_in(client, desk.people["secretary"])
    assert client.post("/appeals/new/", form(desk)).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"called_at": "2099-01-01T08:00"}, "来电时间在将来"),
        ({"title": ""}, "title"),
        ({"unit": "999999"}, "unit"),
    ],
)
def test_a_wrong_entry_is_told_and_kept(desk, client, wrong, said):
    answer = client.post("/appeals/new/", form(desk, **wrong))
    assert (answer.status_code, said in answer.content.decode(), "东门路灯不亮" in answer.content.decode()) == (
        422,
        True,
        True,
    )
    assert not Appeal.objects.exists()


def test_what_is_owed_by_hand_is_what_ones_own_unit_handles_not_all_that_one_sees(street):
    secretary = street.people["secretary"]
    appoint(secretary, "aide", street.units["西中心"], starts_on=LONG_AGO, reason="兼任")
    for n, unit in enumerate(("东一社区", "西一社区")):
        make_appeal(street, unit, number=f"BJ{n}", is_by_hand=True, state=Appeal.UNDER_WAY[0])
    seen = Appeal.objects.where_user_may(secretary, Duty.VIEW)
    assert seen.count() == 2
    assert [appeal.unit.name for appeal in seen.owed_by_hand(secretary)] == ["东一社区"]
