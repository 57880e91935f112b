"""加减分 and 测评: each by two persons; the bonus has a cap, a deduction stops at zero, a veto takes eligibility and no points."""

from datetime import date
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse

from districts.posts.models import UnitUserPermission
from districts.workflow import NotYours, StepRefused
from partybuilding.assessment.adjustments.actions import decide, propose
from partybuilding.assessment.models import Adjustment, Node, Settlement, Survey
from partybuilding.assessment.rollup.run import catch_up, roll_up
from partybuilding.assessment.scoring.explaining import items_of
from partybuilding.assessment.scoring.items import total
from partybuilding.assessment.settling import actions as settling
from partybuilding.assessment.surveys.actions import confirm_survey, enter_survey
from partybuilding.assessment.surveys.figures import read_figures
from tests.cast import STREET, log_in, make_second, use_scheme
from tests.partybuilding.months import sheet_of
from tests.uploads import file

PROOF = [("pdf", None, "依据.pdf")]


def approved(street, kind, points=0, indicator="", unit="东一社区"):
    from districts.files.attachments import prepare_evidence

    evidence = prepare_evidence([file()])
    given = {"kind": kind, "reason": "测试事由", "points": points, "indicator": indicator, "evidence": evidence}
    adjustment = propose(sheet_of(unit), street.people["office"], **given)
    decide(adjustment, street.people["leader"], is_approved=True)
    return adjustment


def test_nobody_approves_what_they_propose_and_nothing_counts_before(october):
    assert sheet_of("东一社区").score == 7000
    with pytest.raises(ValidationError, match="请附上依据"):
        propose(sheet_of("东一社区"), october.people["office"], kind="bonus", points=500, reason="无据")
    with pytest.raises(NotYours):
        propose(sheet_of("东一社区"), october.people["leader"], kind="bonus", points=500, reason="越权", evidence=PROOF)
    Adjustment.objects.create(
        period=sheet_of("东一社区").period, unit=october.units["东一社区"], kind="bonus", points=500, reason="未批"
    )
    waiting = Adjustment.objects.get()
    with pytest.raises(NotYours):
        decide(waiting, october.people["office"], is_approved=True)
    roll_up("2026-10")
    assert sheet_of("东一社区").score == 7000
    decide(waiting, october.people["leader"], is_approved=True)
    roll_up("2026-10")
    assert (sheet_of("东一社区").score, sheet_of("东一社区").bonus) == (7500, 500)


def test_the_bonus_is_capped_a_deduction_stops_at_zero_and_a_veto_takes_no_points(october):
    for _ in range(3):
        approved(october, "bonus", points=400)
    approved(october, "deduction", points=9000, indicator="orders_on_time")
    roll_up("2026-10")
    sheet = sheet_of("东一社区")
    assert (sheet.score, sheet.bonus, sheet.is_eligible) == (5000, 1000, True)  # 0 + 40 of 100, and ten points on top
    orders, appeals = items_of(sheet)
    assert (orders.earned, orders.deducted, orders.points, appeals.points) == (3000, 9000, 0, 4000)
    assert total([orders, appeals], sheet.bonus) == (5000, 10000)
    approved(october, "veto")
    roll_up("2026-10")
    assert (sheet_of("东一社区").score, sheet_of("东一社区").is_eligible) == (5000, False)
    assert (sheet_of("东中心").bonus, sheet_of("东中心").is_eligible) == (0, True)  # a unit's own, not its centre's
    assert roll_up("2026-10").written == 0


def test_what_is_approved_counts_within_minutes_and_is_shown_before_a_month_is_settled(october):
    approved(october, "bonus", points=400)
    catch_up("2026-10")
    assert (sheet_of("东一社区").score, sheet_of("东一社区").bonus) == (7400, 400)
    settlement = Settlement.objects.select_related("period", "street", "version").get(street__name=STREET)
    office = october.people["office"]
    with time_machine.travel("2026-11-03 09:00+08:00"):
        settling.publish(settlement, office)
        approved(october, "deduction", points=1000, indicator="appeals_resolution")
    with time_machine.travel("2026-11-06 09:00+08:00"):
        with pytest.raises(ValidationError, match="东一社区的记录或加减分在发出核对后有变化"):
            settling.settle(settlement, office)
        settling.recompute(settlement, office, note="计入扣分")
    with time_machine.travel("2026-11-11 09:00+08:00"):
        settling.settle(settlement, office)
    assert (sheet_of("东一社区").score, sheet_of("东一社区").bonus) == (6400, 400)


