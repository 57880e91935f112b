"""Two persons: whoever did one step, or had it done, does not take the one that judges it, whatever posts they hold by then."""

from datetime import timedelta
from itertools import count

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from districts.duties import POSTS, Duty, Post
from districts.posts.appointing import appoint, dismiss, permission_ids, wanted_permissions
from districts.posts.lending import delegate_post
from districts.posts.models import Appointment, Delegation, UnitUserPermission, User
from districts.workflow import NotYours, StepRefused, take_step, weigh_steps
from partybuilding.appeals.models import CadreReport, Exclusion
from partybuilding.assessment.models import Adjustment, Objection, SchemeVersion, ScoreSheet, Survey
from partybuilding.assessment.periods.months import month_code
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.assessment.schemes.actions import draw_up
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import Order, OrderAssignment
from tests.cast import LONG_AGO, log_in, make_appeal, make_order, make_user, share_of

STREET = "槐花街道党建工作协调委员会"
# What the street's rules want two persons for: (record, what judges, what is judged). Every entry has its reason in the rules.
PAIRS = {
    ("OrderAssignment", "accept", "report"),
    ("OrderAssignment", "return", "report"),
    ("OrderAssignment", "grant", "extend"),
    ("OrderAssignment", "deny", "extend"),
    ("Order", "award", "claim"),
    ("Order", "sign_award", "claim"),
    ("Appeal", "call_back", "sign"),
    ("Appeal", "call_back", "reach"),
    ("Appeal", "call_back", "treat"),
    ("Appeal", "call_back", "answer"),
    ("Exclusion", "grant", "ask"),
    ("Exclusion", "deny", "ask"),
    ("Exclusion", "review", "ask"),
    ("Exclusion", "clear", "ask"),
    ("Adjustment", "approve", "propose"),
    ("Adjustment", "refuse", "propose"),
    ("Survey", "confirm", "enter"),
    ("Objection", "uphold", "raise"),
    ("Objection", "dismiss", "raise"),
    ("SchemeVersion", "approve", "try"),
    ("SchemeVersion", "approve", "edit"),
    ("CadreReport", "confirm", "mark"),
    ("CadreReport", "return", "mark"),
}
HOMES = {"committee": STREET, "center": "东中心", "community": "东一社区", "branch": "东一支部", "department": "城管科"}
EITHER = {"ask": {Duty.HANDLE, Duty.ISSUE}, "raise": {Duty.HANDLE, Duty.ISSUE}, "claim": {Duty.HANDLE}}
_numbers = count(1)


def workflows():
    return {model.__name__: model for model in apps.get_models() if hasattr(model, "STEPS")}


def test_every_pair_that_wants_two_persons_is_in_the_tables_and_no_other():
    found = {
        (name, verb, earlier)
        for name, model in workflows().items()
        for verb, step in model.STEPS.items()
        for earlier in step.apart_from
    }
    assert found == PAIRS


def home_of(street, post):
    return street.units[HOMES[post.held_in[0]]]


def people_with(rows):
    """A new person for each list of (post, unit, ended): at once, as the demo makes its own."""
    made = [User(username=f"apart{next(_numbers)}", name=f"某{next(_numbers)}") for _ in rows]
    users = User.objects.bulk_create(made)
    ends = {True: timezone.localdate() - timedelta(days=1), False: None}
    appointments = Appointment.objects.bulk_create(
        Appointment(user=user, post=post, unit=unit, starts_on=LONG_AGO, ends_on=ends[ended], reason="测试")
        for user, posts in zip(users, rows, strict=True)
        for post, unit, ended in posts
    )
    ids = permission_ids()
    UnitUserPermission.objects.bulk_create(
        UnitUserPermission(user_id=u, content_object_id=unit, permission_id=ids[duty])
        for u, unit, duty in wanted_permissions(appointments)
    )
    return users


def shares(street, state):
    """What the street gave a community, a centre its community, a community its branch."""
    for by, unit, to in (
        ("office", STREET, "东一社区"),
        ("commissioner", "东中心", "东一社区"),
        ("secretary", "东一社区", "东一支部"),
    ):
        share = share_of(make_order(street, [to], by, unit), to)
        OrderAssignment.objects.filter(pk=share.pk).update(state=state)
        yield share


