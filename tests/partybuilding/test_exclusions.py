"""剔除: asked with evidence, counted until the outside answer is recorded, raw and adjusted side by side."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from districts.duties import Post
from districts.posts.appointing import appoint
from districts.posts.lending import delegate_post
from districts.workflow import NotYours, StepRefused
from partybuilding.appeals import actions
from partybuilding.appeals.exclusions.actions import answer_exclusion, review_suspension
from partybuilding.appeals.exclusions.actions import ask_exclusion as ask_for_exclusion
from partybuilding.appeals.models import Appeal, Exclusion
from tests.cast import LONG_AGO, log_in, make_appeal, make_user

STREET = "槐花街道党建工作协调委员会"


def ask_exclusion(client, appeal, **said):
    form = {
        "exclusion-kind": "removed",
        "exclusion-reason": "outside",
        "exclusion-note": "不在本街道辖区，附四至图",
        **said,
    }
    return client.post(f"/appeals/{appeal.pk}/exclusion/", form)


def test_an_exclusion_is_asked_with_evidence_and_counts_until_the_answer_is_recorded(street, client):
    rated = {
        "called_at": datetime(2026, 10, 2, tzinfo=UTC),
        "called_on": date(2026, 10, 2),
        "is_valid": True,
        "is_contacted": True,
    }
    good = make_appeal(street, number="BJ001", outcome="solved", satisfaction="satisfied", **rated)
    bad = make_appeal(street, number="BJ002", outcome="unsolved", satisfaction="dissatisfied", **rated)
    log_in(client, street.people["secretary"])
    proof = SimpleUploadedFile("四至图.pdf", b"%PDF-1.4 map")
    assert ask_exclusion(client, bad, **{"exclusion-evidence": proof}).status_code == 302
    exclusion = bad.exclusions.get()
    assert (exclusion.state, exclusion.steps.get().by.username, exclusion.evidence.get().name) == (
        "asked",
        "secretary",
        "四至图.pdf",
    )
    assert "已经申请过剔除" in ask_exclusion(client, bad).content.decode()
    assert (
        client.post(
            f"/appeals/exclusions/{exclusion.pk}/", {"answer-is_granted": "yes", "answer-paper": "x"}
        ).status_code
        == 404
    )

    def shown():
        page = client.get("/appeals/rates/?since=2026-09-19&until=2026-10-18")
        return {u.name: (str(raw.composite), str(kept.composite)) for u, raw, kept, _ in page.context["rows"]}

    assert shown() == {"东一社区": ("55.0", "55.0")}
    log_in(client, street.people["office"])
    lacking = client.post(f"/appeals/exclusions/{exclusion.pk}/", {"answer-is_granted": "yes", "answer-paper": ""})
    assert (lacking.status_code, "请填审定的文号或凭据。" in lacking.content.decode()) == (422, True)
    client.post(
        f"/appeals/exclusions/{exclusion.pk}/", {"answer-is_granted": "yes", "answer-paper": "区指挥中心〔2026〕7号"}
    )
    step = exclusion.steps.last()
    assert (step.verb, step.paper, step.by.username) == ("grant", "区指挥中心〔2026〕7号", "office")
    assert shown()["东一社区"] == ("55.0", "100.0")
    assert shown()["东二社区"] == ("None", "None")
    again = client.post(f"/appeals/exclusions/{exclusion.pk}/", {"answer-is_granted": "no", "answer-note": "改"})
    assert again.status_code == 409
    good.refresh_from_db()
    assert good.is_excluded is False


def test_a_denied_exclusion_may_be_asked_again_and_changes_no_figure(street, client):
    appeal = make_appeal(street, number="BJ001")
    log_in(client, street.people["secretary"])
    ask_exclusion(client, appeal)
    first = appeal.exclusions.get()
    log_in(client, street.people["office"])
    client.post(f"/appeals/exclusions/{first.pk}/", {"answer-is_granted": "no", "answer-note": "属本辖区"})
    assert ask_exclusion(client, appeal).status_code == 302
    appeal.refresh_from_db()
    assert (appeal.is_excluded, list(appeal.exclusions.values_list("state", flat=True))) == (False, ["denied", "asked"])


@pytest.mark.parametrize(
    ("login", "status"), [("secretary", 302), ("office", 302), ("worker", 404), ("neighbour", 404), ("aide", 404)]
)
def test_who_may_ask_for_an_exclusion(street, client, login, status):
    log_in(client, street.people[login])
    assert ask_exclusion(client, make_appeal(street)).status_code == status


def test_evidence_is_served_to_whoever_sees_the_appeal_and_to_nobody_else(street, client):
    appeal = make_appeal(street, number="BJ001")
    log_in(client, street.people["secretary"])
    ask_exclusion(client, appeal, **{"exclusion-evidence": SimpleUploadedFile("图.pdf", b"%PDF-1.4 map")})
    address = f"/appeals/evidence/{appeal.exclusions.get().evidence.get().pk}/"
    assert client.get(address).headers["X-Content-Type-Options"] == "nosniff"
    log_in(client, street.people["neighbour"])
    assert client.get(address).status_code == 404
    bad = SimpleUploadedFile("x.exe", b"MZ")
    log_in(client, street.people["secretary"])
    other = make_appeal(street, number="BJ002")
    refused = ask_exclusion(client, other, **{"exclusion-evidence": bad})
    assert (refused.status_code, "不是支持的类型" in refused.content.decode()) == (422, True)
    assert other.exclusions.count() == 0


def suspend(client, appeal, day, **said):
    return ask_exclusion(
        client,
        appeal,
        **{"exclusion-kind": "suspended", "exclusion-reason": "works", "exclusion-review_on": f"{day}", **said},
    )


def test_what_is_suspended_is_left_out_until_it_is_cleared_and_its_review_day_is_watched(street, client):
    appeal = make_appeal(street, number="BJ001", is_valid=True, is_contacted=True, outcome="unsolved")
    other = make_appeal(street, number="BJ002")
    today = timezone.localdate()
    log_in(client, street.people["secretary"])
    assert suspend(client, appeal, today + timedelta(days=30)).status_code == 302
    exclusion = appeal.exclusions.get()
    log_in(client, street.people["office"])
    review = f"/appeals/exclusions/{exclusion.pk}/review/"
    assert client.post(review, {"review-is_over": "yes", "review-note": "x"}).status_code == 409  # not answered yet
    client.post(f"/appeals/exclusions/{exclusion.pk}/", {"answer-is_granted": "yes", "answer-paper": "区〔2026〕9号"})
    appeal.refresh_from_db()
    assert appeal.is_excluded is True
    numbers = lambda todo: [a.number for a in client.get(f"/appeals/?todo={todo}").context["appeals"]]  # noqa: E731
    assert (numbers("suspended"), numbers("review")) == (["BJ001"], [])
    assert other.number not in numbers("suspended")
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        log_in(client, street.people["office"])
        assert numbers("review") == ["BJ001"]
        later = today + timedelta(days=90)
        assert client.post(review, {"review-is_over": "no", "review-note": "管线未开工"}).status_code == 422
        client.post(review, {"review-is_over": "no", "review-note": "管线未开工", "review-review_on": f"{later}"})
        exclusion.refresh_from_db()
        assert (exclusion.review_on, numbers("review")) == (later, [])
        client.post(review, {"review-is_over": "yes", "review-note": "已完工"})
    exclusion.refresh_from_db()
    appeal.refresh_from_db()
    assert (exclusion.state, appeal.is_excluded) == ("ended", False)
    assert [s.label for s in exclusion.steps.all()] == ["申请挂账", "登记：同意挂账", "复查，继续挂账", "销账"]
    assert client.post(review, {"review-is_over": "yes", "review-note": "再来"}).status_code == 409


def test_a_suspension_needs_a_day_and_a_reason_of_its_own(street, client):
    appeal = make_appeal(street, number="BJ001")
    log_in(client, street.people["secretary"])
    today = timezone.localdate()
    for day, said in [("", "请填复查日。"), (today, "复查日应在今天之后"), (today + timedelta(days=800), "两年之内")]:
        answer = suspend(client, appeal, day)
        assert (answer.status_code, said in answer.content.decode()) == (422, True)
    wrong = suspend(client, appeal, today + timedelta(days=3), **{"exclusion-reason": "outside"})
    assert "“非本辖区”不是挂账的理由" in wrong.content.decode()
    assert not appeal.exclusions.exists()


def asked_by_the_secretary(street, **said):
    given = {"reason": "works", "kind": "suspended", "review_on": timezone.localdate() + timedelta(days=9), **said}
    return ask_for_exclusion(make_appeal(street), street.people["secretary"], note="管线未通", **given)


def second_office(street):
    other = make_user("other_office")
    appoint(other, Post.PARTY_OFFICE, street.units[STREET], starts_on=LONG_AGO, reason="增补")
    return other


YES = {"answer-is_granted": "yes", "answer-paper": "区〔2026〕9号"}
NO = {"answer-is_granted": "no", "answer-note": "属本辖区"}
REVIEWED = {"review-is_over": "yes", "review-note": "已完工"}


def test_whom_an_appeal_is_about_answers_nothing_about_it(street, client):
    exclusion, office, other = asked_by_the_secretary(street), street.people["office"], second_office(street)
    answers = f"/appeals/exclusions/{exclusion.pk}/"
    actions.recuse(exclusion.appeal, other, office)
    log_in(client, office)
    assert [client.post(answers, said).status_code for said in (YES, NO)] == [404, 404]
    with pytest.raises(NotYours):
        answer_exclusion(exclusion, office, is_granted=True, paper="区〔2026〕9号")
    log_in(client, other)
    assert client.post(answers, YES).status_code == 302
    log_in(client, office)
    assert client.post(f"{answers}review/", REVIEWED).status_code == 404
    with pytest.raises(NotYours):
        review_suspension(exclusion, office, is_over=True, note="已完工")
    exclusion.refresh_from_db()
    assert (exclusion.state, [s.by.username for s in exclusion.steps.all()]) == (
        "granted",
        ["secretary", "other_office"],
    )


# state: status of the answers yes and no, and of 销账
POSSIBLE = {"asked": (302, 302, 409), "granted": (409, 409, 302)}
POSSIBLE |= dict.fromkeys(["denied", "ended", "recalled"], (409, 409, 409))


def test_every_state_of_an_exclusion_has_its_answers():
    assert set(POSSIBLE) == set(Exclusion.State.values)


@pytest.mark.parametrize("state", POSSIBLE)
@pytest.mark.parametrize(("nth", "address", "said"), [(0, "", YES), (1, "", NO), (2, "review/", REVIEWED)])
def test_an_exclusion_is_answered_only_from_the_state_that_waits_for_it(street, client, state, nth, address, said):
    exclusion = asked_by_the_secretary(street)
    Exclusion.objects.filter(pk=exclusion.pk).update(state=state)
    log_in(client, street.people["office"])
    answer = client.post(f"/appeals/exclusions/{exclusion.pk}/{address}", said)
    assert answer.status_code == POSSIBLE[state][nth]
    exclusion.refresh_from_db()
    assert (exclusion.state == state, exclusion.steps.count()) == (
        (False, 2) if answer.status_code == 302 else (True, 1)
    )


def test_an_exclusion_entered_for_another_names_both_and_needs_its_basis(street, client):
    appeal, me, today = make_appeal(street), street.people["far_secretary"], timezone.localdate()
    post = street.people["secretary"].appointments.get()
    delegate_post(post, me, starts_on=today, ends_on=today, reason="会议议定")
    given = {"reason": "outside", "note": "不在本街道辖区"}
    for basis in ("", "whatever"):
        with pytest.raises(StepRefused, match="代名secretary申请，请选择依据"):
            ask_for_exclusion(appeal, me, basis=basis, **given)
    log_in(client, me)
    assert ask_exclusion(client, appeal).status_code == 422
    assert not appeal.exclusions.exists()
    assert ask_exclusion(client, appeal, **{"exclusion-basis": "oral"}).status_code == 302
    step = appeal.exclusions.get().steps.get()
    assert (step.by.username, step.for_whom.username, step.basis) == ("far_secretary", "secretary", "oral")


def test_the_answer_is_asked_of_whoever_assesses_and_of_nobody_else(street, client):
    appeal = make_appeal(street)
    log_in(client, street.people["secretary"])
    assert ask_exclusion(client, appeal).status_code == 302
    asked = {}
    for login in ("office", "leader", "commissioner", "secretary"):
        log_in(client, street.people[login])
        asked[login] = "answer_form" in client.get(f"/appeals/{appeal.pk}/").context
    assert asked == {"office": True, "leader": False, "commissioner": False, "secretary": False}


def test_what_waits_for_a_result_is_the_list_behind_its_number_without_what_one_asked_for_oneself(street, client):
    office, other = street.people["office"], second_office(street)
    asked_by_the_secretary(street)
    Appeal.objects.update(number="BJ001")
    given = {"reason": "works", "kind": "suspended", "review_on": timezone.localdate() + timedelta(days=9)}
    ask_for_exclusion(make_appeal(street, number="BJ002"), office, note="管线未通", **given)
    found = {}
    for user in (office, other):
        log_in(client, user)
        listed = client.get("/appeals/?todo=answer").context["page_obj"]
        is_told = f"{len(listed)} 件剔除、挂账待登记结果" in client.get("/").content.decode()
        found[user.username] = (sorted(appeal.number for appeal in listed), is_told)
    assert found == {"office": (["BJ001"], True), "other_office": (["BJ001", "BJ002"], True)}
