"""Pages of long lists: whatever number is asked for leads to a page that there is."""

import pytest
from django.urls import get_resolver
from django.views.generic import ListView

from districts.records.paging import PagedList
from partybuilding.matters.logs.models import WorkLog
from tests.cast import log_in, make_log


def classes_of_views(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from classes_of_views(pattern.url_patterns)
        elif hasattr(pattern.callback, "view_class"):
            yield pattern.callback.view_class


@pytest.mark.parametrize(
    ("asked", "number", "rows"),
    [
        ("2", 2, 3),
        ("3", 2, 3),
        ("999999999999", 2, 3),
        ("last", 2, 3),
        ("0", 2, 3),
        ("-1", 2, 3),
        ("x", 1, 50),
        ("", 1, 50),
    ],
)
def test_a_number_past_the_end_leads_to_the_last_page(street, client, asked, number, rows):
    log = make_log(street)
    WorkLog.objects.bulk_create(copy_of(log) for _ in range(52))
    log_in(client, street.people["office"])
    answer = client.get(f"/worklogs/?page={asked}")
    assert answer.status_code == 200
    assert (answer.context["page_obj"].number, len(answer.context["page_obj"])) == (number, rows)
    assert f"第 {number} / 2 页，共 53 条" in answer.content.decode()


def copy_of(log):
    copy = WorkLog.objects.get(pk=log.pk)
    copy.pk, copy._state.adding = None, True
    return copy


@pytest.mark.parametrize(
    "address",
    [
        "/worklogs/",
        "/orders/",
        "/appeals/",
        "/goals/",
        "/appeals/reports/",
        "/appeals/topics/",
        "/standings/objections/",
        "/standings/surveys/",
        "/standings/adjustments/",
    ],
)
def test_no_list_answers_that_a_page_is_missing(street, client, address):
    log_in(client, street.people["office"])
    assert client.get(f"{address}?page=7").status_code == 200


def test_every_list_view_is_such_a_list():
    lists = [view for view in classes_of_views(get_resolver().url_patterns) if issubclass(view, ListView)]
    assert len(lists) >= 4
    assert [view for view in lists if not issubclass(view, PagedList)] == []
