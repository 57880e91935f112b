"""导入批次 step by step: who tried and who confirmed it, under which post; what a job does is no step of a person."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from districts.jobs import running
from districts.jobs.models import Job
from districts.posts.lending import delegate_post
from districts.trail.models import Event
from districts.workflow import NotYours, StepRefused, take_step
from partybuilding.appeals.importing import batches
from partybuilding.appeals.importing.batches import confirm, forget_batches
from partybuilding.appeals.models import AppealImport, AppealImportStep
from tests.cast import STREET, build_street, log_in, make_second, text_of
from tests.partybuilding.workbooks import LEDGER, ledger_row, table, upload
from tests.waiting import while_it_waits
from yuqiao_portal.job_kinds import KINDS

POST = f"{STREET} · 党群办·考核工作小组"


def tried(street, client, **row):
    upload(log_in(client, street.people["office"]), table(LEDGER, ledger_row(**row)))
    return AppealImport.objects.first()


def tried_long_ago(street):
    """As past releases left it: named in a column alone."""
    return AppealImport.objects.create(street=street.units[STREET], by=street.people["office"], state="tried")


def verbs(batch):
    return list(batch.steps.values_list("verb", "from_state", "to_state", "by__username"))


def test_the_history_names_who_tried_and_who_confirmed_under_which_post(street, client):
    batch, second = tried(street, client), make_second(street)
    log_in(client, second)
    address = f"/appeals/import/{batch.pk}/"
    assert client.post(f"{address}confirm/").status_code == 302
    steps = [("try", "", "tried", "office"), ("confirm", "tried", "confirmed", "second")]
    assert verbs(batch) == steps
    page = text_of(client.get(address))
    for label, who in (("试算", "office"), ("确认导入", "second")):
        assert f"<strong>{label}</strong> 名{who}（{POST}）" in page
    running.run(Job.objects.get().pk, KINDS)
    batch.refresh_from_db()
    assert (batch.state, batch.job.asked_by, verbs(batch)) == ("done", second, steps)
    assert [event.actor for event in Event.objects.filter(subject__contains="导入 12345 工单")] == [second]


def test_what_is_refused_for_its_faults_was_never_opened(street, client):
    batch = tried(street, client, at="前天")
    assert (batch.state, batch.by, batch.steps.count()) == ("refused", street.people["office"], 0)
    assert "办理记录" not in client.get(f"/appeals/import/{batch.pk}/").content.decode()


def test_nobody_confirms_a_batch_by_a_lent_post(street, client):
    batch, leader, today = tried(street, client), street.people["leader"], timezone.localdate()
    lent = {"starts_on": today, "ends_on": today + timedelta(days=3), "reason": "会议"}
    delegate_post(street.people["office"].appointments.get(), leader, **lent)
    with pytest.raises(NotYours):
        confirm(batch, leader)
    assert log_in(client, leader).post(f"/appeals/import/{batch.pk}/confirm/").status_code == 404
    batch.refresh_from_db()
    assert (batch.state, batch.job, batch.steps.count(), Job.objects.count()) == ("tried", None, 1, 0)


def test_a_batch_from_before_there_were_steps_is_confirmed_once(street):
    batch, office = tried_long_ago(street), street.people["office"]
    confirm(batch, office)
    assert verbs(batch) == [("confirm", "tried", "confirmed", "office")]
    for state in ("confirmed", "done", "refused"):
        AppealImport.objects.update(state=state)
        with pytest.raises(StepRefused, match="不能确认导入；请刷新后再看。"):
            take_step(batch, "confirm", office)
    assert (Job.objects.count(), batch.steps.count()) == (1, 1)


def test_a_batch_without_its_job_is_not_confirmed(street, monkeypatch):
    def nobody_answers(*args, **kwargs):
        raise ConnectionError

    batch = tried_long_ago(street)
    monkeypatch.setattr(batches, "ask", nobody_answers)
    with pytest.raises(ConnectionError):
        confirm(batch, street.people["office"])
    batch.refresh_from_db()
    assert (batch.state, batch.steps.count()) == ("tried", 0)


def test_what_nobody_confirmed_is_forgotten_with_its_steps(street, client):
    kept = tried(street, client)
    confirm(kept, street.people["office"])
    tried(street, client, number="BJ002")
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        forget_batches()
    assert list(AppealImport.objects.all()) == [kept]
    assert set(AppealImportStep.objects.values_list("batch", "verb")) == {(kept.pk, "try"), (kept.pk, "confirm")}


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_what_is_just_being_confirmed_is_not_forgotten(client):
    street = build_street()
    batch, office = tried(street, client), street.people["office"]
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        while_it_waits(forget_batches, lambda: confirm(batch, office))
    assert (AppealImport.objects.get().state, Job.objects.count()) == ("confirmed", 1)
