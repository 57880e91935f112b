"""What was said by mistake is taken back while nobody has decided; what a reader must know before deciding is said."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from districts.files.attachments import prepare_evidence
from districts.posts.lending import delegate_post
from districts.posts.models import Appointment
from districts.workflow import NotYours, StepRefused
from partybuilding.assessment.adjustments.actions import decide, propose, withdraw
from partybuilding.assessment.models import Node, Objection, ScoreSheet, Settlement, Survey
from partybuilding.assessment.objections.actions import decide_objection, raise_objection, withdraw_objection
from partybuilding.assessment.rollup.run import catch_up, roll_up
from partybuilding.assessment.surveys.actions import confirm_survey, enter_survey, withdraw_survey
from partybuilding.assessment.surveys.figures import read_figures
from tests.cast import STREET, log_in, make_second, use_scheme
from tests.partybuilding.months import NOVEMBER, publish, settlement_of, sheet_of
from tests.uploads import file

NAMES = ["东一社区", "东二社区", "西一社区", "西村"]


def proof():
    return prepare_evidence([file()])


def test_an_objection_is_taken_back_by_the_unit_that_raised_it_and_holds_nothing_any_more(month, client):
    with time_machine.travel(NOVEMBER):
        publish(month)
        sheet = ScoreSheet.objects.select_related("unit", "settlement__period").get(unit__name="东一社区")
        objection = raise_objection(sheet, month.people["secretary"], indicator="orders_on_time", text="看错了")
        for login in ("neighbour", "office", "commissioner"):
            with pytest.raises(NotYours):
                withdraw_objection(objection, month.people[login])
        address = reverse("objection", args=[objection.pk])
        log_in(client, month.people["office"])
        assert "撤回异议" not in client.get(address).content.decode()
        assert client.post(address, {"withdraw": "yes"}).status_code == 404
        log_in(client, month.people["secretary"])
        assert "撤回异议" in client.get(address).content.decode()
        page = client.post(address, {"withdraw": "yes"}, follow=True).content.decode()
        assert ("异议已撤回。" in page, "已撤回" in page, "撤回异议</button>" in page) == (True, True, False)
        assert list(objection.steps.values_list("verb", "from_state", "to_state")) == [
            ("raise", "", "raised"),
            ("withdraw", "raised", "withdrawn"),
        ]
        with pytest.raises(StepRefused, match="现在是“已撤回”，不能撤回"):
            withdraw_objection(objection, month.people["secretary"])
        with pytest.raises(StepRefused, match="现在是“已撤回”"):
            decide_objection(objection, month.people["office"], is_upheld=True, note="是")
        raise_objection(sheet, month.people["secretary"], indicator="orders_on_time", text="这回看清了")
    assert list(Objection.objects.order_by("pk").values_list("state", flat=True)) == ["withdrawn", "raised"]


def test_an_adjustment_is_taken_back_by_the_office_before_a_leader_decides(october, client):
    mistaken, right = (
        propose(
            sheet_of("东一社区"), october.people["office"], kind="bonus", points=100, reason="表扬", evidence=proof()
        )
        for _ in range(2)
    )
    with pytest.raises(NotYours):
        withdraw(mistaken, october.people["leader"])
    address = reverse("adjustment", args=[mistaken.pk])
    log_in(client, october.people["secretary"])
    assert client.post(address, {"withdraw": "yes"}).status_code == 404
    log_in(client, october.people["office"])
    page = client.post(address, {"withdraw": "yes"}, follow=True).content.decode()
    assert ("已撤回。" in page, "撤回</button>" in page) == (True, False)
    with pytest.raises(StepRefused, match="现在是“已撤回”，不能批准"):
        decide(mistaken, october.people["leader"], is_approved=True)
    decide(right, october.people["leader"], is_approved=True)
    late = client.post(reverse("adjustment", args=[right.pk]), {"withdraw": "yes"}, follow=True)  # the page was stale
    assert "现在是“已批准”，不能撤回；请刷新后再看。" in late.content.decode()
    with pytest.raises(StepRefused, match="现在是“已批准”，不能撤回"):
        withdraw(right, october.people["office"])
    catch_up("2026-10")
    assert sheet_of("东一社区").bonus == 100


def test_whoever_decides_is_told_how_much_of_it_will_count(october, client):
    office, leader = october.people["office"], october.people["leader"]

    def told(unit, **fields):
        adjustment = propose(sheet_of(unit), office, reason="事", evidence=proof(), **fields)
        log_in(client, leader)
        return adjustment, client.get(reverse("adjustment", args=[adjustment.pk])).content.decode()

    first, page = told("东一社区", kind="bonus", points=800)
    assert "考核方案规定" not in page
    decide(first, leader, is_approved=True)
    _, page = told("东一社区", kind="bonus", points=300)
    assert "考核方案规定一个月加分最多 10 分，已批 8 分，这次最多计 2 分。" in page
    _, page = told("西一社区", kind="bonus", points=100)
    assert "西一社区这个月不参评，没有得分，加分不计。" in page
    _, page = told("东一社区", kind="deduction", indicator="orders_on_time", points=3500)
    assert "这一项本月得 30 分，扣到 0 为止。" in page
    _, page = told("西一社区", kind="deduction", indicator="orders_on_time", points=100)
    assert "这一项本月没有计分，扣分不计。" in page
    with time_machine.travel(NOVEMBER):
        publish(october)
        log_in(client, office)
        assert "4 条加减分</a>还没有批准" in client.get("/standings/2026-10/").content.decode()


def confirmed(street, text="东一社区 45 50", paper="函〔2026〕3号"):
    root = street.units[STREET]
    survey = enter_survey(
        root,
        street.people["office"],
        name="三季度测评",
        measured_on=date(2026, 10, 9),
        paper=paper,
        figures=read_figures(text, root),
    )
    confirm_survey(survey, make_second(street, f"second{survey.pk}"))
    return survey


def test_a_confirmed_survey_is_taken_back_with_a_reason_and_counts_no_more(street, client):
    use_scheme([("survey_satisfaction", 100, 50, 90)], least=5)
    survey = confirmed(street)
    roll_up("2026-10")
    assert sheet_of("东一社区").score == 10000
    address = reverse("survey", args=[survey.pk])
    log_in(client, street.people["leader"])
    assert client.post(address, {"withdraw": "yes", "why": "录错"}).status_code == 404
    log_in(client, street.people["office"])
    assert "请写明撤回的原因。" in client.post(address, {"withdraw": "yes"}, follow=True).content.decode()
    page = client.post(address, {"withdraw": "yes", "why": "数字录错"}, follow=True).content.decode()
    assert ("已撤回，不计入：数字录错" in page, "撤回这次测评" in page) == (True, False)
    catch_up("2026-10")
    assert (sheet_of("东一社区").score, Node.objects.count()) == (None, 0)
    with pytest.raises(ValidationError, match="已经撤回过了"):
        withdraw_survey(survey, street.people["office"], why="再撤")
    confirmed(street, "东一社区 40 50")  # the same paper again, now without the mistake
    assert list(Survey.objects.order_by("pk").values_list("state", flat=True)) == ["withdrawn", "confirmed"]


def test_a_paper_is_entered_once_and_its_heading_and_total_are_understood(street, client):
    root = street.units[STREET]
    assert read_figures("单位 满意 样本\n东一社区 45 50\n西村 8 10\n合计 53 60", root) == [
        (street.units["东一社区"].pk, 45, 50),
        (street.units["西村"].pk, 8, 10),
    ]
    with pytest.raises(ValidationError, match="第 1 行“东一社区 九 十”：满意数和样本数要是整数。"):
        read_figures("东一社区 九 十\n西村 8 10", root)
    with pytest.raises(ValidationError, match="第 2 行“合计 八 十”：满意数和样本数要是整数。"):
        read_figures("西村 8 10\n合计 八 十", root)
    with pytest.raises(ValidationError, match="第 3 行合计是满意 54、样本 60，各行相加是满意 53、样本 60"):
        read_figures("东一社区 45 50\n西村 8 10\n合计 54 60", root)
    confirmed(street, "\n".join(f"{name} 9 10" for name in NAMES[:3]))
    office = log_in(client, street.people["office"])
    sent = {"name": "测", "measured_on": "2026-10-09", "paper": "函〔2026〕3号", "figures": "西村 9 10"}
    again = office.post("/standings/surveys/", sent)
    assert (again.status_code, "2026-10-09 的测评已经录入过" in again.content.decode()) == (422, True)
    with time_machine.travel("2026-11-24 10:00+08:00"):
        late = log_in(client, street.people["office"]).post("/standings/surveys/", sent | {"measured_on": "2062-10-09"})
    assert "测评日期要在 2025-11-23 到今天（2026-11-24）之间，请核对年份。" in late.content.decode()
    log_in(client, street.people["office"])
    page = client.get(reverse("survey", args=[Survey.objects.get().pk])).content.decode()
    assert "没有数字的 1 个：西村。" in page


@pytest.mark.parametrize(("who", "status"), [("office", 302), ("secretary", 404)])
def test_the_address_of_a_step_leads_back_to_its_page(month, client, who, status):
    with time_machine.travel(NOVEMBER):
        publish(month)
        log_in(client, month.people[who])
        answer = client.get(reverse("settlement_step", args=[settlement_of(month).pk, "settle"]))
    assert (answer.status_code, answer.get("Location", "")) == (status, "/standings/2026-10/" if status == 302 else "")
    assert Settlement.objects.filter(state="checking").count() == 1


def test_an_item_leads_to_the_objection_against_it_while_there_is_time(month, client):
    with time_machine.travel(NOVEMBER):
        publish(month)
        sheet = sheet_of("东一社区")
        link = f'href="{reverse("object_to", args=[sheet.pk])}?indicator=orders_on_time"'
        for login, there in (("secretary", True), ("office", False)):
            log_in(client, month.people[login])
            assert (link in client.get(reverse("sheet", args=[sheet.pk])).content.decode()) is there


def test_who_takes_it_back_for_the_secretary_says_on_what_basis(month, client):
    with time_machine.travel(NOVEMBER):
        publish(month)
        post, helper = Appointment.objects.get(user=month.people["secretary"]), month.people["worker"]
        today = date(2026, 11, 3)
        delegate_post(post, helper, starts_on=today, ends_on=date(2026, 11, 30), reason="休假")
        objection = raise_objection(
            sheet_of("东一社区"), month.people["secretary"], indicator="orders_on_time", text="看错了"
        )
        address = reverse("objection", args=[objection.pk])
        log_in(client, helper)
        page = client.post(address, {"withdraw": "yes"}, follow=True).content.decode()
        assert ("请选择代办依据" in page, Objection.objects.get().state) == (True, "raised")
        client.post(address, {"withdraw": "yes", "withdraw-basis": "oral"})
    step = objection.steps.get(verb="withdraw")
    assert (step.by.username, step.for_whom.username, step.basis) == ("worker", "secretary", "oral")
