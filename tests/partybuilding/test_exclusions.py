"""剔除: asked with evidence, counted until the outside answer is recorded, raw and adjusted side by side."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from tests.cast import log_in, make_appeal


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