def test_verify_says_that_an_adjustment_came_later(october, capsys):
    settlement = Settlement.objects.select_related("period", "street", "version").get(street__name=STREET)
    with time_machine.travel("2026-11-03 09:00+08:00"):
        settling.publish(settlement, october.people["office"])
    with time_machine.travel("2026-11-06 09:00+08:00"):
        settling.settle(settlement, october.people["office"])
        approved(october, "bonus", points=400)
    call_command("verify_sheets")
    assert capsys.readouterr().out == f"{STREET} 2026年10月：今天重算有差异，因为东一社区：加减分后来有变化。\n"


def test_what_has_nothing_to_count_gets_no_bonus(october):
    approved(october, "bonus", points=400, unit="西村")
    roll_up("2026-10")
    assert (sheet_of("西村").score, sheet_of("西村").bonus) == (None, 0)


def test_adjustments_are_frozen_with_the_sheet_and_a_later_one_needs_a_correction(october):
    approved(october, "bonus", points=400)
    settlement = Settlement.objects.select_related("period", "street", "version").get(street__name=STREET)
    with time_machine.travel("2026-11-03 09:00+08:00"):
        settling.publish(settlement, october.people["office"])
    with time_machine.travel("2026-11-06 09:00+08:00"):
        settling.settle(settlement, october.people["office"])
        assert sheet_of("东一社区").score == 7400
        approved(october, "deduction", points=1000, indicator="appeals_resolution")
        roll_up("2026-10")
        assert (sheet_of("东一社区").score, sheet_of("东一社区").number) == (7400, 1)
        pairs = settling.correct_final(settlement, october.people["office"], note="补登扣分")
    assert [(old.score, new.score, new.bonus) for old, new in pairs if new.unit.name == "东一社区"] == [
        (7400, 6400, 400)
    ]
    out = StringIO()
    call_command("verify_sheets", stdout=out)
    assert out.getvalue() == f"{STREET} 2026年10月：一致。\n"


def test_the_pages_of_an_adjustment(october, client):
    log_in(client, october.people["office"])
    address = reverse("adjust", args=[sheet_of("东一社区").pk])
    wrong = client.post(address, {"kind": "deduction", "reason": "", "points": ""})
    page = wrong.content.decode()
    said = ["请写明事由", "请选择从哪一项扣", "请填大于 0 的分值", "请附上依据"]
    assert (wrong.status_code, [words in page for words in said]) == (422, [True] * 4)
    sent = client.post(address, {"kind": "bonus", "points": "2.5", "reason": "获区级表扬", "evidence": [file()]})
    log_in(client, october.people["secretary"])
    assert "获区级表扬" in client.get(sent["Location"]).content.decode()
    assert client.post(sent["Location"], {"is_approved": "yes"}).status_code == 404
    log_in(client, october.people["neighbour"])
    assert client.get(sent["Location"]).status_code == 404
    assert "获区级表扬" not in client.get("/standings/adjustments/").content.decode()
    log_in(client, october.people["leader"])
    wrong = client.post(sent["Location"], {"is_approved": "no"})
    assert (wrong.status_code, "请写明不批准的原因" in wrong.content.decode()) == (422, True)
    assert client.post(sent["Location"], {"is_approved": "yes"}).status_code == 302
    roll_up("2026-10")
    page = client.get(reverse("sheet", args=[sheet_of("东一社区").pk])).content.decode()
    assert (
        "再加 2.5 分 = 72.50" in " ".join(page.split()),
        client.post(sent["Location"], {"is_approved": "yes"}).status_code,
    ) == (
        True,
        409,
    )


