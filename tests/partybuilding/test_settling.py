"""算 → 核对 → 定: a settled month is frozen, sealed and recomputable; corrections are new versions; objections in their time."""

from datetime import date

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from districts.inbox.models import Notice, Quiet
from districts.jobs.models import Job
from districts.records.dirty import DirtyKey, mark_dirty
from districts.units.tree import move_unit
from districts.workflow import NotYours, StepRefused
from partybuilding.assessment.models import FrozenRecord, Objection, ScoreSheet, Settlement
from partybuilding.assessment.objections.actions import decide_objection, may_object, raise_objection
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.assessment.settling import actions as settling
from partybuilding.matters.orders.models import OrderAssignment
from tests.cast import log_in
from tests.partybuilding.months import AFTER, NOVEMBER, make_case, publish, settle, settlement_of, sheet_of, verify


def test_a_running_month_is_not_published_and_nobody_else_publishes(month):
    for day in ("2026-10-30", "2026-11-01"):  # the month's last working day, and a Sunday
        with time_machine.travel(f"{day} 09:00+08:00"):
            roll_up("2026-10")
            with pytest.raises(ValidationError, match="2026年10月的数据到 2026-11-02 才到齐"):
                settling.publish(settlement_of(month), month.people["office"])
    with time_machine.travel(NOVEMBER):
        for login in ("leader", "commissioner", "secretary", "stranger"):
            with pytest.raises(NotYours):
                settling.publish(settlement_of(month), month.people[login])
    assert settlement_of(month).state == "open"


def test_silence_is_consent_after_the_working_days_and_not_before(month):
    with time_machine.travel(NOVEMBER):
        publish(month)
        assert (settlement_of(month).state, settlement_of(month).check_until) == ("checking", date(2026, 11, 5))
    with time_machine.travel("2026-11-05 18:00+08:00"), pytest.raises(ValidationError, match="可核对到 2026-11-05"):
        settling.settle(settlement_of(month), month.people["office"])
    with time_machine.travel(AFTER):
        assert settling.settle(settlement_of(month), month.people["office"]) == 6
    found = settlement_of(month)
    assert (found.state, found.runs, found.objections_until) == ("final", 1, date(2026, 11, 13))
    assert list(ScoreSheet.objects.filter(is_final=True).order_by("serial").values_list("serial", flat=True)) == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]
    assert ScoreSheet.objects.filter(unit__name="外社区").get().is_final is False


def test_what_is_published_and_settled_is_told_but_to_whoever_has_switched_announcements_off(month):
    Quiet.objects.create(person=month.people["deputy"], what="publish")
    with time_machine.travel(NOVEMBER):
        publish(month)
    with time_machine.travel(AFTER):
        settling.settle(settlement_of(month), month.people["office"])
    said = Notice.objects.filter(noun="sheet").order_by("pk")
    told = {login: list(said.filter(person__username=login).values_list("label", flat=True)) for login in TOLD}
    assert told == {"secretary": ["发给各单位核对", "审定"], "neighbour": ["发给各单位核对", "审定"], "deputy": []}


TOLD = ("secretary", "neighbour", "deputy")


def test_what_is_published_or_settled_is_left_by_the_nightly_run_and_the_other_street_goes_on(month):
    with time_machine.travel(NOVEMBER):
        publish(month)
        OrderAssignment.objects.filter(unit__name="东二社区").update(due_on=date(2026, 12, 1))
        assert roll_up("2026-10").written == 0
        assert sheet_of("东二社区").sample == 2
        settling.recompute(settlement_of(month), month.people["office"], note="改正")
        assert sheet_of("东二社区").sample == 0
    with time_machine.travel(AFTER):
        settling.settle(settlement_of(month), month.people["office"])
        OrderAssignment.objects.update(due_on=date(2026, 12, 1))
        assert roll_up("2026-10").written == 0
    assert (sheet_of("东一社区").score, sheet_of("东一社区").sample) == (0, 5)


