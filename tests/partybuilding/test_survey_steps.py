"""满意度测评 step by step: who entered, confirmed and took one back, under which post; two persons, however old it is."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from districts.posts.lending import delegate_post
from districts.posts.models import Delegation
from districts.workflow import NotYours, StepRefused
from partybuilding.assessment.models import Survey, SurveyStep
from partybuilding.assessment.surveys.actions import confirm_survey, drop_survey, enter_survey, withdraw_survey
from tests.cast import STREET, build_street, log_in, make_second, make_user, text_of
from tests.waiting import while_it_waits

POST = f"{STREET} · 党群办·考核工作小组"
GIVEN = {"name": "三季度测评", "measured_on": date(2026, 10, 9), "paper": "函〔2026〕3号"}


def entered(street, by="office"):
    figures = [(street.units["东一社区"].pk, 45, 50)]
    return enter_survey(street.units[STREET], street.people[by], **GIVEN, figures=figures)


def entered_long_ago(street, by="office", **fields):
    """As past releases left them: named in columns alone."""
    return Survey.objects.create(street=street.units[STREET], entered_by=street.people[by], **GIVEN, **fields)


def address_of(survey):
    return reverse("survey", args=[survey.pk])


def history(survey):
    """[(verb, from, to, who, under which post, note)]"""
    rows = survey.steps.select_related("by", "appointment__unit")
    return [
        (s.verb, s.from_state, s.to_state, s.by.username, f"{s.appointment.unit} · {s.appointment.called}", s.note)
        for s in rows
    ]


def test_the_history_names_who_did_what_under_which_post(street, client):
    survey, second = entered(street), make_second(street)
    confirm_survey(survey, second)
    withdraw_survey(survey, street.people["office"], why="数字录错")
    assert history(survey) == [
        ("enter", "", "entered", "office", POST, ""),
        ("confirm", "entered", "confirmed", "second", POST, ""),
        ("withdraw", "confirmed", "withdrawn", "office", POST, "数字录错"),
    ]
    survey.refresh_from_db()
    assert (survey.entered_by, survey.confirmed_by) == (street.people["office"], second)
    assert (survey.why_withdrawn, timezone.now() - survey.confirmed_at < timedelta(minutes=1)) == ("数字录错", True)
    page = text_of(log_in(client, second).get(address_of(survey)))
    for label, who in (("录入", "office"), ("确认", "second"), ("撤回", "office")):
        assert f"<strong>{label}</strong> 名{who}（{POST}）" in page
    assert page.count("数字录错") == 1


def test_each_is_asked_and_told_on_the_page(street, client):
    survey, page = entered(street), {}
    for login, user in (("office", street.people["office"]), ("second", make_second(street))):
        page[login] = text_of(log_in(client, user).get(address_of(survey)))
    assert "可以办理的岗位：党群办·考核工作小组。" in page["office"]
    assert "请另一位同事对照来源文件核对后确认。" in page["office"]
    assert ("核对无误，确认" in page["office"], "核对无误，确认" in page["second"]) == (False, True)
    assert "须由另一位同事办理" not in page["second"]


def test_nobody_confirms_their_own_by_lending_the_post(street, client):
    """Confirming is nobody's to lend: the delegate does not even see the survey, and its author stays its author."""
    office, leader = street.people["office"], street.people["leader"]
    survey, today = entered(street), timezone.localdate()
    lent = {"starts_on": today, "ends_on": today + timedelta(days=3), "reason": "会议"}
    delegate_post(office.appointments.get(), leader, **lent)
    assert Delegation.objects.filter(delegate=leader).exists()
    with pytest.raises(NotYours):
        confirm_survey(survey, leader)
    log_in(client, leader)
    assert (client.get(address_of(survey)).status_code, client.post(address_of(survey)).status_code) == (404, 404)
    survey.refresh_from_db()
    assert (survey.state, survey.confirmed_by, survey.steps.count()) == ("entered", None, 1)


def test_whoever_entered_it_for_somebody_or_had_it_entered_does_not_confirm(street):
    survey, second, clerk = entered_long_ago(street, "leader"), make_second(street), make_user()
    survey.steps.create(
        verb="enter",
        label="录入",
        by=clerk,
        for_whom=second,
        appointment=second.appointments.get(),
        taken_at=timezone.now(),
        taken_on=timezone.localdate(),
    )
    with pytest.raises(StepRefused, match=f"“录入”是{clerk.name}代您办理的，“确认”须由另一位同事办理"):
        confirm_survey(survey, second)
    confirm_survey(survey, street.people["office"])


def test_a_survey_from_before_there_were_steps_wants_a_second_person_too(street, client):
    survey = entered_long_ago(street)
    log_in(client, street.people["office"])
    assert "办理记录" not in client.get(address_of(survey)).content.decode()
    refused = client.post(address_of(survey))
    assert (refused.status_code, "“录入”是您办理的，“确认”须由另一位同事办理" in text_of(refused)) == (409, True)
    with pytest.raises(StepRefused, match="“录入”是您办理的"):
        confirm_survey(survey, street.people["office"])
    assert "次测评待您确认" not in client.get("/").content.decode()
    log_in(client, make_second(street))
    assert "1 次测评待您确认" in client.get("/").content.decode()
    assert client.post(address_of(survey)).status_code == 302
    assert history(survey) == [("confirm", "entered", "confirmed", "second", POST, "")]


def test_one_confirmed_before_there_were_steps_is_taken_back(street):
    fields = {"state": "confirmed", "confirmed_by": street.people["leader"]}
    survey = entered_long_ago(street, **fields)
    with pytest.raises(StepRefused, match="请写明撤回的原因。"):
        withdraw_survey(survey, street.people["office"], why="")
    withdraw_survey(survey, street.people["office"], why="录错")
    survey.refresh_from_db()
    assert (survey.state, survey.why_withdrawn, survey.confirmed_by) == ("withdrawn", "录错", street.people["leader"])


def test_no_step_is_taken_without_the_post(street):
    with pytest.raises(NotYours):
        entered(street, "leader")
    survey, secretary = entered(street), street.people["secretary"]
    with pytest.raises(NotYours):
        confirm_survey(survey, secretary)
    confirm_survey(survey, make_second(street))
    with pytest.raises(NotYours):
        withdraw_survey(survey, secretary, why="不服")
    assert (Survey.objects.get().state, SurveyStep.objects.count()) == ("confirmed", 2)


def test_what_nobody_confirmed_goes_with_its_steps(street, client):
    survey = entered(street)
    assert log_in(client, street.people["office"]).post(address_of(survey), {"drop": "yes"}).status_code == 302
    assert (Survey.objects.count(), SurveyStep.objects.count()) == (0, 0)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_what_is_just_being_confirmed_is_not_deleted():
    street = build_street()
    survey, second = entered(street), make_second(street)
    is_dropped = while_it_waits(lambda: drop_survey(survey), lambda: confirm_survey(survey, second))
    assert (is_dropped, Survey.objects.get().state, SurveyStep.objects.count()) == (False, "confirmed", 2)