def open_calls(street, state):
    for by, unit, names in (
        ("office", STREET, ["东一社区", "西一社区"]),
        ("commissioner", "东中心", ["东一社区", "东二社区"]),
    ):
        units = [street.units[name] for name in names]
        order = actions.draw_up_order(
            by=street.people[by],
            unit=street.units[unit],
            kind="task",
            title="榜",
            content="x",
            is_open_call=True,
            due_on=timezone.localdate(),
            co_units=units,
        )
        actions.issue_order(order, street.people[by])
        Order.objects.filter(pk=order.pk).update(lead_unit=units[0])
        order.refresh_from_db()
        yield order


def appeals(street, state):
    yield make_appeal(street, is_by_hand=True, state=state)


def exclusions(street, state):
    given = {"kind": "suspended", "reason": "works", "note": "等工程", "review_on": timezone.localdate()}
    yield Exclusion.objects.create(appeal=make_appeal(street), state=state, **given)


def sheet_of(street):
    roll_up(month_code(timezone.localdate()))
    return ScoreSheet.objects.get(unit=street.units["东一社区"])


def adjustments(street, state):
    sheet = sheet_of(street)
    yield Adjustment.objects.create(unit=sheet.unit, period=sheet.period, kind="bonus", points=100, reason="表彰")


def objections(street, state):
    yield Objection.objects.create(sheet=sheet_of(street), indicator="orders_on_time", text="少算")


def surveys(street, state):
    given = {"name": "测评", "measured_on": timezone.localdate(), "paper": "函", "entered_by": make_user()}
    yield Survey.objects.create(street=street.units[STREET], state=state, **given)


def versions(street, state):
    version = draw_up(street.units[STREET], SchemeVersion.objects.get(scheme__street=None, number=2), make_user())
    SchemeVersion.objects.filter(pk=version.pk).update(state=state)
    yield version


def cadre_reports(street, state):
    yield CadreReport.objects.create(appeal=make_appeal(street, STREET, is_recused=True), state=state)


BUILDERS = {
    "OrderAssignment": shares,
    "Order": open_calls,
    "Appeal": appeals,
    "Exclusion": exclusions,
    "Adjustment": adjustments,
    "Objection": objections,
    "Survey": surveys,
    "SchemeVersion": versions,
    "CadreReport": cadre_reports,
}


def write_step(record, verb, by, for_whom=None):
    """As it would stand, had they done it under a post that is no matter any more."""
    if isinstance(record, Order):
        record = record.assignments.get(unit=record.lead_unit_id)
    now = timezone.now()
    return record.steps.create(
        verb=verb,
        label="先前",
        from_state="",
        to_state="",
        by=by,
        for_whom=for_whom,
        taken_at=now,
        taken_on=now.date(),
        appointment=Appointment.objects.order_by("pk").first(),
    )


def judge_it(record, step, by, earlier=None):
    given = {
        name: {"review_on": timezone.localdate(), "until": timezone.localdate()}.get(name, "x") for name in step.needs
    }
    if step.verb == "accept":
        given["report"] = earlier
    return take_step(record, step.verb, by, basis="oral", **given)


def outcome(record, step, by, earlier):
    """ "taken", "refused" for want of another person, or "gone" where another rule of the gate bars the judge too."""
    try:
        with transaction.atomic():
            judge_it(record, step, by, earlier)
            transaction.set_rollback(True)
        return "taken"
    except NotYours:
        return "gone"
    except StepRefused as refusal:
        return "refused" if "须由另一位同事办理" in str(refusal) else str(refusal)


def on_the_page(record, step, user):
    """Is the step offered, and is it said that it wants another person?"""
    model = type(record)
    record = model.objects.get(pk=record.pk)
    taken, apart = weigh_steps(model, [record], user)
    return step in taken[record.pk], any("须由另一位同事办理" in why for why in apart[record.pk])


def deeds_of(judge, other, ended):
    """What a judge may have had to do with the earlier step: (by, for whom); tried in full where the earlier post is over."""
    for_others = {"did it for another": (judge, other), "had it done": (other, judge)}
    return {"did it": (judge, None)} | (for_others if ended else {})