def test_a_settled_month_comes_out_the_same_after_moves_and_differs_with_words_after_late_facts(month):
    settle(month)
    assert verify() == ("槐花街道党建工作协调委员会 2026年10月：一致。\n", 0)
    with time_machine.travel("2026-11-20 09:00+08:00"):
        move_unit(month.units["东二社区"], month.units["西中心"], on=date(2026, 11, 10), reason="调整")
        assert verify() == ("槐花街道党建工作协调委员会 2026年10月：一致。\n", 0)
        make_case(month, "东一社区", due=29, reported=29)
        OrderAssignment.objects.filter(unit__name="西一社区").update(due_on=date(2026, 12, 1))
        said, code = verify()
    assert code == 0
    assert said == (
        "槐花街道党建工作协调委员会 2026年10月：今天重算有差异，因为东中心、东一社区、西中心、西一社区："
        "按期办结率后来补入 1 件，按期办结率后来移出 1 件。\n"
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE partybuilding_scoresheet SET score = 9999 WHERE serial = 2",
        "UPDATE partybuilding_scoresheet SET rank = NULL WHERE serial = 3",
        "UPDATE partybuilding_scoresheet SET is_current = NOT is_current WHERE serial = 1",
        "UPDATE partybuilding_scoresheet SET items = REPLACE(CAST(items AS text), '300', '400') {json} WHERE serial = 2",
        "DELETE FROM partybuilding_scoresheet WHERE serial = 4",
        "UPDATE partybuilding_frozenrecord SET worth = 100 WHERE worth = 0",
        "UPDATE partybuilding_frozenrecord SET record = record + 1000000",
        "DELETE FROM partybuilding_treerow WHERE depth = 2 AND period_id IN (SELECT id FROM partybuilding_period)",
        "UPDATE partybuilding_schemeitem SET target = 9400",
        "UPDATE partybuilding_schemeitem SET position = 7",
        "UPDATE partybuilding_schemeversion SET min_sample = 3",
        "UPDATE partybuilding_schemeversion SET ranking = 'leaders'",
        "UPDATE partybuilding_settlement SET state = 'checking' WHERE state = 'final'",
        "UPDATE partybuilding_settlement SET objections_until = '2027-01-01' WHERE state = 'final'",
        "UPDATE partybuilding_settlement SET rolled_up_at = frozen.at FROM (SELECT MAX(frozen_at) AS at FROM"
        " partybuilding_scoresheet) frozen WHERE state = 'final'",
        "UPDATE partybuilding_settlement SET seal = '', objections_until = '2027-01-01' WHERE state = 'final'",
        "UPDATE partybuilding_settlementstep SET note = '另有原因'",
        "UPDATE partybuilding_period SET ends_on = '2026-10-30'",
        "DELETE FROM partybuilding_scoresheet WHERE serial = 6",
        "UPDATE partybuilding_scoresheet SET is_final = false WHERE serial = 6",
    ],
)
def test_any_edit_made_straight_in_the_database_is_found(month, statement):
    settle(month)
    if "{json}" in statement:
        pg = connection.vendor == "postgresql"
        statement = statement.replace(" {json}", "").replace("REPLACE(", "CAST(REPLACE(" if pg else "REPLACE(")
        statement = statement.replace("'400')", "'400') AS jsonb)") if pg else statement
    with connection.cursor() as cursor:
        cursor.execute(statement)
        assert cursor.rowcount > 0
    said, code = verify()
    assert (code, "封签不符" in said) == (1, True)


def test_a_settled_month_cannot_be_opened_again_even_in_the_database(month):
    settle(month)
    with pytest.raises(IntegrityError), transaction.atomic():
        Settlement.objects.filter(state="final").update(state="open")


def test_when_every_sheet_of_a_month_is_gone_the_trail_still_knows_them(month):
    settle(month)
    with connection.cursor() as cursor:
        for table in ("frozenrecord", "scoresheet"):
            cursor.execute(f"DELETE FROM partybuilding_{table} WHERE settlement_id = %s", [settlement_of(month).pk])
    said, code = verify()
    assert (code, "得分单全部不见了" in said, "审计记录里封存到第 6 号，第 1 号起的得分单不见了" in said) == (
        1,
        True,
        True,
    )


