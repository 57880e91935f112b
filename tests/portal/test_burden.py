"""门户负担: what the portal asks is counted for units and months, never for persons or hours, and is never in the way."""

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from districts.burden.counting import count_asked
from districts.burden.models import Asked
from districts.burden.queries import last_months
from districts.inbox.reminding import remind
from districts.posts.appointing import appoint
from districts.posts.models import Appointment, User
from districts.units.tree import merge_units, retire_unit
from partybuilding.matters.logs.models import WorkLog
from tests.cast import LONG_AGO, PASSWORD, build_street, log_in, make_log, make_order, share_of
from tests.uploads import file, log_form, photo
from tests.waiting import while_it_waits
from yuqiao_portal.burden import NOT_ASKED

COLUMNS = ("unit__name", "forms", "fields", "photos", "reminders")


def counted():
    return list(Asked.objects.order_by("month", "unit").values_list(*COLUMNS))


def this_month():
    return timezone.localdate().replace(day=1)


def test_a_form_that_is_taken_counts_for_the_unit_of_its_sender(street, client):
    """The text alone: day, kind and place were guessed, the unit stood there; of the files each one."""
    log_in(client, street.people["secretary"])
    sent = log_form(street, previews="1", category="other", place="东门", photos=[photo(), photo()], files=[file()])
    assert client.post("/worklogs/new/", sent).status_code == 302
    assert counted() == [("东一社区", 1, 1, 3, 0)]
    assert Asked.objects.get().month == this_month()


def test_what_was_corrected_by_hand_is_filled_in(street, client):
    log_in(client, street.people["secretary"])
    sent = log_form(
        street, **{"initial-category": "other"}, category="other", place="东门", corrected=",place,category"
    )
    client.post("/worklogs/new/", sent)
    assert counted() == [("东一社区", 1, 2, 0, 0)]  # the text and the place; the kind is what it was


def test_a_button_is_a_form_without_fields(street, client):
    share = share_of(make_order(street), "东一社区")
    log_in(client, street.people["secretary"])
    client.post(f"/orders/shares/{share.pk}/receive/", {"today": "yes"})
    assert counted() == [("东一社区", 1, 0, 0, 0)]


def test_what_stood_in_the_form_is_not_asked_and_what_is_emptied_is_not_filled_in(street, client):
    log = make_log(street, place="东门")
    log_in(client, street.people["secretary"])
    form = client.get(f"/worklogs/{log.pk}/edit/").context["form"]
    same = {bound.name: bound.value() or "" for bound in form if bound.name not in {"photos", "files"}}
    for changed, fields in (({}, 0), ({"text": "又查看", "category": "visit"}, 2), ({"place": ""}, 0)):
        Asked.objects.all().delete()
        same |= changed
        assert client.post(f"/worklogs/{log.pk}/edit/", same).status_code == 302
        assert counted() == [("东一社区", 1, fields, 0, 0)]
        same["seen_version"] += 1


def test_what_is_refused_or_only_looked_at_is_not_counted(street, client):
    log_in(client, street.people["secretary"])
    for address in ("/", "/worklogs/new/", "/orders/", "/search/?q=路灯"):
        client.get(address)
    assert client.post("/worklogs/new/", {"text": ""}).status_code == 200
    assert client.post("/worklogs/guess/", {"text": "东门"}).status_code == 200
    assert client.post("/orders/shares/99999/receive/").status_code == 404
    assert counted() == []


def test_what_leads_back_with_the_reason_of_a_refusal_is_not_counted(street, client):
    share = share_of(make_order(street), "东一社区")
    log_in(client, street.people["leader"])
    refused = client.post("/orders/accept/", {"rows": []})
    assert (refused.status_code, refused.headers["Location"]) == (302, "/orders/?todo=accept")
    assert "没有勾选待审核的事项。" in client.get("/orders/?todo=accept").content.decode()
    assert counted() == []
    log_in(client, street.people["secretary"])
    client.post(f"/orders/shares/{share.pk}/receive/", {"today": "yes"})
    assert counted() == [("东一社区", 1, 0, 0, 0)]


