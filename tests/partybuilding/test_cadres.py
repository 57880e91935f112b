"""反映干部: hidden at once by one person, confirmed by the 纪检监察工委, of whom alone it is known from then on; or sent back."""

import io
import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from openpyxl import load_workbook

from districts.duties import DELEGABLE, GRANTABLE, Duty, Post
from districts.posts.appointing import appoint
from districts.trail.models import Event
from districts.workflow import NotYours, StepRefused
from partybuilding.appeals import actions
from partybuilding.appeals.cadres import actions as cadres
from partybuilding.appeals.importing.writing import Cleaned, try_rows, write_rows
from partybuilding.appeals.models import Appeal, AppealImport, CadreReport
from partybuilding.appeals.rates.views import rate_tables
from partybuilding.assessment.models import Node
from partybuilding.assessment.periods.months import month_of
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import Order, OrderAssignment, due_records
from tests.cast import LONG_AGO, log_in, make_appeal, make_log, make_order, make_user

STREET = "槐花街道党建工作协调委员会"
WORDS = "书记收了好处"
SPAN = "since=2020-01-01&until=2030-01-01"


@pytest.fixture
def said(street):
    """One about a cadre, with a log and an order made from it, and one about a lamp; both called back."""
    valid = {"is_valid": True, "is_contacted": True, "outcome": "solved", "satisfaction": "satisfied"}
    appeal = make_appeal(
        street, number="BJ700", title=WORDS, content=WORDS, place=WORDS, spot=WORDS, reply=WORDS, **valid
    )
    make_appeal(street, number="BJ701", **valid)
    make_log(street, text=f"走访：{WORDS}", appeal=appeal)
    make_order(street, title=WORDS, appeal=appeal)
    return appeal


@pytest.fixture
def discipline(street):
    return street.people["discipline"]


def marked(street, appeal, by="office", **said):
    cadres.mark(appeal, street.people[by], **said)
    return CadreReport.objects.get(appeal=appeal)


def confirmed(street, appeal):
    report = marked(street, appeal)
    cadres.confirm(report, street.people["discipline"])
    return report


def known_to(client, user):
    """Where a person meets the number or the words: page by page, and in the exports."""
    log_in(client, user)
    pages = [
        "/",
        "/appeals/",
        "/appeals/?q=BJ70",
        "/search/?q=收了",
        "/search/?q=BJ70",
        "/orders/?state=",
        "/worklogs/",
        f"/appeals/hot/?{SPAN}",
        "/appeals/topics/",
        "/appeals/import/",
        "/owed/",
    ]
    texts = {page: client.get(page).content.decode() for page in pages}
    for page in ("/appeals/export/?q=", "/appeals/export/?todo=cadre", "/orders/export/?state=", "/worklogs/export/"):
        book = load_workbook(io.BytesIO(client.get(page).content))
        texts[page] = str([[cell.value for cell in row] for row in book.active.iter_rows()])
    appeal = Appeal.objects.get(number="BJ700")
    for page in (f"/appeals/{appeal.pk}/", "/appeals/?todo=cadre"):
        texts[page] = client.get(page).content.decode()
    return sorted(page for page, text in texts.items() if "BJ700" in text or WORDS in text)


def test_what_is_said_of_a_cadre_is_hidden_at_once_by_one_person(street, said, client):
    assert len(known_to(client, street.people["secretary"])) >= 9  # there is something that could leak
    marked(street, said)
    for login in ("secretary", "worker", "commissioner", "far_secretary", "discipline", "branch_secretary"):
        assert known_to(client, street.people[login]) == [], login
    own = f"/appeals/{said.pk}/"
    for login in ("office", "leader"):  # until it is confirmed, on its own list and page
        assert own in known_to(client, street.people[login])
        assert "/appeals/?todo=cadre" in known_to(client, street.people[login])
        gone = {"/", "/appeals/", "/appeals/export/?q=", "/appeals/export/?todo=cadre", f"/appeals/hot/?{SPAN}"}
        assert not gone & set(known_to(client, street.people[login]))


def test_of_whom_it_is_said_is_barred_with_the_mark_even_a_leader(street, said, client):
    marked(street, said, person=street.people["leader"])
    assert known_to(client, street.people["leader"]) == []
    with pytest.raises(ValidationError, match="反映的是本人"):
        cadres.mark(Appeal.objects.get(number="BJ701"), street.people["office"], person=street.people["office"])


@pytest.mark.parametrize("login", ["commissioner", "secretary", "discipline", "stranger", "worker"])
def test_only_who_dispatches_for_the_whole_street_marks(street, said, client, login):
    with pytest.raises(NotYours):
        cadres.mark(said, street.people[login])
    assert log_in(client, street.people[login]).post(f"/appeals/{said.pk}/cadre/").status_code == 404
    assert not CadreReport.objects.exists()


def counts(street):
    """How many appeals and shares any figure counts: the rates of a leader, the assessment's two sources."""
    (table,) = rate_tables(street.people["leader"], (date(2020, 1, 1), date(2030, 1, 1)))
    today = timezone.localdate()
    shares = due_records(today, today + timedelta(days=60)).count()
    return table[0][1].counts["received"], shares