def test_what_came_while_the_units_checked_is_counted_and_shown_before_it_is_sealed(month):
    with time_machine.travel(NOVEMBER):
        publish(month)
        make_case(month, "东一社区", due=29, reported=29)
    with time_machine.travel(AFTER):
        with pytest.raises(ValidationError, match="东中心、东一社区的记录或加减分在发出核对后有变化，请先“核对中重算”"):
            settling.settle(settlement_of(month), month.people["office"])
        assert (settlement_of(month).state, ScoreSheet.objects.filter(is_final=True).count()) == ("checking", 0)
        settling.recompute(settlement_of(month), month.people["office"], note="补入一件")
        assert settlement_of(month).check_until == date(2026, 11, 10)  # two working days more to look
    with time_machine.travel("2026-11-11 09:00+08:00"):
        settling.settle(settlement_of(month), month.people["office"])
    assert (sheet_of("东一社区").sample, FrozenRecord.objects.filter(unit__name="东一社区").count()) == (6, 6)
    assert verify() == ("槐花街道党建工作协调委员会 2026年10月：一致。\n", 0)


def test_an_objection_that_was_upheld_is_followed_by_a_recomputation(month):
    with time_machine.travel(NOVEMBER):
        publish(month)
        objection = raise_objection(
            sheet_of("东一社区"), month.people["secretary"], indicator="orders_on_time", text="两件已延期"
        )
        decide_objection(objection, month.people["office"], is_upheld=True, note="属实")
    with time_machine.travel(AFTER):
        with pytest.raises(ValidationError, match="有异议成立之后还没有重算"):
            settling.settle(settlement_of(month), month.people["office"])
        settling.recompute(settlement_of(month), month.people["office"], note="记录已在别处改正")
        assert settling.settle(settlement_of(month), month.people["office"]) == 6


def test_marks_that_change_nothing_are_gone_after_the_office_looked(month):
    settle(month)
    with time_machine.travel("2026-11-12 09:00+08:00"):
        mark_dirty([(month.units["东一社区"].pk, date(2026, 10, 20))])
        with pytest.raises(ValidationError, match="没有一个单位的结果有变化"):
            settling.correct_final(settlement_of(month), month.people["office"], note="看看")
    assert DirtyKey.objects.filter(day=date(2026, 10, 20)).count() == 0
    assert settlement_of(month).steps.filter(verb="correct").count() == 0


def test_a_correction_is_a_new_version_with_a_reason_and_the_old_one_stays(month, client):
    settle(month)
    old = sheet_of("东一社区")
    assert (old.score, old.rank) == (0, 3)
    with time_machine.travel("2026-11-12 09:00+08:00"):
        with pytest.raises(ValidationError, match="没有一个单位的结果有变化"):
            settling.correct_final(settlement_of(month), month.people["office"], note="看看")
        OrderAssignment.objects.filter(unit__name="东一社区", due_on__gte=date(2026, 10, 23)).update(
            due_on=date(2026, 12, 1)
        )
        with pytest.raises(StepRefused, match="请写明原因。"):
            settling.correct_final(settlement_of(month), month.people["office"], note="")
        pairs = settling.correct_final(settlement_of(month), month.people["office"], note="两件延期漏登")
        assert {new.unit.name for _, new in pairs} == {"东中心", "东一社区"}
        new = sheet_of("东一社区")
        assert (new.score, new.rank, new.number, new.is_final) == (10000, 1, 2, True)
        old.refresh_from_db()
        assert (old.score, old.rank, old.is_current, old.is_final) == (0, 3, False, True)
        assert verify() == ("槐花街道党建工作协调委员会 2026年10月：一致。\n", 0)
        log_in(client, month.people["secretary"])
        page = client.get(reverse("sheet", args=[new.pk])).content.decode()
        assert ("第 2 次核定，更正过" in page, "更正前后" in page) == (True, True)
        assert "这张得分单已被更正替代" in client.get(reverse("sheet", args=[old.pk])).content.decode()