def test_what_somebody_does_for_themself_is_not_counted_and_the_box_never(street, client):
    client.post("/login/", {"username": "secretary", "password": PASSWORD})
    assert client.post("/voice/", {"to": "office", "text": "表太多", "is_signed": "on"}).status_code == 302
    assert client.post("/inbox/read/").status_code == 302
    new = {"old_password": PASSWORD, "new_password1": "Another-9876", "new_password2": "Another-9876"}
    assert client.post("/password/", new).status_code == 302
    assert client.post("/logout/").status_code == 302
    assert counted() == []


def test_every_address_that_is_left_out_is_one():
    assert set(get_resolver().reverse_dict) >= NOT_ASKED


def test_what_leads_elsewhere_before_it_was_read_is_not_counted(street, client):
    log_in(client, street.people["secretary"])
    User.objects.filter(username="secretary").update(must_change_password=True)
    assert client.post("/worklogs/new/", log_form(street)).headers["Location"] == "/password/"
    assert (counted(), WorkLog.objects.count()) == ([], 0)


def test_an_administrator_fills_in_for_no_unit(street, client):
    log_in(client, street.people["sysadmin"])
    sent = {"day": "2027-02-06", "is_working": "on", "note": "通知"}
    assert client.post("/admin/districts/calendarday/add/", sent).status_code == 302
    assert counted() == []


def test_who_holds_two_posts_fills_in_for_the_first(street, client):
    appoint(street.people["secretary"], "aide", street.units["西中心"], starts_on=LONG_AGO, reason="兼任")
    log_in(client, street.people["secretary"])
    client.post("/worklogs/new/", log_form(street))
    assert counted() == [("西中心", 1, 1, 0, 0)]


def test_forms_add_up_within_a_month_and_a_new_month_begins_anew(street, client):
    with time_machine.travel("2026-11-30 23:50+08:00", tick=False) as clock:
        log_in(client, street.people["secretary"])
        for text in ("一", "二", "三"):
            client.post("/worklogs/new/", log_form(street, text=text))
        clock.shift(timedelta(minutes=20))
        client.post("/worklogs/new/", log_form(street, text="四"))
    rows = Asked.objects.order_by("month").values_list("month", "forms", "fields")
    assert list(rows) == [(date(2026, 11, 1), 3, 3), (date(2026, 12, 1), 1, 1)]


def test_a_form_costs_one_statement_more_and_a_page_none(street, client):
    log_in(client, street.people["secretary"])
    with CaptureQueriesContext(connection) as asked:
        client.post("/worklogs/new/", log_form(street))
        client.post("/worklogs/new/", log_form(street, text="又一条"))
    assert sum("districts_asked" in query["sql"] for query in asked) == 2
    with CaptureQueriesContext(connection) as asked:
        client.get("/worklogs/")
    assert [query["sql"] for query in asked if "districts_asked" in query["sql"]] == []


def test_a_count_that_fails_is_logged_and_takes_nothing_back(street, client, caplog):
    log_in(client, street.people["secretary"])
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE districts_asked RENAME TO elsewhere")
    assert client.post("/worklogs/new/", log_form(street)).status_code == 302
    assert WorkLog.objects.count() == 1
    assert "what the portal asked was not counted" in caplog.text


def test_nothing_of_a_person_or_an_hour_is_kept():
    columns = Asked._meta.get_fields()
    assert [column.name for column in columns if column.is_relation] == ["unit"]
    assert [column.name for column in columns if isinstance(column, models.DateTimeField | models.TimeField)] == []


def test_reminders_are_counted_for_the_unit_whose_people_are_told(street):
    with time_machine.travel("2026-11-02 09:00+08:00", tick=False):
        make_order(street, days=11)
    assert counted() == []  # an order is no reminder
    with time_machine.travel("2026-11-03 09:00+08:00", tick=False):
        assert remind(date(2026, 11, 3)) == 2
        remind(date(2026, 11, 3))
    assert counted() == [("东一社区", 0, 0, 0, 2)]  # its secretary and the deputy, once


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_both_counted():
    unit = build_street().units["东一社区"].pk
    while_it_waits(lambda: count_asked(unit, forms=1), lambda: count_asked(unit, forms=1, fields=4))
    assert counted() == [("东一社区", 2, 4, 0, 0)]


def ask(street, unit, month=None, **numbers):
    count_asked(street.units[unit].pk, **numbers)
    if month:
        Asked.objects.filter(unit=street.units[unit], month=this_month()).update(month=month)