def test_it_counts_in_no_figure_from_the_mark_on_and_again_when_it_is_sent_back(street, said, discipline):
    assert counts(street) == (2, 1)
    report = marked(street, said)
    assert counts(street) == (1, 0)
    cadres.send_back(report, discipline, note="说的是物业公司")
    assert counts(street) == (2, 1)
    said.refresh_from_db()
    assert (said.unit.name, said.state, said.is_recused, said.title) == ("东一社区", "assigned", False, WORDS)


def test_the_assessment_counts_it_anew_with_both_marks(street, said, discipline):
    month = month_of(timezone.localdate())

    def whole():
        roll_up(month)
        node = Node.objects.filter(indicator="appeals_response", unit=street.units["东一社区"], period__code=month)
        return [n.whole for n in node]

    before = whole()
    report = marked(street, said)
    hidden = whole()
    cadres.send_back(report, discipline, note="不是")
    assert (len(before), hidden, whole()) == (1, [before[0] - 1], before)


def test_confirmed_it_is_known_to_nobody_but_the_discipline_and_its_words_are_gone(street, said, client, discipline):
    confirmed(street, said)
    for login in ("leader", "office", "secretary", "commissioner", "discipline"):
        assert known_to(client, street.people[login]) == [], login
    log_in(client, discipline)
    page = client.get("/appeals/cadres/").content.decode()
    assert ("BJ700" in page, "BJ701" in page, WORDS in page, "已确认接收" in page) == (True, False, False, True)
    said.refresh_from_db()
    assert (said.number, said.is_sealed, {said.title, said.content, said.place, said.spot, said.reply}) == (
        "BJ700",
        True,
        {""},
    )
    kept = [WorkLog.objects.get().text, Order.objects.get().title, Order.objects.get().content]
    assert not any(WORDS in text for text in kept)
    for login in ("leader", "office", "secretary"):
        assert log_in(client, street.people[login]).get("/appeals/cadres/").status_code == 404


def test_the_discipline_sees_number_and_day_and_no_more(street, said, client, discipline):
    report = marked(street, said)
    log_in(client, discipline)
    page = client.get("/appeals/cadres/").content.decode()
    assert ("BJ700" in page, WORDS in page, "名office" in page, "东一社区" in page) == (True, False, False, False)
    assert "1 件反映干部的诉求待确认" in client.get("/").content.decode()
    for address in ("/appeals/", "/orders/", "/worklogs/", "/goals/", f"/appeals/{said.pk}/", "/appeals/export/"):
        text = client.get(address).content.decode("utf-8", "replace")
        assert (WORDS in text, "BJ700" in text) == (False, False), address
    menu = re.findall(r'<nav class="side".*?</nav>', client.get("/").content.decode(), re.S)[0]
    assert re.findall(r"<span>(.*?)</span>", menu) == ["工作台", "组织架构", "反映干部", "投诉建议"]
    assert "<dt>确认</dt>" in client.get("/me/").content.decode()
    assert client.post(f"/appeals/cadres/{report.pk}/return/", {}).status_code == 422
    assert client.post(f"/appeals/cadres/{report.pk}/confirm/").status_code == 302
    again = client.post(f"/appeals/cadres/{report.pk}/confirm/")
    assert (again.status_code, "现在是“已确认接收”，不能确认接收" in again.content.decode()) == (409, True)


def test_it_is_marked_and_sent_back_on_its_pages(street, said, client, discipline):
    office = log_in(client, street.people["office"])
    assert "反映干部：转纪检监察工委" in office.get(f"/appeals/{said.pk}/").content.decode()
    assert office.post(f"/appeals/{said.pk}/cadre/").status_code == 302
    page = office.get(f"/appeals/{said.pk}/").content.decode()
    assert "已标为反映干部，等纪检监察工委确认" in page
    assert "可以办理的岗位：纪检监察工委。" in page
    report = CadreReport.objects.get()
    log_in(client, discipline)
    sent = client.post(f"/appeals/cadres/{report.pk}/return/", {f"return-{report.pk}-note": "说的是物业公司"})
    assert sent.status_code == 302
    page = log_in(client, street.people["office"]).get(f"/appeals/{said.pk}/").content.decode()
    assert "纪检监察工委退回：不是反映干部，按普通诉求办理。说的是物业公司" in page
    assert (
        "纪检监察工委退回"
        not in log_in(client, street.people["secretary"]).get(f"/appeals/{said.pk}/").content.decode()
    )
    marked(street, said)  # what was sent back may be marked again
    assert CadreReport.objects.get().state == "marked"


def test_whoever_marked_does_not_confirm(street, said, client):
    office = street.people["office"]
    appoint(office, Post.DISCIPLINE, street.units[STREET], starts_on=LONG_AGO, reason="兼")
    report = marked(street, said)
    with pytest.raises(
        StepRefused, match="“标为反映干部”是您办理的，“确认接收”须由另一位同事办理。可以办理的岗位：纪检监察工委。"
    ):
        cadres.confirm(report, office)
    page = log_in(client, office).get("/appeals/cadres/").content.decode()
    assert "“确认接收”须由另一位同事办理" in page
    assert f"/appeals/cadres/{report.pk}/confirm/" not in page
    assert "反映干部的诉求待确认" not in client.get("/").content.decode()


