"""A post that ends between the look of a page and its act: nothing is done, and the answer is a plain one, never an error of ours."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from districts.jobs.models import Job
from districts.posts.models import Appointment
from districts.records.models import StepRecord
from partybuilding.appeals.models import AppealImport, Exclusion, MonthlyTopic
from partybuilding.appeals.reports.actions import draft_report
from partybuilding.assessment.models import SchemeVersion, ScoreSheet, Settlement, Survey
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.assessment.schemes import actions as drafting
from partybuilding.goals.models import Goal
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import Order
from tests.cast import LONG_AGO, log_in, make_appeal, make_log, make_order, month_before_last, share_of
from tests.partybuilding.workbooks import LEDGER, ledger_row, table

STREET = "槐花街道党建工作协调委员会"


@contextmanager
def ending_posts_at_the_first_act():
    """An action opens its own block first; just before that, every post has ended yesterday."""
    ended = []

    def wrapper(execute, sql, params, many, context):
        if sql.startswith("SAVEPOINT") and not ended:
            ended.append(True)
            yesterday = timezone.localdate() - timedelta(days=1)
            Appointment.objects.update(ends_on=yesterday)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield ended


def month(street):
    code = f"{month_before_last():%Y-%m}"
    roll_up(code)
    return Settlement.objects.get(street=street.units[STREET])


def sheet(street, unit="东一社区"):
    settlement = month(street)
    until = timezone.localdate() + timedelta(days=9)
    Settlement.objects.filter(pk=settlement.pk).update(state="checking", check_until=until)
    return ScoreSheet.objects.get(unit=street.units[unit], settlement=settlement)


def draft_of_a_scheme(street):
    default = SchemeVersion.objects.get(scheme__street=None, number=2)
    return drafting.draw_up(street.units[STREET], default, street.people["office"])


def claimed(street):
    from partybuilding.matters.orders import actions

    call = actions.draw_up_order(
        by=street.people["office"],
        unit=street.units[STREET],
        kind="task",
        title="甲",
        content="乙",
        due_on=timezone.localdate() + timedelta(days=9),
        is_open_call=True,
        co_units=[street.units["东一社区"], street.units["西一社区"]],
    )
    call = actions.issue_order(call, street.people["office"])
    actions.claim(share_of(call, "东一社区"), street.people["secretary"], note="能办")
    return call


def log_form(street, **said):
    return {"text": "巡查", "happened_on": timezone.localdate(), "unit": street.units["东一社区"].pk, **said}


def order_form(street, **said):
    return {
        "kind": "task",
        "unit": street.units[STREET].pk,
        "title": "某事",
        "content": "怎么办",
        "due_on": timezone.localdate() + timedelta(days=7),
        "lead_unit": street.units["东一社区"].pk,
        **said,
    }


def exclusion(street, **fields):
    return Exclusion.objects.create(appeal=make_appeal(street), reason="other", note="申请", **fields)


def batch(street):
    return AppealImport.objects.create(street=street.units[STREET], by=street.people["office"], state="tried")


def report(street):
    return draft_report(street.units[STREET], "day", LONG_AGO, LONG_AGO)


def survey(street, **fields):
    given = {"name": "测评", "measured_on": LONG_AGO, "paper": "函", "entered_by": street.people["leader"]}
    return Survey.objects.create(street=street.units[STREET], **given, **fields)


def goal(street):
    by = street.people["commissioner"]
    return Goal.objects.create(unit=street.units["东中心"], year=2026, title="甲", measure="乙", created_by=by)


def goal_form(street, **said):
    return {
        "unit": street.units["东中心"].pk,
        "year": timezone.localdate().year,
        "title": "停车",
        "measure": "车位",
        "state": "running",
        **said,
    }


def on(name, row, *more):
    return reverse(name, args=[row.pk, *more])


# what: (login, street → (address, form), the answer)
ASKED = {
    "申请剔除": (
        "secretary",
        lambda s: (
            on("appeal_exclusion", make_appeal(s)),
            {"exclusion-kind": "removed", "exclusion-reason": "outside", "exclusion-note": "不在辖区"},
        ),
        404,
    ),
    "登记审定": (
        "office",
        lambda s: (on("appeal_exclusion_answer", exclusion(s)), {"answer-is_granted": "no", "answer-note": "属本辖区"}),
        404,
    ),
    "诉求记一笔": (
        "secretary",
        lambda s: (on("appeal_step", make_appeal(s), "write_note"), {"write_note-note": "已看"}),
        404,
    ),
    "列题": (
        "secretary",
        lambda s: (
            reverse("appeal_topics"),
            {
                "unit": s.units["东一社区"].pk,
                "month": f"{timezone.localdate():%Y-%m}",
                "item": "停车",
                "title": "停车难",
            },
        ),
        422,
    ),
    "提出加减分": (
        "office",
        lambda s: (on("adjust", sheet(s)), {"kind": "bonus", "points": "2", "reason": "表扬", "evidence": proof()}),
        404,
    ),
    "录测评": (
        "office",
        lambda s: (
            reverse("surveys"),
            {"name": "测评", "measured_on": f"{timezone.localdate()}", "paper": "函", "figures": "东一社区 9 10"},
        ),
        404,
    ),
    "确认测评": ("office", lambda s: (on("survey", survey(s)), {}), 404),
    "撤回测评": (
        "office",
        lambda s: (
            on("survey", survey(s, state="confirmed", confirmed_by=s.people["office"])),
            {"withdraw": "yes", "why": "录错"},
        ),
        404,
    ),
    "定稿": ("office", lambda s: (on("appeal_report_finish", report(s)), {}), 404),
    "试算导入": (
        "office",
        lambda s: (reverse("appeal_import"), {"files": [table(LEDGER, ledger_row())]}),
        404,
    ),
    "确认导入": ("office", lambda s: (on("appeal_import_confirm", batch(s)), {}), 404),
    "提异议": (
        "secretary",
        lambda s: (on("object_to", sheet(s)), {"indicator": "orders_on_time", "text": "不对"}),
        404,
    ),
    "发出核对": ("office", lambda s: (on("settlement_step", month(s), "publish"), {}), 404),
    "试运行方案": ("office", lambda s: (on("scheme_step", draft_of_a_scheme(s), "try"), {}), 404),
    "签收": ("secretary", lambda s: (on("assignment_step", share_of(make_order(s), "东一社区"), "receive"), {}), 404),
    "定榜": (
        "office",
        lambda s: (lambda call: (on("order_award", call), {"award-assignment": share_of(call, "东一社区").pk}))(
            claimed(s)
        ),
        404,
    ),
    "新建事项": ("office", lambda s: (reverse("order_new"), order_form(s)), 200),
    "改草稿": ("office", lambda s: (on("order_edit", make_order(s, issued=False)), order_form(s, seen_version=1)), 200),
    "改已交办的": (
        "office",
        lambda s: (on("order_edit", make_order(s)), {"title": "新", "content": "新", "seen_version": 2}),
        200,
    ),
    "记日志": ("secretary", lambda s: (reverse("worklog_new"), log_form(s)), 200),
    "改日志": ("secretary", lambda s: (on("worklog_edit", make_log(s)), log_form(s, seen_version=1)), 200),
    "新建目标": ("commissioner", lambda s: (reverse("goal_new"), goal_form(s)), 200),
    "改目标": ("commissioner", lambda s: (on("goal_edit", goal(s)), goal_form(s, seen_version=1)), 200),
}


def proof():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("依据.pdf", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")


def written():
    """What an act would have left."""
    kept = (AppealImport, Exclusion, MonthlyTopic, Goal, Order, WorkLog, Job, Survey, *StepRecord.__subclasses__())
    return {model.__name__: model._base_manager.count() for model in kept}


@pytest.mark.parametrize("what", ASKED)
def test_a_post_that_ends_before_the_act_is_told_and_nothing_is_done(street, client, what):
    login, make, wanted = ASKED[what]
    address, form = make(street)
    log_in(client, street.people[login])
    before = written()
    with ending_posts_at_the_first_act() as ended:
        answer = client.post(address, form)
    assert ended == [True]
    assert answer.status_code == wanted
    if wanted != 404:
        assert answer.context["form"].errors
    assert written() == before


@pytest.mark.parametrize("what", ASKED)
def test_with_the_post_it_is_done(street, client, what):
    """So that the refusals above are of the post, not of the form."""
    login, make, _ = ASKED[what]
    address, form = make(street)
    log_in(client, street.people[login])
    assert client.post(address, form).status_code == 302