def shown(client, address="/burden/"):
    burden = client.get(address).context["burden"]
    return [(unit.name, numbers["forms"]) for unit, numbers in burden.units]


def test_the_leaders_and_the_office_see_it_and_nobody_else(street, client):
    seen = {}
    for login, person in street.people.items():
        log_in(client, person)
        seen[login] = client.get("/burden/").status_code
        linked = 'href="/burden/"' in client.get("/", follow=True).content.decode()
        assert linked == (seen[login] == 200), login
    assert [login for login, status in seen.items() if status == 200] == ["leader", "office", "stranger"]
    assert set(seen.values()) == {200, 404}


def test_units_stand_in_the_order_of_the_tree_whatever_their_numbers_and_of_ones_own_street_alone(street, client):
    for unit, forms in (("西一社区", 90), ("东一社区", 3), ("外社区", 500)):
        ask(street, unit, forms=forms)
    log_in(client, street.people["leader"])
    assert shown(client) == [("东一社区", 3), ("西一社区", 90)]
    assert "500" not in client.get("/burden/").content.decode()
    log_in(client, street.people["stranger"])
    assert ("外社区", 500) in shown(client)


def test_each_month_is_told_with_its_sum_and_narrows_the_units(street, client):
    months = last_months(timezone.localdate())
    ask(street, "东一社区", month=months[2], forms=4, fields=40, photos=7)
    ask(street, "东二社区", month=months[2], forms=1, reminders=6)
    ask(street, "东一社区", forms=2)
    ask(street, "西村", month=(months[-1] - timedelta(days=1)).replace(day=1), forms=77)  # seven months ago
    log_in(client, street.people["office"])
    told = client.get("/burden/").context["burden"].months
    sums = [(numbers["forms"], numbers["fields"], numbers["photos"], numbers["reminders"]) for _, numbers in told]
    assert [month for month, _ in told] == months
    assert sums == [(2, 0, 0, 0), (0, 0, 0, 0), (5, 40, 7, 6), (0, 0, 0, 0), (0, 0, 0, 0), (0, 0, 0, 0)]
    for query, forms in (
        ("", 6),
        (f"?month={months[2]:%Y-%m}", 4),
        (f"?month={months[1]:%Y-%m}", None),
        ("?month=²", 6),
    ):
        assert dict(shown(client, f"/burden/{query}")).get("东一社区") == forms, query
    assert "没有让谁填过什么" in client.get(f"/burden/?month={months[1]:%Y-%m}").content.decode()
    assert "77" not in client.get("/burden/").content.decode()


def test_the_six_months_reach_over_the_turn_of_the_year():
    months = last_months(date(2027, 2, 28))
    assert [f"{month:%Y-%m-%d}" for month in months] == [
        "2027-02-01", "2027-01-01", "2026-12-01", "2026-11-01", "2026-10-01", "2026-09-01",
    ]  # fmt: skip


def test_a_unit_that_left_is_named_so_while_it_has_numbers(street, client):
    Appointment.objects.filter(unit__in=[street.units[name] for name in ("东二社区", "西村")]).delete()
    ask(street, "东二社区", forms=8)
    merge_units([street.units["东二社区"]], street.units["东一社区"], on=timezone.localdate(), reason="合并")
    retire_unit(street.units["西村"], on=timezone.localdate(), reason="撤销")
    log_in(client, street.people["leader"])
    rows = dict(shown(client))
    assert rows == {"东二社区": 8}
    page = client.get("/burden/").content.decode()
    assert page.count("已撤并") == 1


def test_it_says_that_it_measures_the_portal_and_names_no_person(street, client):
    ask(street, "东一社区", forms=8)
    log_in(client, street.people["leader"])
    main = client.get("/burden/").content.decode().partition("<main")[2]
    assert "这里量的是门户，不是单位" in main
    assert [p.name for p in street.people.values() if p.name in main] == []


def test_the_page_costs_the_same_with_one_and_three_rows(street, client, django_assert_num_queries):
    log_in(client, street.people["office"])
    ask(street, "东一社区", forms=1)
    client.get("/burden/")
    with django_assert_num_queries(6):
        client.get("/burden/")
    ask(street, "东二社区", forms=1)
    ask(street, "西村", month=last_months(timezone.localdate())[1], forms=1)
    with django_assert_num_queries(6):
        client.get("/burden/")