def test_whom_it_is_about_never_meets_it_in_the_discipline_either(street, said, client, discipline):
    colleague = make_user()
    appoint(colleague, Post.DISCIPLINE, street.units[STREET], starts_on=LONG_AGO, reason="任")
    report = marked(street, said, person=discipline)
    log_in(client, discipline)
    assert "BJ700" not in client.get("/appeals/cadres/").content.decode()
    assert client.post(f"/appeals/cadres/{report.pk}/confirm/").status_code == 404
    assert cadres.confirm(report, colleague).to_state == "confirmed"


def rows_of(appeal, **more):
    row = {
        "number": "BJ700",
        "called_at": appeal.called_at,
        "content": WORDS,
        "title": WORDS,
        "place": "东一社区",
        **more,
    }
    return [Cleaned("台账.xlsx", "ledger", [(2, row)], {}, 0, [])]


def test_a_later_file_brings_nothing_back_and_tells_nothing(street, said, discipline):
    root = street.units[STREET]
    confirmed(street, said)
    before = Appeal.objects.values().get(number="BJ700")
    for act in (try_rows, write_rows):
        found = act(rows_of(said, outcome="不满意", grade="urgent"), root)
        assert {name: n for name, n in found.counts.items() if n} == {"rows": 1, "same": 1}
        assert (found.changed, found.unmatched) == ([], [])
    assert Appeal.objects.values().get(number="BJ700") == before
    assert counts(street) == (1, 0)


def test_what_a_batch_once_found_of_it_is_not_told_either(street, said):
    found = {
        "counts": {"rows": 2},
        "changed": [["BJ700", ["标题"]], ["BJ701", ["标题"]]],
        "repeated": [["x", 3, "BJ700"]],
        "unmatched": [],
    }
    batch = AppealImport.objects.create(
        street=street.units[STREET], by=street.people["office"], state="done", found=found
    )
    confirmed(street, said)
    batch.refresh_from_db()
    kept = {"counts": {"rows": 2}, "changed": [["BJ701", ["标题"]]], "repeated": [], "unmatched": []}
    assert batch.found == kept


def test_the_trail_says_that_it_was_done_and_not_to_which(street, said):
    confirmed(street, said)
    events = [e.subject for e in Event.objects.filter(kind="operation")]
    assert [e for e in events if "反映干部" in e] == [
        "槐花街道党建工作协调委员会：标记反映干部的诉求 1 件",
        "槐花街道党建工作协调委员会：纪检监察工委确认接收反映干部的诉求 1 件",
    ]
    assert not any("BJ700" in event for event in events)


def test_the_duty_is_neither_lent_nor_granted_and_no_record_gives_it_by_itself(street, said, discipline):
    assert Duty.CONFIRM not in {*DELEGABLE, *GRANTABLE}
    assert Post.DISCIPLINE.duties.keys() == {Duty.CONFIRM}
    for model in (Appeal, Order, OrderAssignment, WorkLog):
        assert not model.objects.where_user_may(discipline, Duty.CONFIRM).exists()
        assert not model.objects.where_user_may(discipline, Duty.VIEW).exists()


def test_what_is_made_from_a_marked_one_by_hand_made_request_is_refused(street, said, client):
    marked(street, said)
    log_in(client, street.people["office"])
    for page in ("/worklogs/new/", "/orders/new/"):
        assert f'name="appeal" value="{said.pk}"' not in client.get(f"{page}?appeal={said.pk}").content.decode()
    with pytest.raises(ValidationError, match="已回避，留在街道办理"):
        actions.assign(Appeal.objects.get(pk=said.pk), street.people["office"], to_unit=street.units["西村"])


def test_who_could_confirm_is_nobody_where_it_is_about_the_only_one(street, said, client):
    page = lambda: client.get(f"/appeals/{said.pk}/").context["confirmers"]  # noqa: E731
    log_in(client, street.people["office"])
    assert page() == ""
    marked(street, said, person=street.people["discipline"])
    assert page() == "目前没有别的人可以办理，请先请党群办按程序明确人选。"


def test_a_wrong_mark_on_what_one_may_not_mark_shows_nothing(street, said, client):
    actions.recuse(said, street.people["leader"], street.people["office"])
    wrong = {"cadre-person": "999999"}
    told = {}
    for login in ("leader", "office", "commissioner", "secretary"):
        log_in(client, street.people[login])
        told[login] = client.post(f"/appeals/{said.pk}/cadre/", wrong).status_code
    assert told == {"leader": 422, "office": 404, "commissioner": 404, "secretary": 404}
    of_the_centre = make_appeal(street)
    log_in(client, street.people["commissioner"])
    assert client.get(f"/appeals/{of_the_centre.pk}/").status_code == 200
    assert client.post(f"/appeals/{of_the_centre.pk}/cadre/", wrong).status_code == 404
