"""An order's life: numbered once, signed for, reported, accepted or returned; each refusal in words."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.posts.appointing import appoint
from districts.workflow import NotYours, StepRefused, open_steps
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import Order, OrderAssignment
from tests.cast import LONG_AGO, log_in, make_decree, make_log, make_order, share_of


def test_numbers_run_within_the_year_by_kind_and_street(street):
    with time_machine.travel("2026-12-31 10:00+08:00"):
        first, second, decree = make_order(street), make_order(street), make_decree(street)
        other = make_order(street, to=("外社区",), by="stranger", unit="外街道党建工作协调委员会")
    with time_machine.travel("2027-01-04 10:00+08:00"):
        next_year = make_order(street)
    assert [o.number for o in (first, second, decree, other, next_year)] == [
        "交办〔2026〕1号",
        "交办〔2026〕2号",
        "玉字令〔2026〕1号",
        "交办〔2026〕1号",
        "交办〔2027〕1号",
    ]


def test_the_whole_loop_with_a_return(street):
    people = street.people
    order = make_order(street, to=("东一社区",), by="commissioner", unit="东中心")
    share = share_of(order, "东一社区")
    log = make_log(street, order=order)
    actions.receive(share, people["secretary"])
    actions.report(share, people["secretary"], note="清完了", logs=[log])
    actions.send_back(share, people["commissioner"], note="缺照片")
    actions.report(share, people["deputy"], note="照片补了", logs=[log])
    actions.accept(share, people["office"])
    share.refresh_from_db()
    assert share.state == "accepted"
    steps = [(s.label, s.by.username, s.from_state, s.to_state, s.note) for s in share.steps.all()]
    assert steps == [
        ("签收", "secretary", "issued", "received", ""),
        ("报结", "secretary", "received", "reported", "清完了"),
        ("退回", "commissioner", "reported", "returned", "缺照片"),
        ("报结", "deputy", "returned", "reported", "照片补了"),
        ("审核办结", "office", "reported", "accepted", ""),
    ]
    assert share.steps.last().report == share.steps.all()[3]
    assert [s.appointment.unit.name for s in share.steps.all()][:3] == ["东一社区", "东一社区", "东中心"]


@pytest.mark.parametrize(
    ("taken", "verb", "sentence"),
    [
        ([], "report", "现在是“待签收”，不能报结；请刷新后再看。"),
        ([], "accept", "现在是“待签收”，不能审核办结；请刷新后再看。"),
        (["receive"], "receive", "现在是“办理中”，不能签收；请刷新后再看。"),
        (["receive", "report", "accept"], "return", "现在是“已办结”，不能退回；请刷新后再看。"),
    ],
)
def test_a_step_from_the_wrong_state_names_the_present_one(street, taken, verb, sentence):
    share = share_of(make_order(street), "东一社区")
    for done in taken:
        take(share, done, street)
    before = share.steps.count()
    with pytest.raises(StepRefused) as refused:
        take(share, verb, street)
    assert str(refused.value) == sentence
    assert share.steps.count() == before


def take(share, verb, street):
    by = street.people["secretary" if verb in {"receive", "report"} else "office"]
    note = {"report": {"note": "好了"}, "return": {"note": "再办"}}.get(verb, {})
    {"receive": actions.receive, "report": actions.report, "accept": actions.accept, "return": actions.send_back}[verb](
        share, by, **note
    )


def test_a_report_and_a_return_say_why(street):
    share = share_of(make_order(street), "东一社区")
    actions.receive(share, street.people["secretary"])
    with pytest.raises(StepRefused) as refused:
        actions.report(share, street.people["secretary"], note="")
    assert str(refused.value) == "请写明办理结果，一句话即可。"


@pytest.mark.parametrize("who", ["neighbour", "far_secretary", "worker", "commissioner", "office", "stranger"])
def test_only_the_assigned_unit_signs_for_it(street, who):
    share = share_of(make_order(street), "东一社区")
    with pytest.raises(NotYours):
        actions.receive(share, street.people[who])


def test_nobody_accepts_what_their_own_post_was_assigned(street):
    share = share_of(make_order(street), "东一社区")
    appoint(
        street.people["secretary"],
        "party_office",
        street.units["槐花街道党建工作协调委员会"],
        starts_on=LONG_AGO,
        reason="兼",
    )
    actions.receive(share, street.people["secretary"])
    actions.report(share, street.people["secretary"], note="好了")
    with pytest.raises(NotYours):
        actions.accept(share, street.people["secretary"])
    actions.accept(share, street.people["office"])


def test_a_decree_is_signed_by_the_street_taken_by_the_lead_secretary_and_not_closed_by_its_own_team(street):
    people = street.people
    order = make_order(street, to=("东中心", "城管科"), kind="decree", by="office", issued=False)
    with pytest.raises(NotYours):
        actions.issue_order(order, people["office"])
    order = actions.issue_order(order, people["leader"])
    share = share_of(order, "东中心")
    step = actions.receive(share, people["lead_secretary"])
    assert (order.number[:3], step.label) == ("玉字令", "领令")
    actions.report(share, people["lead_secretary"], note="办了")
    with pytest.raises(NotYours):
        actions.accept(share, people["commissioner"])
    actions.accept(share, people["office"])


def test_a_decree_goes_from_the_street_to_a_centre_only(street):
    with pytest.raises(ValidationError) as refused:
        make_order(street, kind="decree", by="commissioner", unit="东中心")
    assert refused.value.messages == ["玉字令只能由街道签发；本单位请用“交办事项”。"]
    with pytest.raises(ValidationError) as refused:
        make_order(street, kind="decree", by="leader")
    assert refused.value.messages == ["玉字令由中心（片区）牵头，请把牵头单位改为中心。"]


def test_a_due_date_in_the_past_is_refused_with_what_to_do(street):
    with time_machine.travel("2026-05-06 10:00+08:00"), pytest.raises(ValidationError) as refused:
        make_order(street, days=-1)
    assert refused.value.messages == ["办结期限 2026-05-05 早于今天，请改为 2026-05-06 或以后的日期。"]
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    ("by", "unit", "to"),
    [
        ("commissioner", "东中心", "西一社区"),
        ("commissioner", "槐花街道党建工作协调委员会", "东一社区"),
        ("secretary", "东一社区", "东一社区"),
        ("secretary", "东一社区", "东二社区"),
        ("office", "槐花街道党建工作协调委员会", "东一支部"),
        ("office", "槐花街道党建工作协调委员会", "外社区"),
        ("worker", "东一社区", "东一支部"),
    ],
)
def test_nobody_assigns_outside_their_reach(street, by, unit, to):
    with pytest.raises(NotYours):
        make_order(street, to=(to,), by=by, unit=unit)
    assert Order.objects.count() == 0


def test_a_clerk_handles_for_the_head_and_says_on_what_basis(street):
    order = make_order(street, to=("城管科",))
    share, clerk = share_of(order, "城管科"), street.people["clerk"]
    with pytest.raises(StepRefused) as refused:
        actions.receive(share, clerk)
    assert str(refused.value) == "代名head签收，请选择依据（口头交代、会议议定或书面批示）。"
    step = actions.receive(share, clerk, basis="oral")
    assert (step.by.username, step.for_whom.username, step.basis) == ("clerk", "head", "oral")


@pytest.mark.parametrize(
    ("day", "light", "is_overdue"),
    [
        ("2026-05-06", "green", False),
        ("2026-05-17", "green", False),
        ("2026-05-18", "amber", False),
        ("2026-05-22", "amber", False),
        ("2026-05-23", "red", True),
    ],
)
def test_lights_by_working_days_and_their_row_twins(street, day, light, is_overdue):
    with time_machine.travel("2026-05-06 10:00+08:00"):
        order = make_order(street, days=16)  # due on Friday 22 May: 13 working days with the Saturday of 9 May
    share = share_of(order, "东一社区")
    assert share.due_on == date(2026, 5, 22)
    with time_machine.travel(f"{day} 10:00+08:00"):
        assert (share.light, share.is_overdue) == (light, is_overdue)
        for colour in ("green", "amber", "red", "grey"):
            assert OrderAssignment.objects.with_light(colour).exists() is (colour == light)
        assert OrderAssignment.objects.overdue().exists() is is_overdue


def test_a_reported_share_is_grey_in_both(street):
    share = share_of(make_order(street), "东一社区")
    take(share, "receive", street)
    take(share, "report", street)
    assert share.light == "grey"
    assert list(OrderAssignment.objects.with_light("grey")) == [share]


def test_the_words_of_what_is_accepted_stay(street, client):
    order = make_order(street)
    share, secretary, office = share_of(order, "东一社区"), street.people["secretary"], street.people["office"]
    actions.receive(share, secretary)
    log_in(client, office)
    assert client.get(f"/orders/{order.pk}/edit/").status_code == 200
    actions.report(share, secretary, note="办了")
    actions.accept(share_of(order, "东一社区"), street.people["leader"])
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert (f"/orders/{order.pk}/edit/" in page, client.get(f"/orders/{order.pk}/edit/").status_code) == (False, 404)
    typed = {"title": "改过的题", "content": "改过的要求", "seen_version": order.version}
    answer = client.post(f"/orders/{order.pk}/edit/", typed)
    assert (answer.status_code, "文字不能再改" in answer.content.decode()) == (200, True)
    assert "改过的要求" in answer.content.decode()
    order.refresh_from_db()
    assert order.title == "清理楼道堆物"


def test_whoever_may_not_amend_a_decree_finds_no_page_to_do_so(street, client):
    decree, said = make_decree(street), {}
    for login in ("office", "leader"):
        log_in(client, street.people[login])
        address = f"/orders/{decree.pk}/edit/"
        said[login] = client.get(address).status_code, client.post(address, {}).status_code
    assert said == {"office": (404, 404), "leader": (200, 200)}


def test_an_amended_order_keeps_its_old_words_in_the_record(street):
    order = make_order(street, title="旧题")
    actions.amend_order(order, order.version, by=street.people["office"], title="新题", content=order.content)
    step = order.steps.last()
    assert (step.label, step.note) == ("修改", "标题原为：旧题")


def test_a_co_handler_sees_the_order_and_its_own_share_the_lead_sees_both(street, client):
    order = make_order(street, to=("东一社区", "西一社区"))
    lead, co = street.people["secretary"], street.people["far_secretary"]
    assert OrderAssignment.objects.where_user_may(co, "view").values_list("unit__name", flat=True).get() == "西一社区"
    assert OrderAssignment.objects.where_user_may(lead, "view").filter(order=order).count() == 2


def test_the_list_costs_the_same_with_one_and_three_rows(street, client, django_assert_num_queries):
    log_in(client, street.people["office"])
    make_order(street)
    client.get("/orders/")
    with django_assert_num_queries(11):
        assert client.get("/orders/").content.decode().count('class="row-link"') == 1
    make_order(street, to=("东二社区",))
    make_order(street, to=("西一社区",))
    with django_assert_num_queries(11):
        assert client.get("/orders/").content.decode().count('class="row-link"') == 3


def test_the_export_can_never_become_a_formula(street, client):
    import io

    from openpyxl import load_workbook

    order = make_order(street, title='=HYPERLINK("x")')
    log_in(client, street.people["office"])
    sheet = load_workbook(io.BytesIO(client.get("/orders/export/").content)).active
    row = [cell for cell in sheet[2]]
    assert [c.value for c in row[:6]] == [
        order.number,
        "交办事项",
        '=HYPERLINK("x")',
        "槐花街道党工委、办事处",
        "东一社区",
        "牵头",
    ]
    assert {c.data_type for c in row[:6]} == {"s"}
    assert row[6].value.date() == timezone.localdate()
    assert row[7].value.date() == timezone.localdate() + timedelta(days=10)


def test_one_person_with_two_posts_in_a_centre_does_not_accept_what_they_took(street):
    appoint(street.people["commissioner"], "worker", street.units["西村"], starts_on=LONG_AGO, reason="任")
    lead = street.people["lead_secretary"]
    appoint(lead, "party_office", street.units["槐花街道党建工作协调委员会"], starts_on=LONG_AGO, reason="兼")
    share = share_of(make_order(street, to=("东中心",)), "东中心")
    actions.receive(share, lead)
    actions.report(share, lead, note="好")
    with pytest.raises(NotYours):
        actions.accept(share, lead)


def test_a_draft_that_became_a_decree_meanwhile_is_not_issued_without_a_signature(street):
    draft = make_order(street, to=("东中心",), issued=False)
    Order.objects.filter(pk=draft.pk).update(kind="decree")
    with pytest.raises(NotYours):
        actions.issue_order(draft, street.people["office"])
    assert Order.objects.get().state == "draft"


def test_the_words_of_a_signed_decree_are_changed_by_who_may_sign(street):
    decree = make_decree(street)
    with pytest.raises(NotYours):
        actions.amend_order(decree, decree.version, by=street.people["office"], title="改", content="改")
    actions.amend_order(decree, decree.version, by=street.people["leader"], title="改", content=decree.content)
    assert decree.steps.last().label == "改签"


def test_a_year_mistyped_is_refused_at_once(street):
    with time_machine.travel("2026-05-06 10:00+08:00"), pytest.raises(ValidationError) as refused:
        make_order(street, days=180 * 365)
    assert refused.value.messages == ["办结期限 2206-03-24 太远，最长两年；请检查年份是否写错。"]


def test_a_draft_whose_community_moved_away_is_not_issued(street):
    from districts.units.tree import move_unit

    draft = make_order(street, by="commissioner", unit="东中心", issued=False)
    move_unit(street.units["东一社区"], street.units["西中心"], on=timezone.localdate(), reason="调整")
    with pytest.raises(ValidationError) as refused:
        actions.issue_order(draft, street.people["commissioner"])
    assert refused.value.messages == ["东一社区已不归东中心或已撤销，请先修改承办单位。"]


def test_the_lead_secretary_sees_the_co_handlers_share_too(street):
    decree = make_decree(street)
    seen = OrderAssignment.objects.where_user_may(street.people["lead_secretary"], "view").filter(order=decree)
    assert set(seen.values_list("unit__name", flat=True)) == {"东中心", "城管科"}
    assert not OrderAssignment.objects.where_user_may(street.people["lead_secretary"], "handle").filter(
        unit__name="城管科"
    )


def test_page_two_of_the_default_list_is_of_the_same_list(street, client):
    log_in(client, street.people["office"])
    share = share_of(make_order(street), "东一社区")
    for verb in ("receive", "report", "accept"):
        take(share, verb, street)
    make_order(street)
    for address in ("/orders/", "/orders/?page=1", "/orders/?other=x"):
        assert client.get(address).context["page_obj"].paginator.count == 1
    assert client.get("/orders/?state=").context["page_obj"].paginator.count == 2


def test_a_draft_still_open_when_it_is_issued_is_told_and_not_half_saved(street, client):
    draft = make_order(street, issued=False)
    log_in(client, street.people["leader"])
    actions.issue_order(draft, street.people["office"])
    form = {
        "kind": "task",
        "unit": draft.unit_id,
        "title": "晚到的标题",
        "content": "要求",
        "due_on": draft.due_on,
        "lead_unit": draft.lead_unit_id,
        "seen_version": 1,
    }
    page = client.post(f"/orders/{draft.pk}/edit/", form).content.decode()
    assert "这件事已经交办，不能再改对象和期限。" in page
    assert "晚到的标题" in page
    assert Order.objects.get().title == "清理楼道堆物"


def test_the_steps_that_ones_posts_give_are_offered_and_no_other(street):
    share = share_of(make_order(street), "东一社区")
    nothing = {login: [] for login in ("worker", "assistant", "neighbour", "stranger")}
    wanted = {"secretary": ["receive"], "deputy": ["receive"], "office": ["urge", "call"], **nothing}
    offered = {login: open_steps(OrderAssignment, [share], street.people[login])[share.pk] for login in wanted}
    assert {login: [step.verb for step in steps] for login, steps in offered.items()} == wanted


def test_matters_are_assigned_below_ones_own_posts(street):
    names = lambda login: sorted(actions.assignable_units(street.people[login]).values_list("name", flat=True))  # noqa: E731
    assert names("commissioner") == ["东一社区", "东中心", "东二社区"]
    assert names("secretary") == ["东一支部"]
    assert names("aide") == []
