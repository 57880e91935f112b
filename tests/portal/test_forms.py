"""Bad input gets a clear sentence, keeps what was typed, and has no side door to what is not one's own."""

from datetime import timedelta

import pytest
from django.utils import timezone

from districts.units.models import Unit
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import AssignmentStep, Order
from tests.access import expected as e
from tests.access.marks import mark
from tests.access.seed import seed
from tests.access.slices.orders import sees_order
from tests.access.slices.worklogs import sees_log
from tests.cast import log_in, make_log, make_order, share_of

pytestmark = pytest.mark.one_database


def log_form(street, **changes):
    unit = street.units["东一社区"].pk
    return {"text": "记一笔", "happened_on": timezone.localdate(), "place": "", "unit": unit, "order": "", **changes}


def order_form(street, **changes):
    units = street.units
    return {
        "kind": "task",
        "unit": units["东中心"].pk,
        "title": "某事",
        "content": "怎么办",
        "due_on": timezone.localdate() + timedelta(days=7),
        "lead_unit": units["东一社区"].pk,
        "issue": "1",
        **changes,
    }


def test_an_empty_log_says_what_is_missing(street, client):
    log_in(client, street.people["secretary"])
    page = client.post("/worklogs/new/", log_form(street, text="", place="东门岗亭")).content.decode()
    assert "做了什么：请填写做了什么。" in page
    assert 'value="东门岗亭"' in page
    assert WorkLog.objects.count() == 0


def test_a_log_of_tomorrow_is_refused_in_words(street, client):
    log_in(client, street.people["secretary"])
    tomorrow = timezone.localdate() + timedelta(days=1)
    page = client.post("/worklogs/new/", log_form(street, happened_on=tomorrow)).content.decode()
    assert "日期在今天之后。日志记已经做了的事，请改为今天或以前。" in page
    assert "记一笔</textarea>" in page


def test_a_log_is_prefilled_and_takes_one_field(street, client):
    log_in(client, street.people["secretary"])
    form = client.get("/worklogs/new/").context["form"]
    sent = {"text": "只写这一句", "happened_on": form["happened_on"].value(), "unit": form["unit"].value(), "order": ""}
    assert client.post("/worklogs/new/", sent).status_code == 302
    log = WorkLog.objects.get()
    assert (log.text, log.unit.name, log.happened_on) == ("只写这一句", "东一社区", timezone.localdate())


def test_a_due_date_in_the_past_keeps_everything_typed(street, client):
    log_in(client, street.people["commissioner"])
    yesterday = timezone.localdate() - timedelta(days=1)
    page = client.post("/orders/new/", order_form(street, due_on=yesterday, title="保留的标题")).content.decode()
    assert f"办结期限 {yesterday} 早于今天，请改为 {timezone.localdate()} 或以后的日期。" in page
    assert 'value="保留的标题"' in page
    assert Order.objects.count() == 0


def test_a_draft_given_a_day_that_is_past_keeps_everything_typed(street, client):
    order = make_order(street, by="commissioner", unit="东中心", issued=False)
    log_in(client, street.people["commissioner"])
    yesterday = timezone.localdate() - timedelta(days=1)
    sent = order_form(street, due_on=yesterday, title="改过的标题", seen_version=order.version)
    answer = client.post(f"/orders/{order.pk}/edit/", sent)
    page = answer.content.decode()
    assert (answer.status_code, f"办结期限 {yesterday} 早于今天" in page) == (200, True)
    assert 'value="改过的标题"' in page


def test_a_refused_report_keeps_the_choice_and_says_what_to_write(street, client):
    share = share_of(make_order(street), "东一社区")
    actions.receive(share, street.people["secretary"])
    log_in(client, street.people["secretary"])
    response = client.post(f"/orders/shares/{share.pk}/report/", {f"report-{share.pk}-note": ""})
    assert response.status_code == 422
    assert "请写明办理结果，一句话即可。" in response.content.decode()


def test_a_step_from_a_stale_page_is_refused_in_words_and_keeps_the_note(street, client):
    share = share_of(make_order(street), "东一社区")
    actions.receive(share, street.people["secretary"])
    actions.report(share, street.people["secretary"], note="先报了")
    log_in(client, street.people["deputy"])
    response = client.post(f"/orders/shares/{share.pk}/report/", {f"report-{share.pk}-note": "后报的人写的"})
    assert response.status_code == 409
    assert "现在是“已报结待审核”，不能报结；请刷新后再看。" in response.content.decode()
    assert share.steps.filter(verb="report").count() == 1


def test_the_whole_loop_through_the_pages(street, client):
    log_in(client, street.people["commissioner"])
    client.post("/orders/new/", order_form(street))
    order = Order.objects.get()
    share = share_of(order, "东一社区")
    assert order.number == f"交办〔{timezone.localdate().year}〕1号"
    log_in(client, street.people["secretary"])
    client.post(f"/orders/shares/{share.pk}/receive/")
    client.post("/worklogs/new/", log_form(street, order=order.pk))
    log = WorkLog.objects.get()
    sent = {f"report-{share.pk}-note": "办完了", f"report-{share.pk}-logs": [log.pk]}
    client.post(f"/orders/shares/{share.pk}/report/", sent)
    log_in(client, street.people["office"])
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert "办完了" in page
    assert "记一笔" in page  # the evidence stands beside the report
    client.post(f"/orders/shares/{share.pk}/accept/")
    share.refresh_from_db()
    assert share.state == "accepted"


