"""What is made from an appeal: hidden from whom the appeal is about and from who acts for them, and emptied with it."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
import time_machine
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import models
from django.utils import timezone

from districts.duties import Duty
from districts.files.attachments import attachment_store
from districts.posts.lending import delegate_post
from districts.records.dirty import DirtyKey
from districts.records.origin import EMPTIED, Origin, Recusal, empty, origin_of, recuse_from
from districts.workflow import NotYours, StepRefused
from partybuilding.appeals import actions as appeal_actions
from partybuilding.appeals.exclusions.actions import answer_exclusion, ask_exclusion
from partybuilding.appeals.models import Appeal, AppealImport
from partybuilding.goals.models import Goal
from partybuilding.matters.logs.actions import write_log
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders import actions
from partybuilding.matters.orders.forms import ReportForm
from partybuilding.matters.orders.models import Order, OrderAssignment, due_records
from tests.access.asking import text_of
from tests.cast import log_in, make_appeal, make_log, make_order, only_orders, share_of
from tests.partybuilding.months import AFTER, make_case, settle, sheet_of, verify

SECRET = "机密话"
PDF = ContentFile(b"%PDF-1.4 x", name="x.pdf")


def write(street, by="secretary", unit="东一社区", **more):
    more = {"happened_on": timezone.localdate(), "text": f"{SECRET}日志", "place": f"{SECRET}处", **more}
    return write_log(street.people[by], unit=street.units[unit], **more)


@pytest.fixture
def made(street):
    """An appeal at 东一社区, and what was made from it: a log with a file, an order, and a log that serves the order."""
    appeal = make_appeal(street, number="BJ001", title=SECRET, content=SECRET, spot=SECRET)
    log = write(street, source=appeal, uploads=[("pdf", PDF, f"{SECRET}.pdf")])
    order = make_order(street, title=f"{SECRET}事项", content=f"{SECRET}要求", appeal=appeal)
    share = share_of(order, "东一社区")
    actions.receive(share, street.people["secretary"])
    serving = write(street, "deputy", order=order)
    actions.report(share, street.people["secretary"], note=f"{SECRET}结果", logs=[serving])
    return SimpleNamespace(appeal=appeal, log=log, order=order, share=share, serving=serving)


def recuse(street, appeal, *logins):
    for login in logins:
        appeal_actions.recuse(appeal, street.people["office"], street.people[login])


def lend(street, post_of, to):
    today = timezone.localdate()
    post = street.people[post_of].appointments.get()
    return delegate_post(post, street.people[to], starts_on=today, ends_on=today + timedelta(days=9), reason="会议")


def records_of(made):
    return [
        f"/worklogs/{made.log.pk}/",
        f"/worklogs/{made.serving.pk}/",
        f"/worklogs/attachments/{made.log.attachments.get().pk}/",
        f"/orders/{made.order.pk}/",
        f"/orders/{made.order.pk}/paper/",
        f"/why/order/{made.order.pk}/",
        f"/why/log/{made.serving.pk}/",
    ]


LISTS = [
    "/",
    "/worklogs/",
    "/worklogs/export/",
    "/orders/?state=",
    "/orders/?view=board",
    "/search/?q=机密",
    "/orders/export/?state=",
]


def met_by(street, client, login, made):
    """(statuses of the records' own pages, the lists that say a word of them)."""
    log_in(client, street.people[login])
    statuses = {client.get(address).status_code for address in records_of(made)}
    if len(statuses) > 1 and 404 in statuses:
        return statuses, None
    texts = {address: text_of(client.get(address)) for address in LISTS}
    return statuses, [address for address, text in texts.items() if SECRET in text]


def test_what_was_made_from_an_appeal_is_met_nowhere_by_whom_it_is_about(street, client, made):
    for login in ("secretary", "leader"):
        assert met_by(street, client, login, made) == ({200}, LISTS)
    recuse(street, made.appeal, "secretary", "leader")
    for login in ("secretary", "leader"):
        assert met_by(street, client, login, made) == ({404}, [])
        assert client.post(f"/orders/shares/{made.share.pk}/receive/").status_code == 404
    for login in ("deputy", "office"):
        assert met_by(street, client, login, made) == ({200}, LISTS)


def test_what_is_drawn_up_from_a_hidden_appeal_says_so_and_is_hidden_at_once(street, client, made):
    recuse(street, made.appeal, "head")
    log_in(client, street.people["office"])
    for address in ("/orders/new/", "/worklogs/new/"):
        assert "这件诉求有人回避" in client.get(f"{address}?appeal={made.appeal.pk}").content.decode()
        assert "回避" not in client.get(address).content.decode()
    form = {"kind": "task", "unit": street.units["槐花街道党建工作协调委员会"].pk, "title": "再办", "content": "办"}
    form |= {"due_on": timezone.localdate(), "lead_unit": street.units["城管科"].pk, "appeal": made.appeal.pk}
    page = client.post("/orders/new/", form | {"issue": "1"}, follow=True).content.decode()
    assert "对回避的人，以及代他们办理的人，同样不显示" in page
    assert "“城管科”除此之外没有人能办理" in page  # its clerk only ever acts for the head
    order = Order.objects.get(title="再办")
    seen = {
        who: Order.objects.where_user_may(street.people[who], Duty.VIEW).filter(pk=order.pk).exists()
        for who in ("head", "clerk", "leader")
    }
    assert seen == {"head": False, "clerk": True, "leader": True}
    other = make_order(street, ["城管科"])
    assert "除此之外" not in client.get(f"/orders/{other.pk}/").content.decode()


def test_an_issuer_is_not_warned_where_somebody_else_handles(street, client, made):
    recuse(street, made.appeal, "secretary")
    log_in(client, street.people["office"])
    page = client.get(f"/orders/{made.order.pk}/").content.decode()
    assert ("同样不显示" in page, "除此之外" in page) == (True, False)


def test_a_clerk_does_not_act_for_a_head_whom_it_is_about(street, client):
    appeal = make_appeal(street)
    share = share_of(make_order(street, ["城管科"], appeal=appeal), "城管科")
    recuse(street, appeal, "head")
    log_in(client, street.people["clerk"])
    assert client.get(f"/orders/{share.order_id}/").status_code == 200
    assert client.post(f"/orders/shares/{share.pk}/receive/", {f"receive-{share.pk}-basis": "oral"}).status_code == 404
    with pytest.raises(NotYours):
        actions.receive(share, street.people["clerk"], basis="oral")


def test_whoever_borrows_the_post_of_whom_it_is_about_meets_it_only_by_a_post_of_their_own(street, client, made):
    lend(street, "secretary", "far_secretary")
    lend(street, "secretary", "deputy")
    assert met_by(street, client, "far_secretary", made)[0] == {200}
    recuse(street, made.appeal, "secretary")
    assert met_by(street, client, "far_secretary", made) == ({404}, [])
    assert met_by(street, client, "deputy", made)[0] == {200}
    why = client.get(f"/why/order/{made.order.pk}/").content.decode()
    assert ("东一社区 · 副书记" in why, "代名secretary" in why) == (True, False)


def test_nobody_acts_on_it_for_whom_it_is_about(street, client):
    appeal = make_appeal(street)
    share, other = (share_of(make_order(street, appeal=a), "东一社区") for a in (appeal, None))
    lent = lend(street, "secretary", "deputy")
    recuse(street, appeal, "secretary")
    deputy, under = street.people["deputy"], {"under": lent.appointment_id, "basis": "oral"}
    log_in(client, deputy)
    assert "代名secretary" not in client.get(f"/orders/{share.order_id}/").content.decode()
    assert "代名secretary" in client.get(f"/orders/{other.order_id}/").content.decode()
    with pytest.raises(NotYours):
        actions.receive(share, deputy, **under)
    with pytest.raises(NotYours):
        write(street, "deputy", order=share.order, **under)
    assert actions.receive(other, deputy, **under).for_whom == street.people["secretary"]
    assert actions.receive(share, deputy).for_whom is None


def test_a_worker_lent_the_leaders_post_neither_opens_nor_notes_nor_empties_the_leaders_appeal(street, client):
    lend(street, "leader", "worker")
    about, other = (make_appeal(street, "槐花街道党建工作协调委员会", content=SECRET) for _ in range(2))
    recuse(street, about, "leader")
    log_in(client, street.people["worker"])
    assert client.get(f"/appeals/{other.pk}/").status_code == 200
    answers = [client.get(f"/appeals/{about.pk}/"), client.get(f"/orders/new/?appeal={about.pk}")]
    answers += [
        client.post(f"/appeals/{about.pk}/{verb}/", {f"{verb}-note": "看", f"{verb}-basis": "oral"})
        for verb in ("write_note", "seal", "recuse", "exclusion")
    ]
    assert [a.status_code for a in answers] == [404, 200, 404, 404, 404, 404]
    assert SECRET not in answers[1].content.decode()
    with pytest.raises(NotYours):
        appeal_actions.seal(about, street.people["worker"])
    about.refresh_from_db()
    assert (about.content, about.steps.count()) == (SECRET, 0)


def test_what_is_kept_from_somebody_is_in_no_count_that_may_be_compared(street, made):
    goal = Goal.objects.create(unit=street.units["东中心"], year=2026, title="目标", created_by=street.people["office"])
    other = make_order(street)
    Order.objects.update(goal=goal)
    assert (due_records(date.min, date.max).count(), Goal.objects.with_progress().get().shares) == (2, 2)
    DirtyKey.objects.all().delete()
    recuse(street, made.appeal, "secretary")
    assert [share.order_id for share in due_records(date.min, date.max)] == [other.pk]
    assert Goal.objects.with_progress().get().shares == 1
    assert DirtyKey.objects.filter(unit=made.share.unit, day=made.share.due_on).exists()


def texts_of_the_database():
    """{table: rows that say the word} of every model but the accounts of what was done."""
    found = {}
    for model in apps.get_models():
        names = [
            f.name
            for f in model._meta.concrete_fields
            if isinstance(f, models.CharField | models.TextField | models.JSONField | models.FileField)
        ]
        rows = [row for row in model._base_manager.values_list(*names)] if names else []
        if any(SECRET in str(row) for row in rows):
            found[model.__name__] = sum(SECRET in str(row) for row in rows)
    return found


def test_of_what_is_only_a_number_no_word_stands_anywhere(street, client, made, django_capture_on_commit_callbacks):
    office = street.people["office"]
    appeal_actions.write_note(made.appeal, street.people["secretary"], note=SECRET)
    evidence = [("pdf", PDF, f"{SECRET}.pdf")]
    asked = ask_exclusion(made.appeal, street.people["secretary"], reason="outside", note=SECRET, evidence=evidence)
    answer_exclusion(asked, office, is_granted=False, note=SECRET)
    actions.send_back(made.share, street.people["commissioner"], note=SECRET)
    actions.amend_order(made.order, 2, by=office, title="另一题", content="另一要求", files=evidence)
    batch = AppealImport.objects.create(street=made.appeal.street, by=office, state="tried")
    batch.parts.create(
        file=0, rows=[[2, {"number": "BJ001", "content": SECRET}], [3, {"number": "BJ002", "content": "留"}]]
    )
    hanging = made.log.attachments.get(), asked.evidence.get(), made.order.files.get()
    files = [attachment_store().path(a.file.name) for a in hanging]
    assert set(texts_of_the_database()) >= {
        "Appeal",
        "AppealStep",
        "AppealImportPart",
        "AssignmentStep",
        "Exclusion",
        "ExclusionStep",
        "ExclusionEvidence",
        "LogAttachment",
        "OrderFile",
        "OrderStep",
        "WorkLog",
    }
    log_in(client, office)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/appeals/{made.appeal.pk}/seal/").status_code == 302
    assert texts_of_the_database() == {}
    assert batch.parts.get().rows == [[2, {"number": "BJ001"}], [3, {"number": "BJ002", "content": "留"}]]
    assert [attachment_store().exists(path) for path in files] == [False, False, False]
    made.log.refresh_from_db(), made.order.refresh_from_db()
    assert (made.log.text, made.order.title, made.order.content) == (EMPTIED, EMPTIED, EMPTIED)
    assert [s.verb for s in made.share.steps.all()] == ["receive", "report", "return"]


def test_what_was_emptied_is_not_written_again(street, client, made):
    draft = make_order(street, ["东二社区"], appeal=made.appeal, issued=False)
    appeal_actions.seal(made.appeal, street.people["office"])
    later = write(street, source=made.appeal, text="已移交")
    log_in(client, street.people["secretary"])
    assert client.get(f"/worklogs/{made.log.pk}/edit/").status_code == 404
    assert client.get(f"/worklogs/{later.pk}/edit/").status_code == 200
    log_in(client, street.people["office"])
    words = {"title": "又写上", "content": SECRET, "seen_version": Order.objects.get(pk=made.order.pk).version}
    answer = client.post(f"/orders/{made.order.pk}/edit/", words).content.decode()
    assert ("已只留编号，文字不再填写" in answer, SECRET in answer) == (True, True)  # what was typed stays
    assert Order.objects.get(pk=made.order.pk).content == EMPTIED
    with pytest.raises(StepRefused, match="已只留编号"):
        actions.edit_draft(draft, 2, by=street.people["office"], co_units=[])


def test_a_chain_is_hidden_and_emptied_as_far_as_it_goes(street, made):
    first = Order.objects.filter(pk=make_order(street).pk)
    first.update(came_from=origin_of(made.log))
    recuse(street, made.appeal, "secretary")
    make_log(street, text=SECRET)
    later = Order.objects.filter(pk=make_order(street, ["东一社区"]).pk)
    other = write(street, "deputy", source=made.appeal)
    later.update(came_from=origin_of(other))
    secretary = street.people["secretary"]
    assert [rows.where_user_may(secretary, Duty.VIEW).count() for rows in (first, later)] == [0, 0]
    empty(Appeal.objects.filter(pk=made.appeal.pk))
    assert [rows.get().title for rows in (first, later)] == [EMPTIED, EMPTIED]
    assert WorkLog.objects.filter(text=SECRET).count() == 1  # of another matter


def test_one_origin_is_made_at_first_use_and_one_recusal_of_a_person(street):
    appeal = make_appeal(street)
    assert origin_of(appeal) == origin_of(Appeal.objects.get(pk=appeal.pk))
    for _ in range(2):
        recuse_from(appeal.origin, street.people["secretary"], street.people["office"])
    assert (Origin.objects.count(), Recusal.objects.count()) == (1, 1)


def test_a_final_sheet_says_nothing_of_what_left_for_a_recusal(street, client):
    only_orders()
    for _ in range(2):
        make_case(street, "东一社区", due=20, reported=10)
    settle(street)
    with time_machine.travel(AFTER):
        appeal = make_appeal(street)
        Order.objects.filter(pk=Order.objects.first().pk).update(came_from=origin_of(appeal))
        recuse(street, appeal, "secretary")
        appeal_actions.seal(appeal, street.people["office"])
        log_in(client, street.people["secretary"])
        page = client.get(f"/standings/sheets/{sheet_of('东一社区').pk}/orders_on_time/").content.decode()
        said, _ = verify()
    assert (page.count('class="row-link"'), "另有" in page, "按期办结率 2/2" in page) == (1, False, True)
    assert "后来改派、收回或者不再由您的岗位查看的，不在下面列出" in page
    assert "与封签不符" not in said


def test_a_log_about_the_reader_is_not_offered_as_evidence(street):
    order = make_order(street)
    offered = {"plain": make_log(street, order=order)}
    appeal = make_appeal(street)
    offered["about"] = make_log(street, order=order, appeal=appeal)
    recuse(street, appeal, "secretary")
    said = {}
    for login in ("secretary", "deputy"):
        form = ReportForm(step=OrderAssignment.STEPS["report"], ways=())
        form.offer_logs(share_of(order, "东一社区"), street.people[login])
        said[login] = [name for name, log in offered.items() if log in form.fields["logs"].queryset]
    assert said == {"secretary": ["plain"], "deputy": ["plain", "about"]}
