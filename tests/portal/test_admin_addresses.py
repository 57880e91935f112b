"""Every list of the admin, asked for by what no link of ours says: an answer in Chinese words, and nothing sounded out."""

import html
import re

import pytest
import time_machine

from districts.trail.recording import record_event
from tests.cast import ADMINS, log_in
from tests.portal.admin_addresses import LISTS, admin_pages

WRONG = [
    "nothing=1",
    "id__exact=abc",
    "at__year=abc",
    "at__year=2026&at__month=13",
    "at__gte=foo",
    "at__day=0&at__year=2026",
    "created_at__year=x",
    "kind__exact=foo",
    "kind__isnull=z",
    "state__exact=foo",
    "is_active__exact=x",
    "post=%00",
    "o=zz",
    "o=99",
    "p=abc",
    "p=999",
    "e=1",
    "e=1&at__year=abc",
    "e=1&is_active__exact=x",
    "q=%00",
    "all=x",
    "_popup=1",
    "_to_field=password",
    "_facets=x",
    "actor__password__startswith=a",
    "list_per_page=99999999999999999999",
]
# What an English error page would say; names of people and units of the cast are no words of ours.
ENGLISH = re.compile(
    r"[A-Z][a-z]+(?: [a-z]+){2,}|\b(?:error|invalid|forbidden|request|not found|not allowed)\b", re.IGNORECASE
)


def words_of(response):
    page = re.sub(r"<(script|style|head)\b.*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"<[^>]+>", " ", page)


@pytest.mark.parametrize("login", ADMINS)
@pytest.mark.parametrize("address", LISTS)
def test_a_wrong_query_is_answered_in_chinese(street, client, login, address):
    log_in(client, street.people[login])
    for query in WRONG:
        response = client.get(f"{address}?{query}", follow=True)
        words = words_of(response)
        assert response.status_code in {200, 400, 403}, query
        assert len(re.findall("[一-鿿]", words)) > 10, query
        assert (query, ENGLISH.findall(words)) == (query, [])
        assert "数据库" not in words, query


def test_a_wrong_day_of_the_trail_shows_the_whole_trail_and_says_why(street, client):
    log_in(client, street.people["auditor"])
    for query in ("at__year=abc", "at__year=2026&at__month=13", "at__gte=foo", "e=1&at__year=abc", "kind__exact=%00"):
        answer = client.get(f"/admin/districts/event/?{query}", follow=True)
        assert answer.redirect_chain == [("/admin/districts/event/", 302)]
        assert "网址里的日期或筛选条件不对，下面列出的是全部。" in answer.content.decode()


def test_every_link_of_the_auditors_calendar_opens(street, client):
    for moment in ("2025-12-31 23:30+08:00", "2026-01-01 00:10+08:00", "2026-03-08 10:00+08:00"):
        with time_machine.travel(moment):
            record_event("operation", moment)
    log_in(client, street.people["auditor"])
    seen, waiting = set(), {"?"}
    while waiting:
        link = waiting.pop()
        seen.add(link)
        page = client.get(f"/admin/districts/event/{link}")
        assert (link, page.status_code) == (link, 200)
        found = re.findall(r'href="(\?[^"]*)"', page.content.decode())
        waiting |= {days for days in found if re.fullmatch(r"\?(?:(?:&amp;)?at__\w+=\d+)+", days)} - seen
        waiting = {link.replace("&amp;", "&") for link in waiting} - seen
    assert {"?at__year=2025", "?at__month=3&at__year=2026", "?at__day=8&at__month=3&at__year=2026"} <= seen


def test_a_lookup_that_is_not_offered_leads_back_to_its_list(street, client):
    log_in(client, street.people["auditor"])
    answer = client.get("/admin/districts/user/?phone__startswith=138")
    assert answer.status_code == 400
    assert "这个列表没有网址里写的筛选条件" in answer.content.decode()
    assert 'href="/admin/districts/user/">打开整个列表' in answer.content.decode()


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("get", "/admin/nothing/", 404),
        ("get", "/admin/districts/nothing/", 404),
        ("get", "/admin/r/1/1/", 404),
        ("get", "/admin/logout/", 405),
        ("get", "/admin/districts/job/add/", 403),
        ("post", "/admin/districts/event/1/delete/", 403),
        ("get", "/admin/autocomplete/?app_label=x", 403),
        ("get", "/admin/districts/event/abc/change/", 200),
        ("get", "/admin/districts/event/abc/change/?_to_field=password", 400),
    ],
)
def test_a_refusal_under_the_admin_is_a_page_in_chinese(street, client, method, address, status):
    log_in(client, street.people["auditor"])
    answer = getattr(client, method)(address, follow=True)
    assert answer.status_code == status
    assert len(re.findall("[一-鿿]", words_of(answer))) > 20
    assert ENGLISH.findall(words_of(answer)) == []


@pytest.mark.parametrize("login", ADMINS)
def test_every_page_of_the_admin_reads_in_chinese(street, client, login):
    """The cast's log-ins are Latin words; no other stands on a page but the names of a file's kinds."""
    log_in(client, street.people[login])
    for address in admin_pages(street):
        words = html.unescape(words_of(client.get(address, follow=True)))
        for name in sorted(street.people, key=len, reverse=True):
            words = words.replace(name, "")
        words = re.sub(r"\b[0-9a-f]{32,}\b", "", words)  # a seal
        found = set(re.findall(r"[A-Za-z_]{2,}", words)) - {"xlsx", "Excel", "ID"}
        assert (address, found) == (address, set())
