"""Records in every place, each text carrying the mark of its record; what leaks shows its mark."""

from datetime import timedelta
from types import SimpleNamespace

from django.core.files.base import ContentFile
from django.utils import timezone

from districts.jobs.models import Job
from districts.posts.appointing import appoint, dismiss
from districts.posts.lending import delegate_post, grant_duty
from districts.posts.models import AppointmentChange, Delegation, Grant
from districts.records.attachments import keep_file
from districts.records.origin import origin_of
from partybuilding.appeals.actions import recuse
from partybuilding.appeals.cadres import actions as cadres
from partybuilding.appeals.models import (
    Appeal,
    AppealDesk,
    AppealImport,
    AppealReport,
    CadreReport,
    Exclusion,
    ExclusionEvidence,
    MonthlyTopic,
)
from partybuilding.assessment.models import (
    Adjustment,
    AdjustmentEvidence,
    Objection,
    ObjectionEvidence,
    PeerMember,
    SchemeVersion,
    ScoreSheet,
    Settlement,
    Survey,
)
from partybuilding.assessment.periods.months import month_code
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.assessment.schemes.actions import draw_up
from partybuilding.goals.models import Goal
from partybuilding.matters.logs.models import LogAttachment, WorkLog
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.models import AssignmentStep, Order, OrderAssignment, OrderStep
from tests.access.expected import WITH_PHONE
from tests.access.seed_origin import add_what_came_from_appeals
from tests.cast import LONG_AGO, build_street, make_appeal, make_log, make_order, make_user, share_of
from tests.replaying import replayed

LOG_AUTHORS = {
    "槐花街道党建工作协调委员会": "office",
    "东中心": "commissioner",
    "东一社区": "secretary",
    "东一支部": "branch_secretary",
    "东二社区": "neighbour",
    "西中心": "far_commissioner",
    "西一社区": "far_secretary",
    "城管科": "head",
    "外街道党建工作协调委员会": "stranger",
    "外社区": "strange_secretary",
}
STREET, OTHER = "槐花街道党建工作协调委员会", "外街道党建工作协调委员会"
# (issuing unit, by, assigned units, issued): drafts stay with those who draw up.
ORDERS = [
    (STREET, "office", ["东一社区"], True),
    (STREET, "office", ["东二社区", "城管科"], True),
    (STREET, "office", ["东一社区", "西一社区"], True),
    (STREET, "office", ["西一社区"], True),
    (STREET, "office", ["东中心"], True),
    ("东中心", "commissioner", ["东一社区"], True),
    ("东一社区", "secretary", ["东一支部"], True),
    (STREET, "leader", ["东中心", "城管科"], True),
    (OTHER, "stranger", ["外社区"], True),
    (STREET, "office", ["东一社区", "东中心"], False),
    ("东中心", "commissioner", ["东二社区"], False),
    (STREET, "office", ["东一社区", "西一社区"], True),
]
UNTOUCHED = 11  # issued, and nobody has signed for it yet
DECREE = 7
HANDLERS = {
    "东一社区": "secretary",
    "东二社区": "neighbour",
    "西一社区": "far_secretary",
    "东中心": "lead_secretary",
    "城管科": "head",
    "东一支部": "branch_secretary",
    "外社区": "strange_secretary",
}


def mark(record):
    kind = {
        WorkLog: "L",
        Order: "O",
        OrderAssignment: "S",
        Goal: "G",
        LogAttachment: "A",
        Appeal: "P",
        AppealImport: "B",
        ExclusionEvidence: "V",
        MonthlyTopic: "T",
        AppealReport: "R",
        Objection: "Y",
        ObjectionEvidence: "E",
        SchemeVersion: "C",
        Adjustment: "J",
        AdjustmentEvidence: "D",
        Survey: "U",
        CadreReport: "K",
    }[type(record)]
    return f"⟦{kind}{record.pk}⟧"


