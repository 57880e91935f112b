"""No page shows a word of the program: names of jobs, fields, codes and errors stay behind their Chinese words."""

import html
import re

import pytest
from django.test import Client

from districts.jobs import words
from districts.jobs.models import Job
from tests.access.seed import seed
from tests.cast import log_in
from tests.portal.admin_addresses import admin_pages
from tests.walking import pages_of
from yuqiao_portal import job_kinds

pytestmark = pytest.mark.one_database
SNAKE = r"\b[a-z]+(?:_[a-z0-9]+)+\b"
PYTHON = r"\b(?:None|True|False|[A-Z][a-z]+[A-Z]\w+|\w+Error|<\w+ object)\b"
ADDRESS = r"(?:https?://[\w.:-]+)?/[\w/.-]*(?:\?[\w=&.%-]*)?"  # printed beside what a sentence rests on
SAID = ("alt", "aria-label", "title", "placeholder", "summary")
# Names of log-ins are users' words; the commands of an operator stand in the help pages and in what is wrong.
COMMANDS = {"incident_pack", "reset_totp", "verify_log", "verify_sheets", "import_appeals", "appeal_rates"}


def shown(page):
    """What somebody reads or hears of a page."""
    page = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    heard = re.findall(rf'\b(?:{"|".join(SAID)})="([^"]*)"', page)
    return html.unescape(" ".join([re.sub(r"<[^>]+>", " ", page), *heard]))


def words_of_the_program(page, names):
    text = re.sub(ADDRESS, "", shown(page))
    for name in names:
        text = text.replace(name, "")
    return set(re.findall(f"{SNAKE}|{PYTHON}", text)) - COMMANDS


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["office", "leader", "secretary", "commissioner", "discipline", "clerk"])
def test_no_page_shows_a_word_of_the_program(login):
    world, client = seed(), Client()
    names = sorted(world.street.people, key=len, reverse=True)
    log_in(client, world.street.people[login])
    found = {address: words_of_the_program(page, names) for address, page in pages_of(client, world)}
    assert {address: told for address, told in found.items() if told} == {}
    assert len(found) > 10


@pytest.mark.parametrize("login", ["sysadmin", "secadmin", "auditor"])
def test_no_page_of_the_administrators_shows_a_word_of_the_program(db, client, login):
    world = seed()
    names = sorted(world.street.people, key=len, reverse=True)
    log_in(client, world.street.people[login])
    for address in [*admin_pages(world.street), "/health/", "/help/", "/second-factor/"]:
        told = words_of_the_program(client.get(address, follow=True).content.decode(), names)
        assert (address, told) == (address, set())


def test_every_kind_of_job_has_words():
    assert set(words.KINDS) == set(job_kinds.KINDS)


def test_a_failure_is_told_in_words_and_never_by_the_name_of_an_error(db, client):
    for failure in (*words.FAILURES, "KeyError", ""):
        assert re.findall("[A-Za-z]", words.failure_in_words(failure)) == []
    Job.objects.create(kind="import_appeals", state="dead", failure="KeyError")
    log_in(client, seed().street.people["sysadmin"])
    page = client.get("/admin/districts/job/").content.decode()
    assert "导入市民诉求" in page
    assert "程序出错，详见服务器日志" in page
    narrowed = client.get("/admin/districts/job/?kind=rollup").content.decode()
    assert "程序出错，详见服务器日志" not in narrowed