def test_a_cited_log_can_no_longer_be_changed(street, client):
    order = make_order(street)
    share, log = share_of(order, "东一社区"), make_log(street, order=order)
    log_in(client, street.people["secretary"])
    assert client.get(f"/worklogs/{log.pk}/edit/").status_code == 200
    actions.receive(share, street.people["secretary"])
    actions.report(share, street.people["secretary"], note="好了", logs=[log])
    assert client.get(f"/worklogs/{log.pk}/edit/").status_code == 404


@pytest.mark.parametrize("login", ["secretary", "commissioner", "lead_secretary", "lapsed", "double"])
def test_no_id_in_a_form_reaches_what_is_not_ones_own(db, client, login):
    """Every seeded unit, order and log is offered as a foreign id; nothing is written and no mark comes back."""
    world = seed()
    log_in(client, world.street.people[login])
    own_marks = {mark(r) for r in world.logs if sees_log(login, r, world)}
    own_marks |= {mark(r) for r in world.orders if sees_order(login, r, world)}
    for unit in world.street.units.values():
        before = WorkLog.objects.count()
        client.post("/worklogs/new/", log_form(world.street, unit=unit.pk))
        allowed = e.reaches(login, "log", unit.name, assigned=True)
        assert (WorkLog.objects.count() - before, unit.name) == (int(allowed), unit.name)
    for order in world.orders:
        before = WorkLog.objects.count()
        home = next(u for u in world.street.units.values() if e.reaches(login, "log", u.name, assigned=True))
        page = client.post("/worklogs/new/", log_form(world.street, unit=home.pk, order=order.pk)).content.decode()
        allowed = sees_order(login, order, world) and order.state == "issued"
        assert (WorkLog.objects.count() - before, order.pk) == (int(allowed), order.pk)
        assert allowed or mark(order) not in page or mark(order) in own_marks


@pytest.mark.parametrize("login", ["secretary", "commissioner", "office"])
def test_no_unit_in_an_order_or_a_filter_is_out_of_reach(db, client, login):
    world = seed()
    log_in(client, world.street.people[login])
    _, home = e.HELD[login][0]
    for unit in world.street.units.values():
        before = Order.objects.count()
        form = order_form(world.street, unit=world.street.units[home].pk, lead_unit=unit.pk)
        client.post("/orders/new/", form)
        branch_of_another = unit.kind == "branch" and e.TREE[unit.name][1] != home
        own = login == "secretary" and unit.name == home
        allowed = (
            e.reaches(login, "issue", unit.name) and unit.kind != "committee" and not branch_of_another and not own
        )
        assert (Order.objects.count() - before, unit.name) == (int(allowed), unit.name)
        for page in ("/orders/?state=&unit=", "/worklogs/?unit="):
            text = client.get(f"{page}{unit.pk}").content.decode()
            foreign = [r for r in world.logs if not sees_log(login, r, world) and mark(r) in text]
            assert foreign == []


def test_evidence_of_another_unit_is_not_accepted(db, client):
    world = seed()
    share = next(s for s in world.shares if s.unit.name == "东一社区" and s.state == "reported" and _is_joint(s, world))
    actions.send_back(share, world.street.people["office"], note="再报")
    log_in(client, world.street.people["secretary"])
    for log in world.logs:
        fits = log.order_id == share.order_id and log.unit.name in {"东一社区", "东一支部"}
        sent = {f"report-{share.pk}-note": "报", f"report-{share.pk}-logs": [log.pk]}
        response = client.post(f"/orders/shares/{share.pk}/report/", sent)
        assert response.status_code == (302 if fits else 422)
        if fits:
            assert list(AssignmentStep.objects.filter(assignment=share, verb="report").last().logs.all()) == [log]
            actions.send_back(share, world.street.people["office"], note="再报")


def _is_joint(share, world):
    return {s.unit.name for s in world.shares if s.order_id == share.order_id} == {"东一社区", "西一社区"}


def test_a_unit_of_the_other_street_does_not_exist(street, client):
    log_in(client, street.people["secretary"])
    assert client.get(f"/units/{Unit.objects.get(name='外社区').pk}/").status_code == 404
    assert "外社区" not in client.get("/organisation/").content.decode()


def test_who_reviews_is_led_to_the_next_report(street, client):
    first, second = (share_of(make_order(street, title=f"第{n}件"), "东一社区") for n in (1, 2))
    for share in (first, second):
        actions.receive(share, street.people["secretary"])
        actions.report(share, street.people["secretary"], note="好")
    log_in(client, street.people["office"])
    response = client.post(f"/orders/shares/{first.pk}/accept/", follow=True)
    assert response.redirect_chain == [(f"/orders/{second.order_id}/#share-{second.pk}", 302)]
    assert "“第1件”已审核办结。下面是下一件待审核的，还有 1 件。" in response.content.decode()
    response = client.post(f"/orders/shares/{second.pk}/accept/", follow=True)
    assert "“第2件”已审核办结。" in response.content.decode()
