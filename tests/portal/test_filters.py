"""A filter that cannot be read shows nothing and says so; it never shows everything, on no list and in no export."""

import django_filters
import pytest

from partybuilding.appeals.forms import AppealFilter
from partybuilding.matters.logs.forms import WorkLogFilter
from partybuilding.matters.orders.forms import AssignmentFilter
from tests.cast import log_in, make_appeal, make_log, make_order

LISTS = {
    "/orders/": (AssignmentFilter, "清理楼道"),
    "/worklogs/": (WorkLogFilter, "充电棚"),
    "/appeals/": (AppealFilter, "路灯"),
}
CASES = [
    (address, name)
    for address, (kind, _) in LISTS.items()
    for name, one in kind.base_filters.items()
    if not isinstance(one, django_filters.CharFilter | django_filters.BooleanFilter)
]


@pytest.fixture
def rows(street, client):
    make_order(street), make_log(street), make_appeal(street)
    log_in(client, street.people["secretary"])


def test_every_list_has_filters_that_can_be_wrong():
    assert {address: sum(a == address for a, _ in CASES) > 2 for address in LISTS} == dict.fromkeys(LISTS, True)


@pytest.mark.parametrize(("address", "name"), CASES)
def test_a_filter_that_cannot_be_read_shows_nothing_and_says_so(rows, client, address, name):
    mark = LISTS[address][1]
    assert mark in client.get(address).content.decode()
    page = client.get(f"{address}?{name}=foo").content.decode()
    assert (mark in page, 'class="wrong"' in page) == (False, True)
    answer = client.get(f"{address}export/?{name}=foo")
    assert (answer.status_code, answer["Location"]) == (302, f"{address}?{name}=foo")


@pytest.mark.parametrize("address", LISTS)
def test_what_can_be_read_is_shown_and_exported(rows, client, address):
    assert LISTS[address][1] in client.get(f"{address}?unit=").content.decode()
    assert client.get(f"{address}export/?unit=").status_code == 200