@replayed
def seed():
    """The cast with two more people (one whose post lapsed, one with two posts), and marked records everywhere."""
    street = build_street()
    _add_people(street)
    for unit, by in LOG_AUTHORS.items():
        log = make_log(street, unit, by)
        WorkLog.objects.filter(pk=log.pk).update(text=f"日志{mark(log)}", place=f"处{mark(log)}")
        _attach(log.attachments, street.people[by])
    for center, by in [("东中心", "commissioner"), ("西中心", "far_commissioner"), ("外中心", "stranger")]:
        goal = Goal.objects.create(
            unit=street.units[center], year=timezone.localdate().year, title="目标", created_by=street.people[by]
        )
        Goal.objects.filter(pk=goal.pk).update(title=f"目标{mark(goal)}", measure=f"衡量{mark(goal)}")
    for n, (unit, by, to, issued) in enumerate(ORDERS):
        kind = "decree" if n == DECREE else "task"
        order = make_order(street, to, by, unit, issued=issued, kind=kind)
        Order.objects.filter(pk=order.pk).update(title=f"事项{mark(order)}", content=f"要求{mark(order)}")
        if issued and n != UNTOUCHED:
            for name in to:
                _report(street, order, name)
    _add_appeals(street)
    add_what_came_from_appeals(street, mark)
    _add_papers(street)
    OrderStep.objects.update(note="")
    month = month_code(timezone.localdate() + timedelta(days=10))
    roll_up(month)
    _add_settling(street)
    _fill_keys(street)
    job = Job.objects.create(kind="rollup", unit=street.units[STREET], arguments={"month": month})
    return SimpleNamespace(
        street=street,
        month=month,
        job=job,
        logs=list(WorkLog.objects.select_related("unit", "created_by").order_by("pk")),
        orders=list(Order.objects.select_related("unit").order_by("pk")),
        shares=list(OrderAssignment.objects.select_related("unit", "order__unit", "order__lead_unit").order_by("pk")),
        sheets=list(ScoreSheet.objects.select_related("unit").order_by("pk")),
        goals=list(Goal.objects.select_related("unit").order_by("pk")),
        attachments=list(LogAttachment.objects.select_related("log__unit").order_by("pk")),
        changes=_prepared(street),
        appeals=list(Appeal.objects.select_related("unit").order_by("pk")),
        cadre_reports=_cadre_reports(),
        exclusions=list(Exclusion.objects.select_related("appeal__unit").order_by("pk")),
        evidence=list(ExclusionEvidence.objects.select_related("exclusion__appeal__unit").order_by("pk")),
        topics=list(MonthlyTopic.objects.select_related("unit").order_by("pk")),
        reports=list(AppealReport.objects.select_related("street").order_by("pk")),
        settlements=list(Settlement.objects.select_related("street").order_by("pk")),
        objections=list(Objection.objects.select_related("sheet__unit").order_by("pk")),
        objection_evidence=list(ObjectionEvidence.objects.select_related("objection__sheet__unit").order_by("pk")),
        adjustments=list(Adjustment.objects.select_related("unit").order_by("pk")),
        adjustment_evidence=list(AdjustmentEvidence.objects.select_related("adjustment__unit").order_by("pk")),
        surveys=list(Survey.objects.select_related("street").order_by("pk")),
        versions=list(SchemeVersion.objects.select_related("scheme__street").order_by("pk")),
        batches=list(AppealImport.objects.select_related("street").order_by("pk")),
    )


def _add_appeals(street):
    """An appeal in every place, one at the street about its leader, and a batch in each state to be imported."""
    for n, unit in enumerate(
        ["东一社区", "东二社区", "西一社区", "西村", "东中心", "城管科", STREET, STREET, OTHER, "外社区"]
    ):
        appeal = make_appeal(street, unit, number=f"BJ{n:03}")
        said = {name: f"诉求{mark(appeal)}" for name in ("title", "content", "spot", "reply", "place")}
        Appeal.objects.filter(pk=appeal.pk).update(**said)
    for appeal in Appeal.objects.filter(number__in=["BJ000", "BJ002", "BJ009"]).order_by("number"):
        exclusion = Exclusion.objects.create(appeal=appeal, reason="other", note="申请")
        if appeal.number == "BJ000":
            waits = {"kind": "suspended", "state": "granted", "review_on": LONG_AGO}
            Exclusion.objects.filter(pk=exclusion.pk).update(**waits)
        _attach(exclusion.evidence, street.people["office"])
    for number, by in (("BJ020", "office"), ("BJ021", "office")):
        report = make_appeal(street, "东一社区", number=number)
        cadres.mark(report, street.people[by])
        Appeal.objects.filter(pk=report.pk).update(title=f"诉求{mark(report)}")
    cadres.confirm(CadreReport.objects.get(appeal__number="BJ021"), street.people["discipline"])
    about = Appeal.objects.get(number="BJ007")
    recuse(about, street.people["office"], street.people["leader"])
    Appeal.objects.filter(pk=about.pk).update(title=f"回避{mark(about)}")
    for name, by in [(STREET, "office"), (OTHER, "stranger")]:
        for state in ("tried", "refused"):
            batch = AppealImport.objects.create(street=street.units[name], by=street.people[by], state=state)
            said = f"x{mark(batch)}.xlsx"
            AppealImport.objects.filter(pk=batch.pk).update(
                files=[{"name": said, "shape": "ledger", "wrong": 0, "blank": 0, "heads": [["content", "主要内容"]]}],
                found={"counts": {"rows": 0}, "faults": [[said, 1, said]], "unmatched": [[said, said]]},
            )
            batch.parts.create(file=0, rows=[[1, {"content": said}, said]] if state == "refused" else [])


