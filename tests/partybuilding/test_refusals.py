"""Refusals of appeals, matters and the assessment that no other test meets: each in its own words, and nothing changed."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from districts.duties import Post
from districts.posts.appointing import appoint
from districts.posts.lending import delegate_post
from districts.posts.models import UnitUserPermission
from districts.workflow import NotYours, StepRefused
from partybuilding.appeals import actions as appeal_actions
from partybuilding.appeals import by_hand
from partybuilding.appeals.exclusions.actions import ask_exclusion
from partybuilding.appeals.models import Appeal, AppealDesk, MonthlyTopic
from partybuilding.appeals.topics.actions import choose_topic
from partybuilding.assessment.models import Objection, SchemeVersion, ScoreSheet, Settlement, Survey
from partybuilding.assessment.objections.actions import raise_objection
from partybuilding.assessment.periods.months import dates_of, month_of
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.assessment.schemes import actions as drafting
from partybuilding.assessment.surveys.actions import confirm_survey
from partybuilding.assessment.surveys.figures import MOST_ROWS, read_figures
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.checks import check_open_call, check_order
from partybuilding.matters.orders.models import Order
from tests.cast import LONG_AGO, log_in, make_appeal, make_log, make_order, month_before_last, share_of

STREET = "槐花街道党建工作协调委员会"
TODAY = timezone.localdate


def days(n):
    return TODAY() + timedelta(days=n)


def asked_by_a_neighbour(s):
    ask_exclusion(make_appeal(s), s.people["neighbour"], reason="outside", note="x")


def called_back_without_an_answer(s):
    appeal = make_appeal(s, state="answered", is_by_hand=True)
    by_hand.call_back(appeal, s.people["office"], is_valid=True, is_contacted=True, outcome="", satisfaction="")


def registered_where_nobody_registers(s):
    AppealDesk.objects.create(street=s.units["外街道党建工作协调委员会"], is_by_hand=True)
    by_hand.register(s.units["外街道党建工作协调委员会"], s.people["office"], {})


def topic(s, login, unit):
    given = {"unit": s.units[unit], "month": TODAY().replace(day=1), "item": "停车", "title": "停车难"}
    return choose_topic(s.people[login], **given)


def decree_of_a_centre(s):
    check_order(Order.Kind.DECREE, s.units["东中心"], s.units["东一社区"])


def open_call_of_a_centre(s):
    check_open_call(Order.Kind.DECREE, s.units["东中心"], None, [s.units["东一社区"], s.units["东二社区"]])


def edited_by_a_neighbour(s):
    order = make_order(s, issued=False)
    actions.edit_draft(
        order,
        1,
        by=s.people["neighbour"],
        co_units=[],
        unit=order.unit,
        kind="task",
        title="甲",
        content="乙",
        due_on=order.due_on,
        lead_unit=order.lead_unit,
    )


def edited(s, order, by, **changes):
    given = {"unit": order.unit, "kind": "task", "title": "甲", "content": "乙", "due_on": order.due_on}
    given |= {"lead_unit": order.lead_unit, **changes}
    actions.edit_draft(order, 1, by=s.people[by], co_units=[], **given)


def draft_taken_to_another_centre(s):
    order = make_order(s, by="commissioner", unit="东中心", issued=False)
    edited(s, order, "far_commissioner", unit=s.units["西中心"], lead_unit=s.units["西一社区"])


def draft_given_the_streets_name(s):
    edited(s, make_order(s, by="commissioner", unit="东中心", issued=False), "commissioner", unit=s.units[STREET])


def draft_for_a_unit_of_another_centre(s):
    order = make_order(s, by="commissioner", unit="东中心", issued=False)
    edited(s, order, "commissioner", lead_unit=s.units["西一社区"])


def issued_after_its_day(s):
    order = make_order(s, issued=False)
    Order.objects.filter(pk=order.pk).update(due_on=days(-1))
    actions.issue_order(order, s.people["office"])


def extended_backwards(s):
    share = share_of(make_order(s), "东一社区")
    actions.receive(share, s.people["secretary"])
    actions.ask_extension(share, s.people["secretary"], note="等材料", until=share.due_on + timedelta(days=3))
    actions.answer_extension(share, s.people["office"], is_granted=True, until=share.due_on - timedelta(days=1))


def approved_scheme_dropped(s):
    version = SchemeVersion.objects.get(scheme__street=None, number=2)
    draft = drafting.draw_up(s.units[STREET], version, s.people["office"])
    drafting.try_out(draft, s.people["office"])
    drafting.drop_draft(SchemeVersion.objects.get(pk=draft.pk), s.people["office"])


def approved_though_no_longer_whole(s):
    version = SchemeVersion.objects.get(scheme__street=None, number=2)
    draft = drafting.draw_up(s.units[STREET], version, s.people["office"])
    drafting.try_out(draft, s.people["office"])
    draft.items.filter(position=1).delete()
    draft = SchemeVersion.objects.get(pk=draft.pk)
    drafting.approve(draft, s.people["leader"], paper="会议", starts_on=dates_of(month_of(days(40)))[0])


def unknown_indicator(s):
    version = SchemeVersion.objects.get(scheme__street=None, number=2)
    draft = drafting.draw_up(s.units[STREET], version, s.people["office"])
    draft.items.filter(indicator="orders_on_time").update(indicator="happiness")
    drafting.try_out(draft, s.people["office"])


def without_any_scheme(s):
    SchemeVersion.objects.update(starts_on=date(2099, 1, 1))
    roll_up(f"{month_before_last():%Y-%m}")


def too_many_figures(s):
    read_figures("东一社区 1 2\n" * (MOST_ROWS + 1), s.units[STREET])


def confirmed_twice(s):
    survey = Survey.objects.create(
        street=s.units[STREET], measured_on="2026-10-01", entered_by=s.people["leader"], name="甲", paper="乙"
    )
    for _ in range(2):
        confirm_survey(survey, s.people["office"])


def objected_for_another_without_a_basis(s):
    roll_up(f"{month_before_last():%Y-%m}")
    Settlement.objects.update(state="checking", check_until=days(9))
    post = s.people["secretary"].appointments.get()
    delegate_post(post, s.people["far_secretary"], starts_on=days(0), ends_on=days(3), reason="会议")
    sheet = ScoreSheet.objects.get(unit=s.units["东一社区"])
    raise_objection(sheet, s.people["far_secretary"], indicator="orders_on_time", text="不对")


def step_without_a_guardian_row(s):
    share = share_of(make_order(s), "东一社区")
    UnitUserPermission.objects.filter(user=s.people["secretary"], permission__codename="handle").delete()
    actions.receive(share, s.people["secretary"])


def without_a_guardian_row(login, act):
    def tried(s):
        made = make_appeal(s)
        UnitUserPermission.objects.filter(user=s.people[login]).delete()
        act(s, s.people[login], made)

    return tried


def recused_with_the_centres_row_alone(s):
    """Who holds a post at the centre and one at the street, whose guardian row is gone."""
    me = s.people["commissioner"]
    appoint(me, Post.PARTY_OFFICE, s.units[STREET], starts_on=LONG_AGO, reason="兼任")
    rows = UnitUserPermission.objects.filter(user=me, content_object=s.units[STREET], permission__codename="issue")
    assert rows.delete()[0] == 1
    appeal_actions.recuse(make_appeal(s), me, s.people["secretary"])


def registered_by_hand(s, by, _):
    AppealDesk.objects.create(street=s.units[STREET], is_by_hand=True)
    by_hand.register(s.units[STREET], by, {"called_at": "2026-10-02 08:00", "content": "路灯不亮"})


def by_whom_it_is_about(act):
    def tried(s):
        appeal = make_appeal(s)
        appeal_actions.recuse(appeal, s.people["leader"], s.people["office"])
        act(Appeal.objects.get(pk=appeal.pk), s.people["office"], s.people["secretary"])

    return tried


REFUSED = {
    "回避的人再办回避": (by_whom_it_is_about(appeal_actions.recuse), NotYours, ""),
    "回避的人只留编号": (by_whom_it_is_about(lambda appeal, by, _: appeal_actions.seal(appeal, by)), NotYours, ""),
    "没有授权行列题": (
        without_a_guardian_row("secretary", lambda s, by, _: topic(s, by.username, "东一社区")),
        NotYours,
        "",
    ),
    "没有授权行登记": (without_a_guardian_row("office", registered_by_hand), NotYours, ""),
    "没有授权行回避": (
        without_a_guardian_row("office", lambda s, by, made: appeal_actions.recuse(made, by, s.people["worker"])),
        NotYours,
        "",
    ),
    "街道没有授权行办回避": (recused_with_the_centres_row_alone, NotYours, ""),
    "中心办回避": (
        lambda s: appeal_actions.recuse(make_appeal(s), s.people["commissioner"], s.people["secretary"]),
        NotYours,
        "",
    ),
    "中心只留编号": (lambda s: appeal_actions.seal(make_appeal(s), s.people["commissioner"]), NotYours, ""),
    "为别处申请剔除": (asked_by_a_neighbour, NotYours, ""),
    "有效回访不全": (called_back_without_an_answer, ValidationError, "有效回访要填是否联系、是否解决和是否满意。"),
    "市里办的由市里回访": (
        lambda s: by_hand.call_back(make_appeal(s, state="answered"), s.people["office"], is_valid=False),
        StepRefused,
        "这件工单在市里系统里回访，这里不用再填。",
    ),
    "在别的街道登记": (registered_where_nobody_registers, NotYours, ""),
    "在别处列题": (lambda s: topic(s, "neighbour", "东一社区"), NotYours, ""),
    "列题两次": (
        lambda s: [topic(s, "secretary", "东一社区"), topic(s, "secretary", "东一社区")],
        ValidationError,
        "这个月已经把“停车”列为每月一题。",
    ),
    "中心发玉字令": (decree_of_a_centre, ValidationError, "玉字令只能由街道签发"),
    "中心揭榜玉字令": (open_call_of_a_centre, ValidationError, "玉字令只能由街道签发"),
    "没有牵头": (
        lambda s: check_order(Order.Kind.TASK, s.units[STREET], None),
        ValidationError,
        "请选择牵头单位；要征集牵头单位，请勾选“公开揭榜”。",
    ),
    "把别人的草稿改成自己的": (draft_taken_to_another_centre, NotYours, ""),
    "草稿改用街道的名义": (draft_given_the_streets_name, NotYours, ""),
    "草稿改给别的片区": (draft_for_a_unit_of_another_centre, NotYours, ""),
    "草稿改成已过的期限": (
        lambda s: edited(s, make_order(s, issued=False), "office", due_on=days(-1)),
        ValidationError,
        "早于今天",
    ),
    "期限已过才交办": (issued_after_its_day, ValidationError, "早于今天"),
    "改别人的草稿": (edited_by_a_neighbour, NotYours, ""),
    "延到原期限之前": (extended_backwards, StepRefused, "早于原来的期限"),
    "删试运行过的方案": (approved_scheme_dropped, NotYours, ""),
    "批准缺项的方案": (approved_though_no_longer_whole, ValidationError, "100"),
    "不认得的指标": (unknown_indicator, ValidationError, "没有这样的指标：happiness。"),
    "没有方案": (without_any_scheme, ValidationError, "没有生效的考核方案，不能汇总。"),
    "测评行太多": (too_many_figures, ValidationError, "一次最多 500 行，现在是 501 行。"),
    "测评确认两次": (confirmed_twice, ValidationError, "这次测评已经确认过了。"),
    "代提异议无依据": (objected_for_another_without_a_basis, StepRefused, "请选择依据"),
    "没有授权行": (step_without_a_guardian_row, NotYours, ""),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_refused_in_its_own_words(street, what):
    act, kind, sentence = REFUSED[what]
    with pytest.raises(kind) as refused:
        act(street)
    said = refused.value.messages if isinstance(refused.value, ValidationError) else [str(refused.value)]
    assert sentence in "；".join(said)


def sheet_of(street):
    roll_up(f"{month_before_last():%Y-%m}")
    return ScoreSheet.objects.get(unit=street.units["东一社区"])


def draft(street):
    default = SchemeVersion.objects.get(scheme__street=None, number=2)
    return drafting.draw_up(street.units[STREET], default, street.people["office"])


# What is no step, no sheet's item, no page: (who, street → address).
NOT_THERE = {
    "appeal_step": ("secretary", lambda s: reverse("appeal_step", args=[make_appeal(s).pk, "fly"])),
    "assignment_step": (
        "secretary",
        lambda s: reverse("assignment_step", args=[share_of(make_order(s), "东一社区").pk, "fly"]),
    ),
    "scheme_step": ("office", lambda s: reverse("scheme_step", args=[draft(s).pk, "fly"])),
    "settlement_step": ("office", lambda s: reverse("settlement_step", args=[sheet_of(s).settlement_id, "fly"])),
}


@pytest.mark.parametrize("what", NOT_THERE)
def test_a_step_that_nobody_knows_is_not_found(street, client, what):
    login, address = NOT_THERE[what]
    log_in(client, street.people[login])
    assert client.post(address(street), {}).status_code == 404


@pytest.mark.parametrize("indicator", ["happiness", "talent_tasks"])
def test_records_of_what_a_sheet_does_not_count_are_not_found(street, client, indicator):
    log_in(client, street.people["secretary"])
    assert client.get(reverse("sheet_records", args=[sheet_of(street).pk, indicator])).status_code == 404


def test_a_confirmed_survey_is_not_dropped(street, client):
    survey = Survey.objects.create(
        street=street.units[STREET], measured_on="2026-10-01", entered_by=street.people["leader"], name="甲", paper="乙"
    )
    confirm_survey(survey, street.people["office"])
    log_in(client, street.people["office"])
    assert client.post(reverse("survey", args=[survey.pk]), {"drop": "yes"}).status_code == 404
    assert Survey.objects.count() == 1


def test_a_draft_tried_meanwhile_is_not_dropped(street, client):
    version = draft(street)
    log_in(client, street.people["office"])
    drafting.try_out(version, street.people["office"])
    drafting.redraft(version, street.people["office"], note="再改")
    assert client.post(reverse("scheme_edit", args=[version.pk]), {"drop": "yes"}).status_code == 404
    assert SchemeVersion.objects.filter(pk=version.pk).exists()


@pytest.mark.parametrize(
    ("login", "address", "form", "sentence"),
    [
        (
            "office",
            "/appeals/rules/",
            {"what": "limit", "limit-grade": "hard", "limit-hours": "0"},
            "请填 1 到 8760 小时。",
        ),
        (
            "secretary",
            "/appeals/topics/",
            {"month": "2020-01", "item": "停车", "title": "停车难"},
            "请填前后一年之内的月份。",
        ),
    ],
)
def test_a_form_says_what_is_out_of_range(street, client, login, address, form, sentence):
    log_in(client, street.people[login])
    answer = client.post(address, {"unit": street.units["东一社区"].pk, **form})
    assert (answer.status_code, sentence in answer.content.decode()) == (422, True)
    assert MonthlyTopic.objects.count() == 0


def test_an_answer_to_an_exclusion_needs_its_reason_when_it_is_no(street, client):
    exclusion = make_appeal(street).exclusions.create(reason="other", note="申请")
    log_in(client, street.people["office"])
    answer = client.post(reverse("appeal_exclusion_answer", args=[exclusion.pk]), {"answer-is_granted": "no"})
    assert (answer.status_code, "请写明未同意的原因。" in answer.content.decode()) == (422, True)


def test_a_weight_of_nothing_is_no_item():
    from partybuilding.assessment.schemes.forms import ItemForm

    given = {"group": "甲", "indicator": "orders_on_time", "weight": "0", "floor": "60", "target": "95"}
    assert ItemForm(given).errors["weight"] == ["权重要大于 0；不要的指标请勾选删除。"]


def test_nothing_is_written_by_whom_a_matter_is_about(street):
    """An appeal about its writer leaves nothing that they would not see."""
    appeal, about = make_appeal(street), street.people["leader"]
    appeal_actions.recuse(appeal, street.people["office"], about)
    appeal.refresh_from_db()
    from partybuilding.matters.logs.actions import write_log

    with pytest.raises(NotYours):
        write_log(about, unit=street.units[STREET], happened_on=TODAY(), text="去看了", source=appeal)
    with pytest.raises(NotYours):
        actions.draw_up_order(
            by=about,
            unit=street.units[STREET],
            kind="task",
            title="甲",
            content="乙",
            due_on=days(9),
            lead_unit=street.units["东一社区"],
            source=appeal,
        )
    assert (WorkLog.objects.count(), Order.objects.count(), Objection.objects.count()) == (0, 0, 0)
    make_log(street)
    assert WorkLog.objects.count() == 1