def test_figures_are_read_by_any_name_and_refused_line_by_line(street):
    root = street.units[STREET]
    ids = {name: street.units[name].pk for name in ("东一社区", "西村")}
    assert read_figures("东一社区居委会\t45\t50\n\n西村 8 10", root) == [
        (ids["东一社区"], 45, 50),
        (ids["西村"], 8, 10),
    ]
    with pytest.raises(ValidationError) as refusal:
        read_figures(
            "东一 45 50\n东一社区 1 2\n外社区 1 2\n西村 11 10\n东二社区 九 十\n西一社区 3\n东中心 1 2\n西村 0 0", root
        )
    assert refusal.value.messages == [
        "第 2 行“东一社区 1 2”：这个单位前面已经有一行。",
        "第 3 行“外社区 1 2”：没有这个社区或村。",
        "第 4 行“西村 11 10”：样本数要大于 0，满意数不能超过样本数。",
        "第 5 行“东二社区 九 十”：满意数和样本数要是整数。",
        "第 6 行“西一社区 3”：应有三列：单位、满意数、样本数。",
        "第 7 行“东中心 1 2”：没有这个社区或村。",
        "第 8 行“西村 0 0”：样本数要大于 0，满意数不能超过样本数。",
    ]
    with pytest.raises(ValidationError, match="请粘贴各单位的数字"):
        read_figures(" \n", root)


def test_a_survey_counts_once_a_second_person_confirmed_it_and_adds_up_the_tree(street):
    use_scheme([("survey_satisfaction", 100, 50, 90)], least=5)
    root, office = street.units[STREET], street.people["office"]
    figures = read_figures("东一社区 45 50\n东二社区 10 30\n西村 3 4", root)
    survey = enter_survey(
        root, office, name="三季度测评", measured_on=date(2026, 10, 9), paper="函〔2026〕3号", figures=figures
    )
    roll_up("2026-10")
    assert sheet_of("东一社区").score is None
    with pytest.raises(StepRefused, match="“确认”须由另一位同事办理"):
        confirm_survey(survey, office)
    confirm_survey(survey, make_second(street))
    roll_up("2026-10")
    nodes = Node.objects.filter(indicator="survey_satisfaction")
    found = {n.unit.name: (n.part, n.whole) for n in nodes.select_related("unit")}
    assert found["东中心"] == (5500, 80)
    assert (sheet_of("东一社区").score, sheet_of("东中心").score, sheet_of("西村").score) == (10000, 4688, None)
    roll_up("2026-11")
    assert not Node.objects.filter(period__code="2026-11").exists()


def test_the_pages_of_a_survey(street, client):
    office = log_in(client, street.people["office"])
    wrong = office.post(
        "/standings/surveys/", {"name": "测", "measured_on": "2026-10-09", "paper": "函", "figures": "东一 9"}
    )
    assert (wrong.status_code, "第 1 行“东一 9”：应有三列" in wrong.content.decode()) == (422, True)
    assert "东一 9" in wrong.content.decode()  # what was typed is kept
    sent = office.post(
        "/standings/surveys/", {"name": "测", "measured_on": "2026-10-09", "paper": "函", "figures": "东一 9 10"}
    )
    refused = office.post(sent["Location"])
    assert (refused.status_code, "“录入”是您办理的，“确认”须由另一位同事办理" in refused.content.decode()) == (
        409,
        True,
    )
    for login in ("leader", "commissioner", "secretary", "stranger"):
        log_in(client, street.people[login])
        assert (client.get(sent["Location"]).status_code, client.get("/standings/surveys/").status_code) == (404, 404)
    log_in(client, street.people["office"])
    assert client.post(sent["Location"], {"drop": "yes"}).status_code == 302
    assert Survey.objects.count() == 0


def test_an_adjustment_is_offered_to_the_office_alone(october, client):
    offered = {}
    for login in ("office", "leader", "commissioner", "secretary"):
        log_in(client, october.people[login])
        offered[login] = client.get(reverse("sheet", args=[sheet_of("东一社区").pk])).context["may_adjust"]
    assert offered == {"office": True, "leader": False, "commissioner": False, "secretary": False}


def test_without_a_guardian_row_nothing_is_taken_back(october, client):
    office = october.people["office"]
    log_in(client, office)
    address = reverse("adjust", args=[sheet_of("东一社区").pk])
    page = client.post(address, {"kind": "veto", "reason": "瞒报", "evidence": [file()]})["Location"]
    UnitUserPermission.objects.filter(user=office, permission__codename="assess").delete()
    assert client.post(page, {"withdraw": "1"}).status_code == 404
    assert Adjustment.objects.get().state == "proposed"
