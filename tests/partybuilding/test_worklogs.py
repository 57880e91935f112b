"""Work logs: found by words, unit and day; exported through the same filter; kept to their author."""

import io
from datetime import date, timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from districts.posts.appointing import dismiss
from districts.workflow import NotYours
from partybuilding.matters.logs.actions import edit_log, write_log
from partybuilding.matters.logs.forms import loggable_units
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders import actions
from tests.cast import log_in, make_log, make_order, share_of


@pytest.fixture
def logs(street):
    make_log(street, "东一社区", "secretary", text="查看充电棚", place="北门", happened_on=date(2026, 5, 6))
    make_log(street, "东二社区", "neighbour", text="清理堆物", place="充电棚旁", happened_on=date(2026, 5, 7))
    make_log(street, "西一社区", "far_secretary", text="充电棚选址", happened_on=date(2026, 5, 8))
    make_log(street, "东中心", "commissioner", text="调研", happened_on=date(2026, 5, 9))
    return street


def shown(client, query):
    return [log.text for log in client.get(f"/worklogs/?{query}").context["logs"]]


@pytest.mark.parametrize(
    ("login", "query", "texts"),
    [
        ("office", "", ["调研", "充电棚选址", "清理堆物", "查看充电棚"]),
        ("office", "q=充电棚", ["充电棚选址", "清理堆物", "查看充电棚"]),
        ("office", "since=2026-05-07&until=2026-05-08", ["充电棚选址", "清理堆物"]),
        ("commissioner", "q=充电棚", ["清理堆物", "查看充电棚"]),
        ("commissioner", "mine=on", ["调研"]),
        ("secretary", "", ["查看充电棚"]),
        ("worker", "q=充电棚", ["查看充电棚"]),
        ("head", "", []),
        ("stranger", "", []),
    ],
)
def test_the_list_finds_what_one_may_see(logs, client, login, query, texts):
    log_in(client, logs.people[login])
    assert shown(client, query) == texts


def test_a_centre_in_the_filter_means_what_lies_below_it_too(logs, client):
    log_in(client, logs.people["office"])
    assert shown(client, f"unit={logs.units['东中心'].pk}") == ["调研", "清理堆物", "查看充电棚"]


def test_the_export_follows_the_filter_and_the_gate(logs, client):
    log_in(client, logs.people["commissioner"])
    book = load_workbook(io.BytesIO(client.get("/worklogs/export/?q=充电棚").content))
    rows = [[c.value for c in row] for row in book.active.iter_rows()]
    assert rows[0] == ["日期", "单位", "类别", "地点", "做了什么", "为哪件事", "记录人", "代何人"]
    assert [row[1:] for row in rows[1:]] == [
        ["东二社区", "其他", "充电棚旁", "清理堆物", None, "名neighbour", None],
        ["东一社区", "其他", "北门", "查看充电棚", None, "名secretary", None],
    ]


def test_an_export_names_no_order_that_the_reader_may_not_see(street, client):
    """A log of the secretary serves an order of another unit's: its number stays out of the worker's file."""
    order = make_order(street, to=("西一社区",))
    make_log(street, "东一社区", "secretary", order=order)
    log_in(client, street.people["worker"])
    book = load_workbook(io.BytesIO(client.get("/worklogs/export/").content))
    assert book.active["F2"].value in (None, "")
    page = client.get(f"/worklogs/{WorkLog.objects.get().pk}/").content.decode()
    assert order.number not in page


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "＝1+1", "\r=1", "带\x0b控制符"])
def test_no_text_becomes_a_formula(street, client, text):
    make_log(street, text=text)
    log_in(client, street.people["secretary"])
    cell = load_workbook(io.BytesIO(client.get("/worklogs/export/").content)).active["E2"]
    assert cell.data_type == "s"
    assert cell.value.strip() == text.replace("\x0b", "").strip()


def test_only_the_author_corrects_a_log_and_only_where_they_still_may_log(street):
    log = make_log(street)
    fields = {"text": "改", "happened_on": log.happened_on, "place": "", "order": None}
    for other in ("deputy", "worker", "commissioner", "leader"):
        with pytest.raises(NotYours):
            edit_log(log, 1, street.people[other], unit=log.unit, **fields)
    with pytest.raises(NotYours):
        edit_log(log, 1, street.people["secretary"], unit=street.units["东二社区"], **fields)
    assert edit_log(log, 1, street.people["secretary"], unit=log.unit, **fields).text == "改"


def test_nobody_logs_in_a_unit_that_is_not_theirs(street):
    for login, unit in [
        ("secretary", "东二社区"),
        ("lead_secretary", "东一社区"),
        ("head", "民政科"),
        ("stranger", "东一社区"),
    ]:
        with pytest.raises(NotYours):
            write_log(street.people[login], unit=street.units[unit], happened_on=date(2026, 5, 6), text="越界")
    assert WorkLog.objects.count() == 0


def test_a_closed_order_is_no_longer_offered(street, client):
    order = make_order(street)
    log_in(client, street.people["secretary"])
    assert list(client.get("/worklogs/new/").context["form"].fields["order"].queryset) == [order]
    share = share_of(order, "东一社区")
    actions.receive(share, street.people["secretary"])
    actions.report(share, street.people["secretary"], note="好")
    actions.accept(share, street.people["office"])
    assert list(client.get("/worklogs/new/").context["form"].fields["order"].queryset) == []


def test_a_log_is_prefilled_for_the_order_one_comes_from(street, client):
    order = make_order(street)
    log_in(client, street.people["secretary"])
    assert f'<option value="{order.pk}" selected>' in client.get(f"/worklogs/new/?order={order.pk}").content.decode()


def test_a_log_is_corrected_by_its_author_while_the_post_lasts(street, client):
    log = make_log(street)
    log_in(client, street.people["commissioner"])
    assert client.get(f"/worklogs/{log.pk}/").context["can_edit"] is False
    secretary = street.people["secretary"]
    log_in(client, secretary)
    assert client.get(f"/worklogs/{log.pk}/").context["can_edit"] is True
    assert list(WorkLog.objects.editable_by(secretary)) == [log]
    dismiss(secretary.appointments.get(), on=timezone.localdate() - timedelta(days=1), reason="免")
    assert list(WorkLog.objects.editable_by(secretary)) == []


def test_a_log_is_written_at_and_below_ones_posts(street):
    names = lambda login: [unit.name for unit in loggable_units(street.people[login])]  # noqa: E731
    assert names("secretary") == ["东一社区", "东一支部"]
    assert names("worker") == ["东一社区", "东一支部"]
    assert names("commissioner") == ["东中心", "东一社区", "东一支部", "东二社区"]