@pytest.mark.parametrize(("name", "verb", "earlier"), sorted(PAIRS))
def test_of_two_steps_one_person_takes_one_whatever_their_posts(street, name, verb, earlier):
    """Every pair of steps, every pair of posts that could take them, the first still held or ended, by oneself or for another."""
    model, step = workflows()[name], workflows()[name].STEPS[verb]
    duties = EITHER.get(earlier) or {model.STEPS[earlier].duty}
    firsts = [post for post, (_, given) in POSTS.items() if duties & given.keys()]
    seconds = [post for post, (_, given) in POSTS.items() if step.duty in given]
    other, tried = make_user(), set()
    for record in BUILDERS[name](street, step.start[0]):
        others = people_with([[(second, home_of(street, second), False)] for second in seconds])
        able = {p: u for p, u in zip(seconds, others, strict=True) if is_taken(record, step, u, "x", other)}
        assert able
        pairs = {(f, s, ended) for f in firsts for s in able for ended in (True, False) if f != s} - tried
        tried |= pairs
        for first, second, ended in pairs:
            with transaction.atomic():
                posts = [(first, home_of(street, first), ended), (second, home_of(street, second), False)]
                check_apart(record, step, earlier, people_with([posts])[0], other, ended)
                transaction.set_rollback(True)
        for colleague in able.values():
            assert is_taken(record, step, colleague, earlier, other)


def is_taken(record, step, by, earlier, other):
    """Does a person take a step, and does the page offer it, after another did the earlier one?"""
    with transaction.atomic():
        done = write_step(record, earlier, other, make_user())
        found = outcome(record, step, by, done) == "taken" and on_the_page(record, step, by) == (True, False)
        transaction.set_rollback(True)
    return found


def check_apart(record, step, earlier, judge, other, ended):
    """Whatever they had to do with the earlier step; where its post is still held, the gate may bar them first."""
    for how, (by, for_whom) in deeds_of(judge, other, ended).items():
        with transaction.atomic():
            done = write_step(record, earlier, by, for_whom)
            found = outcome(record, step, judge, done)
            assert found == "refused" or (found == "gone" and not ended), (how, found)
            assert not ended or for_whom or on_the_page(record, step, judge) == (False, True), how
            transaction.set_rollback(True)


@pytest.mark.parametrize("verb", ["grant", "deny"])
def test_nobody_answers_for_whoever_asked(street, verb):
    """The commissioner asked while acting as secretary; their assistant, to whom the post is lent, does not answer for them."""
    share = share_of(make_order(street, ["东一社区"], "commissioner", "东中心"), "东一社区")
    OrderAssignment.objects.filter(pk=share.pk).update(state="paused", paused_on=timezone.localdate())
    share.refresh_from_db()
    commissioner, borrower, step = street.people["commissioner"], make_user(), OrderAssignment.STEPS[verb]
    appoint(borrower, "worker", street.units["东二社区"], starts_on=LONG_AGO, reason="任")
    today = timezone.localdate()
    delegate_post(commissioner.appointments.get(), borrower, starts_on=today, ends_on=today, reason="会议")
    write_step(share, "extend", commissioner)
    assert outcome(share, step, borrower, None) == "refused"
    assert on_the_page(share, step, borrower) == (False, True)
    assert outcome(share, step, street.people["assistant"], None) == "taken"


def test_of_two_for_whom_one_may_act_the_one_who_had_no_part_is_taken(street):
    share = share_of(make_order(street, ["东一社区"], "commissioner", "东中心"), "东一社区")
    OrderAssignment.objects.filter(pk=share.pk).update(state="paused", paused_on=timezone.localdate())
    share.refresh_from_db()
    borrower, today = make_user(), timezone.localdate()
    appoint(borrower, "worker", street.units["东二社区"], starts_on=LONG_AGO, reason="任")
    for login in ("commissioner", "assistant"):
        post = street.people[login].appointments.get()
        delegate_post(post, borrower, starts_on=today, ends_on=today, reason="会议")
    write_step(share, "extend", street.people["commissioner"])
    step = judge_it(share, OrderAssignment.STEPS["grant"], borrower)
    assert (step.by, step.for_whom) == (borrower, street.people["assistant"])


def lent_report(street):
    """The commissioner, to whom the secretary's post is lent, reports for the secretary; then the lending ends."""
    share = share_of(make_order(street), "东一社区")
    secretary, commissioner, today = street.people["secretary"], street.people["commissioner"], timezone.localdate()
    lent = delegate_post(secretary.appointments.get(), commissioner, starts_on=today, ends_on=today, reason="请假")
    actions.receive(share, secretary)
    actions.report(share, commissioner, note="办了", basis="oral")
    before = today - timedelta(days=1)
    Delegation.objects.filter(pk=lent.pk).update(starts_on=before, ends_on=before)
    return share