def _fill_keys(street):
    """What one record says of another, of whose text not everybody who sees the one may see: each key filled once at least."""
    west, east = (Goal.objects.get(unit__name=name) for name in ("西中心", "东中心"))
    shared = Order.objects.filter(assignments__unit__name="西一社区", state="issued").distinct()
    shared.update(goal=west, came_from=origin_of(Appeal.objects.get(number="BJ002")))
    Order.objects.filter(unit__name="东中心").update(goal=east, came_from=origin_of(Appeal.objects.get(number="BJ004")))
    log = WorkLog.objects.filter(unit__name="东一社区", text__startswith="日志").get()
    log.came_from, log.order = (
        origin_of(Appeal.objects.get(number="BJ002")),
        shared.exclude(assignments__unit__name="东一社区").get(),
    )
    log.for_whom, log.basis = street.people["deputy"], "oral"
    log.save()
    share = OrderAssignment.objects.filter(unit__name="东二社区", state__in=["reported", "accepted"]).first()
    OrderAssignment.objects.filter(pk=share.pk).update(inherited_from=street.units["西村"])
    Survey.objects.first().figures.create(unit=street.units["东一社区"], part=1, whole=2)
    group = {"unit": street.units["西村"], "name": "难", "starts_on": LONG_AGO, "reason": "难"}
    PeerMember.objects.create(**group, entered_by=street.people["office"])


def _cadre_reports():
    """Each with the number that stands for it on its only page."""
    for report in CadreReport.objects.select_related("appeal").order_by("pk"):
        Appeal.objects.filter(pk=report.appeal_id).update(number=f"{report.appeal.number}{mark(report)}")
    return list(CadreReport.objects.select_related("appeal__street").order_by("pk"))


def _add_papers(street):
    """One street handles by hand; a topic in several places, and a draft and a final report of each street."""
    by = street.people["office"]
    AppealDesk.objects.create(street=street.units[STREET], is_by_hand=True)
    for name in ("东一社区", "西中心", STREET, "外社区"):
        topic = MonthlyTopic.objects.create(unit=street.units[name], month="2026-10-01", item="停车", created_by=by)
        MonthlyTopic.objects.filter(pk=topic.pk).update(title=f"题{mark(topic)}")
    for name in (STREET, OTHER):
        for n, state in enumerate(("draft", "final"), 1):
            report = AppealReport.objects.create(
                street=street.units[name], kind="day", starts_on=f"2026-10-0{n}", ends_on=f"2026-10-0{n}", state=state,
                made_at=timezone.now(),
            )  # fmt: skip
            AppealReport.objects.filter(pk=report.pk).update(
                sentences=[[mark(report), ""]], table=[[mark(report)] * 8], rule=mark(report), remark=mark(report)
            )