def test_an_objection_against_a_version_that_was_corrected_is_refused_and_against_the_new_one_taken(month, client):
    settle(month)
    old, secretary = sheet_of("东一社区"), month.people["secretary"]
    with time_machine.travel("2026-11-12 09:00+08:00"):
        OrderAssignment.objects.filter(unit__name="东一社区", due_on__gte=date(2026, 10, 23)).update(
            due_on=date(2026, 12, 1)
        )
        settling.correct_final(settlement_of(month), month.people["office"], note="两件延期漏登")
        with pytest.raises(ValidationError, match="现在不在核对期或异议期内，不能再提"):
            raise_objection(old, secretary, indicator="orders_on_time", text="不对")  # read before it was corrected
        log_in(client, secretary)
        said = {"indicator": "orders_on_time", "text": "不对"}
        assert client.post(reverse("object_to", args=[old.pk]), said).status_code == 404
        assert Objection.objects.count() == 0
        new = sheet_of("东一社区")
        assert raise_objection(new, secretary, indicator="orders_on_time", text="不对").sheet_id == new.pk


def test_what_came_after_it_was_settled_waits_and_the_office_is_told_of_how_many_units(month, client):
    settle(month)
    with time_machine.travel("2026-11-12 09:00+08:00"):
        make_case(month, "东一社区", due=29, reported=29)
        standings = reverse("standings_period", args=["2026-10"])
        log_in(client, month.people["office"])
        told = "1 个单位的记录在定后有变化，更正后才计入"
        assert told in client.get(standings).content.decode()
        log_in(client, month.people["secretary"])
        assert "定后有变化" not in client.get(standings).content.decode()
        settling.correct_final(settlement_of(month), month.people["office"], note="漏登")
        log_in(client, month.people["office"])
        assert "定后有变化" not in client.get(standings).content.decode()


def test_after_the_years_last_day_nothing_is_corrected_any_more(month):
    settle(month)
    with time_machine.travel("2027-03-01 09:00+08:00"):
        assert settlement_of(month).closes_on < date(2027, 2, 10)
        with pytest.raises(ValidationError, match="截止，不再更正"):
            settling.correct_final(settlement_of(month), month.people["office"], note="太晚")


def test_the_records_of_a_final_sheet_are_those_of_then_and_say_what_changed(month, client):
    settle(month)
    assert FrozenRecord.objects.filter(unit__name="东一社区").count() == 5
    with time_machine.travel("2026-11-20 09:00+08:00"):
        gone = OrderAssignment.objects.filter(unit__name="东一社区").first()
        OrderAssignment.objects.filter(pk=gone.pk).update(due_on=date(2026, 12, 1))
        make_case(month, "东一社区", due=29, reported=29)
        log_in(client, month.people["secretary"])
        response = client.get(reverse("sheet_records", args=[sheet_of("东一社区").pk, "orders_on_time"]))
    page = response.content.decode()
    assert (page.count('class="row-link"'), page.count("定后有变动")) == (5, 1)
    assert "按期办结率 3/5" in page
    assert "定后又有 1 件记录归入本期，没有计入" in page


def test_of_a_final_sheet_too_what_a_move_took_out_of_sight_is_counted_and_named(month, client):
    settle(month)
    with time_machine.travel("2026-11-20 09:00+08:00"):
        move_unit(month.units["东二社区"], month.units["西中心"], on=date(2026, 11, 10), reason="调整")
        log_in(client, month.people["commissioner"])
        page = client.get(reverse("sheet_records", args=[sheet_of("东中心").pk, "orders_on_time"])).content.decode()
    assert ("按期办结率 5/7" in page, page.count('class="row-link"')) == (True, 5)
    assert "另有 2 件现属西中心，您无权查看。" in page