def test_a_commissioner_does_not_accept_what_they_reported_while_the_post_was_lent_to_them(street, client):
    share, commissioner = lent_report(street), street.people["commissioner"]
    with pytest.raises(StepRefused) as refused:
        actions.accept(share, commissioner)
    assert str(refused.value) == (
        "“报结”是您代名secretary办理的，“审核办结”须由另一位同事办理。可以办理的岗位：街道领导、党群办·考核工作小组。"
    )
    log_in(client, commissioner)
    page = client.get(f"/orders/{share.order_id}/").content.decode()
    assert "“报结”是您代名secretary办理的，“审核办结”、“退回”须由另一位同事办理。" in page
    assert f"/orders/shares/{share.pk}/accept/" not in page
    assert "没有勾选待审核的事项" in client.post("/orders/accept/", {"share": share.pk}, follow=True).content.decode()
    assert client.get("/").context["today"].links == []
    assert OrderAssignment.objects.waiting_for(street.people["office"], "accept").get() == share
    assert actions.accept(share, street.people["office"]).by == street.people["office"]


def test_whoever_reported_once_does_not_accept_the_next_report_of_a_colleague(street):
    share, commissioner = lent_report(street), street.people["commissioner"]
    actions.send_back(share, street.people["office"], note="缺照片")
    actions.report(share, street.people["deputy"], note="补了照片")
    with pytest.raises(StepRefused, match="“报结”是您代名secretary办理的"):
        actions.accept(share, commissioner)


def test_an_acting_secretary_who_became_commissioner_does_not_accept_their_report(street):
    share = share_of(make_order(street, to=("东二社区",)), "东二社区")
    neighbour, today = street.people["neighbour"], timezone.localdate()
    actions.receive(share, neighbour)
    actions.report(share, neighbour, note="办了")
    dismiss(neighbour.appointments.get(), on=today - timedelta(days=1), reason="免")
    dismiss(street.people["commissioner"].appointments.get(), on=today - timedelta(days=1), reason="免")
    appoint(neighbour, Post.COMMISSIONER, street.units["东中心"], starts_on=today, reason="任")
    with pytest.raises(StepRefused, match="“报结”是您办理的"):
        actions.accept(share, neighbour)


def test_an_office_does_not_judge_for_whom_it_was_done(street):
    """An objection entered for a secretary, who came into the office since: neither of the two upholds it."""
    (objection,) = objections(street, "raised")
    secretary, office, today = street.people["secretary"], street.people["office"], timezone.localdate()
    dismiss(secretary.appointments.get(), on=today - timedelta(days=1), reason="免")
    appoint(secretary, Post.PARTY_OFFICE, street.units[STREET], starts_on=today, reason="任")
    write_step(objection, "raise", office, secretary)
    for judge in (office, secretary):
        assert outcome(objection, Objection.STEPS["uphold"], judge, None) == "refused"
        assert on_the_page(objection, Objection.STEPS["uphold"], judge) == (False, True)


def test_the_page_says_so_when_nobody_else_could(street):
    share, today = lent_report(street), timezone.localdate()
    for login in ("leader", "office"):
        dismiss(street.people[login].appointments.get(), on=today - timedelta(days=1), reason="免")
    with pytest.raises(StepRefused, match="目前没有别的人可以办理，请先请党群办按程序明确人选。"):
        actions.accept(share, street.people["commissioner"])


def test_whoever_drew_up_a_scheme_or_changed_its_draft_does_not_approve_it(street, client):
    root, office, leader = street.units[STREET], street.people["office"], street.people["leader"]
    appoint(leader, Post.PARTY_OFFICE, root, starts_on=LONG_AGO, reason="兼")
    default = SchemeVersion.objects.get(scheme__street=None, number=2)
    drawn, changed = draw_up(root, default, leader), draw_up(root, default, office)
    take_step(changed, "edit", leader)
    for version, said in ((drawn, "“起草”是您办理的"), (changed, "“修改”是您办理的")):
        SchemeVersion.objects.filter(pk=version.pk).update(state="trial")
        version.refresh_from_db()
        with pytest.raises(StepRefused, match=said):
            take_step(version, "approve", leader, paper="纪要")
        page = log_in(client, leader).get(f"/standings/schemes/{version.pk}/").content.decode()
        assert said in page
    assert "版考核方案待批准" not in client.get("/").content.decode()