def _add_settling(street):
    """One street is being checked, with an objection in several places; a draft of its scheme, and one of the other's in force."""
    until = timezone.localdate() + timedelta(days=30)
    Settlement.objects.filter(street=street.units[STREET]).update(state="checking", check_until=until)
    for name in ("东一社区", "西中心", "外社区"):
        objection = Objection.objects.create(sheet=street.units[name].sheets.get(), indicator="orders_on_time")
        Objection.objects.filter(pk=objection.pk).update(text=f"异议{mark(objection)}")
        _attach(objection.evidence, street.people["office"])
        given = {"unit": street.units[name], "period": objection.sheet.period, "kind": "bonus", "points": 100}
        adjustment = Adjustment.objects.create(**given)
        Adjustment.objects.filter(pk=adjustment.pk).update(reason=f"加分{mark(adjustment)}")
        _attach(adjustment.evidence, street.people["office"])
    default = SchemeVersion.objects.get(scheme__street=None, number=2)
    for name, by in ((STREET, "leader"), (OTHER, "stranger")):
        survey = Survey.objects.create(
            street=street.units[name], measured_on="2026-10-01", entered_by=street.people[by]
        )
        Survey.objects.filter(pk=survey.pk).update(name=f"测评{mark(survey)}", paper=mark(survey))
    for name, state in ((STREET, "draft"), (OTHER, "approved")):
        version = draw_up(street.units[name], default, street.people["office"])
        SchemeVersion.objects.filter(pk=version.pk).update(state=state, reason=mark(version), starts_on="2099-01-01")


def _attach(rows, by):
    """A file whose name and content carry their marks."""
    kept = keep_file(rows, "pdf", ContentFile(b"%PDF-1.4 ", name="x.pdf"), name="x.pdf", by=by)
    path = kept.file.path
    with open(path, "ab") as file:
        file.write(mark(kept).encode())
    type(kept).objects.filter(pk=kept.pk).update(name=f"附件{mark(kept)}.pdf")


def _prepared(street):
    """A change of posts waiting in each street."""
    rows = [("worker", "东二社区", "secretary2"), ("worker", "外社区", "secretary3")]
    changes = []
    for post, unit, login in rows:
        person = make_user(login)
        changes.append(
            AppointmentChange.objects.create(
                user=person, post=post, unit=street.units[unit], on=timezone.localdate(), reason="任", prepared_by=None
            )
        )
    return changes


def _report(street, order, name):
    """Every share is reported with a marked note and a marked log as evidence; the first of each order is accepted."""
    share, by = share_of(order, name), street.people[HANDLERS[name]]
    actions.receive(share, by)
    log = make_log(street, name, HANDLERS[name], order=order)
    WorkLog.objects.filter(pk=log.pk).update(text=f"佐证{mark(log)}")
    step = actions.report(share, by, note="办了", logs=[log])
    AssignmentStep.objects.filter(pk=step.pk).update(note=f"结果{mark(share)}")


def _add_people(street):
    today = timezone.localdate()
    lapsed, double = make_user("lapsed"), make_user("double")
    former = appoint(lapsed, "worker", street.units["东一社区"], starts_on=LONG_AGO, reason="任")
    appoint(lapsed, "worker", street.units["西村"], starts_on=LONG_AGO, reason="任")
    dismiss(former, on=today - timedelta(days=1), reason="免")
    appoint(double, "worker", street.units["东二社区"], starts_on=LONG_AGO, reason="任")
    appoint(double, "aide", street.units["西中心"], starts_on=LONG_AGO, reason="任")
    delegate, granted = make_user("delegate"), make_user("granted")
    for person in (delegate, granted):
        appoint(person, "worker", street.units["西村"], starts_on=LONG_AGO, reason="任")
    span = {"starts_on": today, "ends_on": today, "reason": "会议"}
    post = street.people["secretary"].appointments.get()
    delegate_post(post, delegate, **span)
    over = delegate_post(street.people["far_commissioner"].appointments.get(), delegate, **span)
    Delegation.objects.filter(pk=over.pk).update(starts_on=LONG_AGO, ends_on=today - timedelta(days=1))
    grant_duty(granted, "view", street.units["东二社区"], **span)
    spent = grant_duty(granted, "view", street.units["西一社区"], **span)
    Grant.objects.filter(pk=spent.pk).update(starts_on=LONG_AGO, ends_on=today - timedelta(days=1))
    street.people |= {"lapsed": lapsed, "double": double, "delegate": delegate, "granted": granted}
    type(post.user).objects.filter(username__in=WITH_PHONE).update(phone="13812345678")
