"""三率 by 小区: the rows add up to the community, and each number opens exactly the records that it counts."""

import html
import re
from datetime import date, timedelta

import pytest

from districts.estates.models import Estate
from partybuilding.appeals.models import Appeal
from partybuilding.appeals.rates.estates import rates_by_estate
from tests.cast import STREET, log_in, make_appeal, text_of

SPAN = (date(2026, 9, 19), date(2026, 10, 18))
DAYS = "since=2026-09-19&until=2026-10-18"
CALLED = {"called_on": date(2026, 10, 5)}
ANSWERED = {"is_valid": True, "is_contacted": True, "satisfaction": "satisfied"}


@pytest.fixture
def places(street):
    """东一社区: 和风里 3 (2 valid, 1 solved, 1 excluded), 晴川里 1, 远香苑 none, one found nowhere; 东二社区 has its own."""
    unit = street.units["东一社区"]
    made = {name: Estate.objects.create(unit=unit, name=name) for name in ("和风里", "晴川里", "远香苑")}
    make_appeal(street, estate=made["和风里"], outcome="solved", **CALLED, **ANSWERED)
    make_appeal(street, estate=made["和风里"], outcome="unsolved", is_excluded=True, **CALLED, **ANSWERED)
    make_appeal(street, estate=made["和风里"], **CALLED)
    make_appeal(street, estate=made["晴川里"], outcome="solved", **CALLED, **ANSWERED)
    make_appeal(street, **CALLED)
    make_appeal(street, estate=made["晴川里"], called_on=SPAN[1] + timedelta(days=1))
    other = Estate.objects.create(unit=street.units["东二社区"], name="棠苑")
    make_appeal(street, "东二社区", estate=other, **CALLED)
    return made


def counted(unit):
    return [
        (estate and estate.name, rates.counts["received"], rates.counts["valid"], adjusted.counts["received"])
        for estate, _, rates, adjusted in rates_by_estate(unit, *SPAN)
    ]


def test_each_place_has_its_counts_and_what_was_found_nowhere_stands_last(street, places):
    make_appeal(street, "西一社区", **CALLED)  # of no place, and not of this unit
    assert counted(street.units["东一社区"]) == [
        ("和风里", 3, 2, 2),
        ("晴川里", 1, 1, 1),
        ("远香苑", 0, 0, 0),
        (None, 1, 0, 1),
    ]
    assert [row[:2] for row in counted(street.units["东中心"])] == [
        ("和风里", 3),
        ("晴川里", 1),
        ("远香苑", 0),
        ("棠苑", 1),
        (None, 1),
    ]
    Estate.objects.filter(name="远香苑").update(ends_on=SPAN[0] - timedelta(days=1))
    assert "远香苑" not in [name for name, *_ in counted(street.units["东一社区"])]


@pytest.mark.parametrize("login", ["office", "commissioner", "secretary"])
def test_every_number_of_a_place_opens_the_records_that_it_counts(street, places, client, login):
    log_in(client, street.people[login])
    unit = street.units["东一社区"]
    page = client.get(f"/appeals/rates/?{DAYS}&unit={unit.pk}").content.decode()
    section = page[page.index('id="estates"') :]
    links = re.findall(r'href="(/appeals/\?[^"]*estate=[^"]*)"[^>]*>\s*(\d+)', section)
    assert len(links) >= 8
    for address, number in links:
        found = client.get(html.unescape(address)).context["page_obj"].paginator.count
        assert found == int(number), address


def test_the_page_offers_the_places_of_a_community_and_hides_those_of_another(street, places, client):
    log_in(client, street.people["secretary"])
    own, other = street.units["东一社区"], street.units["东二社区"]
    page = client.get(f"/appeals/rates/?{DAYS}").content.decode()
    assert (f"unit={own.pk}#estates" in page, 'id="estates"' in page) == (True, False)
    assert "棠苑" not in text_of(client.get(f"/appeals/rates/?{DAYS}&unit={other.pk}"))
    assert 'id="estates"' not in client.get(f"/appeals/rates/?{DAYS}&unit={street.units[STREET].pk}").content.decode()
    assert client.get(f"/appeals/rates/?{DAYS}&unit=x").status_code == 200


def test_what_is_kept_from_somebody_counts_in_no_place(street, places):
    Appeal.objects.filter(estate=places["晴川里"]).update(is_recused=True, unit=street.units[STREET])
    assert ("晴川里", 0, 0, 0) in counted(street.units["东一社区"])