def test_an_objection_is_raised_by_the_unit_in_its_time_and_holds_the_month_until_it_is_decided(month, client):
    with time_machine.travel(NOVEMBER):
        roll_up("2026-10")
        sheet = sheet_of("东一社区")
        assert may_object(month.people["secretary"], sheet) is False  # not published yet
        publish(month)
        sheet = sheet_of("东一社区")
        able = {login for login in month.people if may_object(month.people[login], sheet)}
        assert able == {"secretary", "deputy", "delegate"} & set(month.people)
        with pytest.raises(NotYours):
            raise_objection(sheet, month.people["neighbour"], indicator="orders_on_time", text="不对")
        objection = raise_objection(sheet, month.people["secretary"], indicator="orders_on_time", text="两件已延期")
        with pytest.raises(ValidationError, match="这一项已有异议在复核"):
            raise_objection(sheet, month.people["secretary"], indicator="orders_on_time", text="又提")
    with time_machine.travel(AFTER):
        with pytest.raises(ValidationError, match="还有异议没有复核"):
            settling.settle(settlement_of(month), month.people["office"])
        with pytest.raises(NotYours):
            decide_objection(objection, month.people["leader"], is_upheld=True, note="是")
        with pytest.raises(StepRefused, match="请写明复核意见"):
            decide_objection(objection, month.people["office"], is_upheld=False, note="")
        decide_objection(objection, month.people["office"], is_upheld=False, note="没有批准过延期")
        settling.settle(settlement_of(month), month.people["office"])
        again = raise_objection(
            sheet_of("东一社区"), month.people["secretary"], indicator="orders_on_time", text="再请复核"
        )
    with time_machine.travel("2026-11-16 09:00+08:00"), pytest.raises(ValidationError, match="不在核对期或异议期内"):
        raise_objection(sheet_of("东二社区"), month.people["neighbour"], indicator="orders_on_time", text="晚了")
    assert list(Objection.objects.values_list("pk", "state")) == [(again.pk, "raised"), (objection.pk, "dismissed")]


def test_the_pages_of_a_month_from_counting_to_an_objection(month, client):
    office, secretary = month.people["office"], month.people["secretary"]
    with time_machine.travel(NOVEMBER):
        roll_up("2026-10")
        log_in(client, office)
        step = reverse("settlement_step", args=[settlement_of(month).pk, "publish"])
        assert "发给各单位核对" in client.get("/standings/2026-10/").content.decode()
        assert client.post(step).status_code == 302
        refused = client.post(reverse("settlement_step", args=[settlement_of(month).pk, "settle"]))
        assert (refused.status_code, "过了这一天才能定" in refused.content.decode()) == (409, True)
        log_in(client, secretary)
        sheet = sheet_of("东一社区")
        page = client.get(reverse("sheet", args=[sheet.pk])).content.decode()
        assert ("核对中，到 11月5日" in page, "提异议" in page) == (True, True)
        address = reverse("object_to", args=[sheet.pk])
        empty = client.post(address, {"indicator": "", "text": ""})
        assert (empty.status_code, "请写明哪里不对" in empty.content.decode()) == (422, True)
        file = SimpleUploadedFile("批复.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
        sent = client.post(address, {"indicator": "orders_on_time", "text": "两件已延期", "evidence": [file]})
        assert sent.status_code == 302
        shown = client.get(sent["Location"]).content.decode()
        assert ("两件已延期" in shown, "批复.pdf" in shown, "登记复核结果" in shown) == (True, True, False)
        log_in(client, month.people["far_secretary"])
        assert client.get(sent["Location"]).status_code == 404
        log_in(client, office)
        decided = client.post(sent["Location"], {"is_upheld": "yes", "note": "属实"})
        assert decided.status_code == 302
        assert "成立" in client.get("/standings/objections/").content.decode()


def test_an_open_objection_is_told_to_whoever_sees_it_and_a_second_one_is_refused(month, client):
    with time_machine.travel(NOVEMBER):
        publish(month)
        given = {"indicator": "orders_on_time", "text": "两件已延期"}
        address = f"/standings/sheets/{sheet_of('东一社区').pk}/object/"
        log_in(client, month.people["secretary"])
        assert client.post(address, given).status_code == 302
        again = client.post(address, given)
        assert (again.status_code, "这一项已有异议在复核" in again.content.decode()) == (422, True)
        counted = {}
        for login in ("office", "secretary", "neighbour"):
            log_in(client, month.people[login])
            counted[login] = client.get("/standings/2026-10/").context["open_objections"]
    assert counted == {"office": 1, "secretary": 1, "neighbour": 0}


def test_a_recount_is_shown_to_whoever_sees_the_street_and_to_nobody_else(month, client):
    roll_up("2026-10")
    job = Job.objects.create(
        kind="rollup", unit=month.units["槐花街道党建工作协调委员会"], arguments={"month": "2026-10"}
    )
    shown = {}
    for login in ("office", "secretary", "stranger"):
        log_in(client, month.people[login])
        shown[login] = client.get(f"/standings/2026-10/?job={job.pk}").context["job"]
    assert shown == {"office": job, "secretary": None, "stranger": None}
