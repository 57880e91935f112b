"""Every number that leads to a list: the list has as many rows, whatever else is alike."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine

from tests.cast import log_in, make_appeal

STREET = "槐花街道党建工作协调委员会"
SPAN = "since=2026-10-01&until=2026-10-18"
LEADS = re.compile(r'<a\s[^>]*?href="([^"]+)"[^>]*>\s*(?:<[^>]+>\s*)*(\d+)\s*(?:<|件)')


@pytest.fixture
def calls(street):
    """Alike in all but one thing: a place of a centre's own and of its community, a category that is another's topic."""
    alike = {"item": "上下水", "spot": "和风里", "is_valid": True, "outcome": "solved", "satisfaction": "satisfied"}
    others = [
        {"topic": "上下水", "item": "停车管理"},
        {"spot": "和风里北区"},
        {"is_contacted": False, "outcome": "unsolved", "satisfaction": "basically"},
        {"is_contacted": None},
        {"is_valid": False, "outcome": "", "satisfaction": ""},
        {"is_excluded": True},
    ]
    units = ["东中心", "东一社区", "东二社区", STREET]
    rows = [(unit, {"is_contacted": True, **alike, **other}) for unit in units for other in others]
    rows += [(STREET, {"is_contacted": True, **alike, "is_recused": True})]
    rows += [("东一社区", {"is_contacted": True, **alike})] * 6
    for n, (unit, facts) in enumerate(rows):
        day = date(2026, 10 - n % 2, 5)
        moment = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        make_appeal(street, unit, number=f"BJ{n:03}", called_at=moment, called_on=day, **facts)
    return street


def compared(client, address):
    """[(shown, listed)] of each number in the page's main part that leads to a list."""
    page = client.get(address).content.decode()
    found = []
    for way, shown in LEADS.findall(page[page.index("<main") :]):
        page_obj = client.get(way.replace("&amp;", "&")).context.get("page_obj")
        if page_obj:
            found.append((int(shown), page_obj.paginator.count))
    return found


@pytest.mark.parametrize(("login", "links"), [("office", (32, 9)), ("commissioner", (24, 8)), ("secretary", (8, 4))])
def test_every_number_of_the_rates_and_of_what_is_hot_opens_as_many(calls, client, login, links):
    with time_machine.travel("2026-10-20 09:00+08:00"):
        log_in(client, calls.people[login])
        found = [compared(client, f"/appeals/{page}/?{SPAN}") for page in ("rates", "hot")]
    assert [pair for pairs in found for pair in pairs if pair[0] != pair[1]] == []
    assert tuple(map(len, found)) == links
    print(f"{login}：对照了 {sum(links)} 个数的链接")


@pytest.mark.parametrize("figure", ["1", "1.x", "x.1", "9" * 19 + ".1"])
def test_the_address_of_no_figure_is_refused_in_words(street, client, figure):
    log_in(client, street.people["office"])
    page = client.get("/appeals/", {"figure": figure}).content.decode()
    assert "这个地址不完整，请从报告里重新点开。" in page
