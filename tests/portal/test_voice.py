"""投诉建议: everybody may speak, unsigned unless they sign; who is addressed reads it and answers once; nobody else sees a word."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.apps import apps
from django.contrib import admin
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from gunicorn.config import Config

from districts.inbox.models import Notice
from districts.posts.lending import delegate_post
from districts.voice.actions import answer, say
from districts.voice.models import Suggestion
from tests.cast import STREET, build_street, log_in, text_of
from tests.private_ones import PHONE
from tests.waiting import while_it_waits
from yuqiao_portal.operations.server_log import ScrubbedLogger

SAME = "同样的内容今天已经收到，没有重复保存。"


def spoken(street, text, to="office", author=None, unit=STREET):
    return say(text, to=to, street=street.units[unit], author=street.people.get(author))


def texts(client, address="/voice/read/"):
    response = client.get(address)
    return [said.text for said in response.context["page_obj"]] if response.status_code == 200 else response.status_code


def rows_of_everything():
    return {model.__name__: model._base_manager.count() for model in apps.get_models()}


@pytest.fixture
def three(street):
    """To the office, to the leaders, and to the leaders of the other street."""
    spoken(street, "给办公室")
    spoken(street, "给领导", to="leaders")
    spoken(street, "给外街道", to="leaders", unit="外街道党建工作协调委员会")
    return street


def test_each_is_read_by_those_it_is_addressed_to_and_by_nobody_else(three, client):
    found = {}
    for login, person in three.people.items():
        log_in(client, person)
        found[login] = texts(client)
    readers = {"office": ["给办公室"], "leader": ["给领导"], "stranger": ["给外街道"]}
    assert found == dict.fromkeys(three.people, 404) | readers
    for login in ("leader", "commissioner", "auditor", "sysadmin"):
        log_in(client, three.people[login])
        office = Suggestion.objects.get(text="给办公室")
        assert client.get(f"/voice/{office.pk}/").status_code == 404, login
        assert client.post(f"/voice/{office.pk}/answer/", {"text": "好"}).status_code == 404, login


def test_a_lent_post_reads_nothing(three, client):
    today = timezone.localdate()
    post = three.people["office"].appointments.get()
    delegate_post(post, three.people["worker"], starts_on=today, ends_on=today, reason="出差")
    log_in(client, three.people["worker"])
    assert client.get("/orders/new/").status_code == 200  # what is lent gives other things
    assert texts(client) == 404
    assert client.get(f"/voice/{Suggestion.objects.get(text='给办公室').pk}/").status_code == 404


def test_no_administrator_meets_a_word_and_no_history_keeps_one():
    assert Suggestion not in admin.site._registry
    assert not auditlog.contains(Suggestion)


@pytest.mark.parametrize("login", ["secretary", "discipline", "clerk", "leader", "lead_secretary"])
def test_the_way_to_the_box_is_on_every_page_in_both_menus(street, client, login):
    log_in(client, street.people[login])
    for address in ("/", "/inbox/", "/help/", "/me/", "/voice/", "/organisation/"):
        page = text_of(client.get(address))
        assert page.partition('<nav class="side"')[2].partition("</nav>")[0].count('href="/voice/"') == 1, address
        assert page.partition('<div class="account-menu">')[2].partition("</div>")[0].count('href="/voice/"') == 1


def test_who_holds_no_post_has_no_box(street, client):
    log_in(client, street.people["sysadmin"])
    assert (client.get("/voice/").status_code, client.post("/voice/", {}).status_code) == (404, 404)
    client.logout()
    assert client.get("/voice/").headers["Location"].startswith("/login/")


def test_of_whoever_does_not_sign_nothing_at_all_is_written(street, client):
    log_in(client, street.people["secretary"])
    client.get("/voice/")
    before = rows_of_everything()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = client.post("/voice/", {"to": "office", "text": "同样的表报三次", "once": "x" * 32})
    assert (response.status_code, response.headers["Location"]) == (302, "/voice/")
    written = [q["sql"] for q in asked if q["sql"].lstrip().startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql.split('"')[1] for sql in written] == ["districts_suggestion"]
    after = rows_of_everything()
    assert {name: after[name] - n for name, n in before.items() if after[name] != n} == {"Suggestion": 1}
    said = Suggestion.objects.get()
    assert (said.author, said.answered_by, said.street.name) == (None, None, STREET)
    assert said.said_on == timezone.localdate()
    assert LogEntry.objects.filter(object_repr__contains="投诉").count() == 0


def test_no_column_of_it_holds_an_hour_or_a_second_person():
    columns = Suggestion._meta.get_fields()
    assert [c.name for c in columns if isinstance(c, models.DateTimeField | models.TimeField)] == []
    people = [c.name for c in columns if c.is_relation and c.related_model.__name__ in {"User", "Appointment"}]
    assert people == ["author", "answered_by"]


def test_what_is_said_is_for_the_street_of_the_first_post(street, client):
    for login, root in (("secretary", STREET), ("strange_secretary", "外街道党建工作协调委员会"), ("office", STREET)):
        log_in(client, street.people[login])
        client.post("/voice/", {"to": "leaders", "text": f"{login}说"})
        assert Suggestion.objects.get(text=f"{login}说").street.name == root


def test_the_page_says_what_became_of_it_and_that_nobody_can_be_answered_who_did_not_sign(street, client):
    log_in(client, street.people["secretary"])
    page = client.post("/voice/", {"to": "leaders", "text": "会太多"}, follow=True).content.decode()
    assert "已经交给街道领导。没有署名，门户没有记下是谁说的，所以不能单独答复您。" in page
    assert "会太多" not in page
    page = client.post("/voice/", {"to": "office", "text": "表太多", "is_signed": "on"}, follow=True).content.decode()
    assert "已经交给党群办。答复后您会收到消息，也列在下面。" in page
    assert "表太多" in page


def test_the_very_same_on_the_same_day_is_kept_once(street, client):
    log_in(client, street.people["secretary"])
    sent = {"to": "office", "text": "表太多"}
    assert SAME not in client.post("/voice/", sent, follow=True).content.decode()
    assert SAME in client.post("/voice/", sent, follow=True).content.decode()
    assert Suggestion.objects.count() == 1
    for other in ({"to": "leaders"}, {"text": "表还是太多"}, {"is_signed": "on"}):
        assert SAME not in client.post("/voice/", sent | other, follow=True).content.decode()
    log_in(client, street.people["strange_secretary"])
    assert SAME not in client.post("/voice/", sent, follow=True).content.decode()
    with time_machine.travel(timezone.now() + timedelta(days=1)):
        log_in(client, street.people["secretary"])
        assert SAME not in client.post("/voice/", sent, follow=True).content.decode()
    assert Suggestion.objects.count() == 6


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"to": "office", "text": " "}, "请写下您要说的。"),
        ({"text": "表太多"}, "请选择给党群办还是给街道领导。"),
        ({"to": "office", "text": "多" * 1001}, "写了 1,001 字，最多 1,000 字，请删去 1 字或分成几条。"),
        ({"to": "office", "text": f"请打 {PHONE}"}, "像电话号码"),
    ],
)
def test_what_is_refused_is_said_in_words_and_stays_typed(street, client, sent, said):
    log_in(client, street.people["secretary"])
    response = client.post("/voice/", sent)
    page = response.content.decode()
    assert (response.status_code, said in page, sent["text"].strip() in page) == (422, True, True)
    assert Suggestion.objects.count() == 0


def test_who_signed_sees_the_answer_at_the_box_and_is_told(street, client):
    said, other = spoken(street, "表太多", author="secretary"), spoken(street, "会太多", author="worker")
    log_in(client, street.people["office"])
    assert "名secretary署名" in text_of(client.get("/voice/read/"))
    response = client.post(f"/voice/{said.pk}/answer/", {"text": "下月起合并成一张"})
    assert (response.status_code, response.headers["Location"]) == (302, "/voice/read/")
    told = Notice.objects.get()
    assert (told.person.username, told.label, told.by.username, told.unit.name) == (
        "secretary",
        "已答复",
        "office",
        STREET,
    )
    log_in(client, street.people["secretary"])
    box = client.get("/voice/").content.decode()
    assert ("名office答复：下月起合并成一张" in box, "表太多" in box, "会太多" in box) == (True, True, False)
    assert client.get(f"/inbox/{told.pk}/").headers["Location"] == f"/voice/{said.pk}/"
    page = text_of(client.get(f"/voice/{said.pk}/"))
    assert ("下月起合并成一张" in page, "/answer/" in page) == (True, False)
    assert client.get(f"/voice/{other.pk}/").status_code == 404
    assert "给党群办的投诉建议" in client.get("/inbox/").content.decode()


def test_who_did_not_sign_is_told_nothing(street):
    answer(spoken(street, "表太多"), street.people["office"], text="已合并")
    assert Notice.objects.count() == 0


def test_an_answer_is_given_once_by_a_reader(street, client):
    said = spoken(street, "表太多", author="secretary")
    log_in(client, street.people["secretary"])
    for text in ("自己答", ""):
        assert client.post(f"/voice/{said.pk}/answer/", {"text": text}).status_code == 404
    log_in(client, street.people["office"])
    empty = client.post(f"/voice/{said.pk}/answer/", {"text": ""})
    assert (empty.status_code, "请写下答复。" in empty.content.decode()) == (422, True)
    client.post(f"/voice/{said.pk}/answer/", {"text": "已合并"})
    again = client.post(f"/voice/{said.pk}/answer/", {"text": "又合并"})
    page = again.content.decode()
    assert (again.status_code, "这一件已经答复过，只能答复一次" in page, "又合并" in page) == (409, True, True)
    said.refresh_from_db()
    assert (said.state, said.answer, said.answered_by.username) == ("answered", "已合并", "office")
    assert said.answered_on == timezone.localdate()


def test_the_number_on_the_first_page_is_that_of_the_list(three, client):
    spoken(three, "再给办公室", author="leader")
    spoken(three, "署名给领导", to="leaders", author="office")
    found = {}
    for login in ("office", "leader", "secretary"):
        log_in(client, three.people[login])
        rows = [row for _, row in client.get("/").context["today"].rows]
        found[login] = [row.row["key"] for row in rows if getattr(row, "kind", None) and row.kind.code == "voice"]
        assert client.get("/voice/read/").status_code == (404 if login == "secretary" else 200)
    assert found == {"office": [2], "leader": [2], "secretary": []}
    log_in(client, three.people["office"])
    assert client.get("/voice/read/").context["page_obj"].paginator.count == 2
    for said in Suggestion.objects.filter(to="office"):
        answer(said, three.people["office"], text="好")
    assert "投诉建议待处理" not in client.get("/").content.decode()
    assert texts(client) == []
    assert texts(client, "/voice/read/?show=all") == ["再给办公室", "给办公室"]


def test_what_waits_longest_stands_first(street, client):
    for text in ("一", "二", "三"):
        spoken(street, text)
    log_in(client, street.people["office"])
    assert (texts(client), texts(client, "/voice/read/?show=all")) == (["一", "二", "三"], ["三", "二", "一"])


def test_the_auditor_sees_how_many_and_how_long_and_no_word(three, client):
    with time_machine.travel(timezone.now() - timedelta(days=9)):
        spoken(three, "九天前")
        answer(spoken(three, "答过的", to="leaders"), three.people["leader"], text="好的")
    answer(Suggestion.objects.get(text="给外街道"), three.people["stranger"], text="好的")
    log_in(client, three.people["auditor"])
    page = client.get("/voice/numbers/")
    told = [(t.street, t.to, t.number, t.waiting, t.days) for t in page.context["tallies"]]
    assert told == [
        (STREET, "党群办", 2, 2, 9),
        (STREET, "街道领导", 2, 1, 0),
        ("外街道党建工作协调委员会", "街道领导", 1, 0, None),
    ]
    words = ("给办公室", "给领导", "给外街道", "九天前", "答过的", "好的")
    assert [word for word in words if word in page.content.decode()] == []
    assert 'href="/voice/numbers/"' in client.get("/admin/").content.decode()
    for login in ("sysadmin", "secadmin", "office", "leader"):
        log_in(client, three.people[login])
        assert client.get("/voice/numbers/").status_code == 404, login
    log_in(client, three.people["sysadmin"])
    assert "/voice/" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize(("address", "login", "queries"), [("/voice/read/", "office", 6), ("/voice/", "secretary", 6)])
def test_lists_cost_the_same_with_one_and_three_rows(
    street, client, django_assert_num_queries, address, login, queries
):
    log_in(client, street.people[login])
    spoken(street, "一", author="secretary")
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)
    for text, author in (("二", "secretary"), ("三", "secretary")):
        answer(spoken(street, text, author=author), street.people["office"], text="好")
        spoken(street, f"还有{text}", author="worker")
    with django_assert_num_queries(queries):
        client.get(address)


@pytest.mark.parametrize(
    ("path", "referer", "lines"),
    [
        ("/voice/", "", 0),
        ("/orders/", "https://portal.example.gov.cn/voice/?page=2", 0),
        ("/voice/7/answer/", "", 1),
        ("/orders/", "https://portal.example.gov.cn/voice/7/", 1),
    ],
)
def test_the_web_servers_lines_of_access_leave_the_box_out(path, referer, lines, tmp_path):
    config = Config()
    config.set("accesslog", str(tmp_path / "access.log"))
    log = ScrubbedLogger(config)
    environ = {"PATH_INFO": path, "HTTP_REFERER": referer, "REMOTE_ADDR": "10.1.2.3", "REQUEST_METHOD": "POST"}
    environ |= {"RAW_URI": path, "SERVER_PROTOCOL": "HTTP/1.1"}
    response = SimpleNamespace(status="302 Found", sent=0, headers=[])
    log.access(response, SimpleNamespace(headers=[]), environ, timedelta(seconds=1))
    assert (tmp_path / "access.log").read_text(encoding="utf-8").count("10.1.2.3") == lines


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_are_one():
    street = build_street()
    second = while_it_waits(lambda: spoken(street, "同时"), lambda: spoken(street, "同时"))
    assert (second, Suggestion.objects.count()) == (None, 1)
