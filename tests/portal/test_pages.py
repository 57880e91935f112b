"""Pages: counts equal the lists that they link to; figures say n/N; headers are strict; costs are literal."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from districts.units.models import Unit
from partybuilding.assessment.periods.months import month_code
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.matters.orders import actions
from tests.access.seed import seed
from tests.cast import log_in, make_log, make_order, share_of, text_of


def links_with_counts(page):
    """[(address, count)] of the workbench's figures and links that show a number."""
    cards = re.findall(r'class="card figure[^"]*"\s+href="([^"]+)"(.*?)</a>', page, re.DOTALL)
    numbers = [(address, re.search(r"<strong>(\d+) <small>", card)) for address, card in cards]
    found = [(address, number[1]) for address, number in numbers if number]
    found += re.findall(r'<a href="(/orders/\?todo=\w+)">\s*\S+ (\d+)\s*</a>', page)
    return [(address.replace("&amp;", "&"), int(count)) for address, count in found]


@pytest.mark.parametrize("login", ["office", "commissioner", "secretary", "lead_secretary", "head", "branch_secretary"])
def test_each_count_links_to_the_list_that_it_counts(db, client, login):
    world = seed()
    late = make_order(world.street, to=("东一社区", "城管科", "东中心"))
    late.assignments.update(due_on=timezone.localdate() - timedelta(days=1))
    log_in(client, world.street.people[login])
    counted = links_with_counts(client.get("/").content.decode())
    assert len(counted) >= 3
    for address, count in counted:
        context = client.get(address).context
        listed = len(context["owed"]) if address == "/owed/" else context["page_obj"].paginator.count
        assert (address, listed) == (address, count)


def test_the_workbench_costs_the_same_with_one_and_three_rows(street, client, django_assert_num_queries):
    log_in(client, street.people["office"])
    make_order(street)
    client.get("/")
    with django_assert_num_queries(21):
        client.get("/")
    make_order(street, to=("东二社区",))
    make_order(street, to=("西一社区", "城管科"))
    with django_assert_num_queries(21):
        client.get("/")


@pytest.mark.parametrize(("address", "queries"), [("/worklogs/", 6), ("/organisation/", 7), ("/standings/", 18)])
def test_pages_cost_the_same_with_one_and_three_rows(street, client, django_assert_num_queries, address, queries):
    log_in(client, street.people["office"])
    make_log(street)
    make_order(street)
    roll_up(month_code(timezone.localdate() + timedelta(days=10)))
    client.get(address)
    with django_assert_num_queries(queries):
        client.get(address)
    for unit, by in [("东二社区", "neighbour"), ("西一社区", "far_secretary")]:
        make_log(street, unit, by)
        make_order(street, to=(unit,))
    roll_up(month_code(timezone.localdate() + timedelta(days=10)))
    with django_assert_num_queries(queries):
        client.get(address)


def test_an_order_page_costs_the_same_with_one_and_three_shares(street, client, django_assert_num_queries):
    log_in(client, street.people["office"])
    one, three = make_order(street), make_order(street, to=("东一社区", "东二社区", "西一社区"))
    client.get(f"/orders/{one.pk}/")
    with django_assert_num_queries(17):
        client.get(f"/orders/{one.pk}/")
    with django_assert_num_queries(17):
        client.get(f"/orders/{three.pk}/")


def test_a_score_opens_down_to_its_records_and_names_what_a_move_took_out_of_sight(street, client):
    from datetime import date

    import time_machine

    from districts.units.tree import move_unit

    with time_machine.travel("2026-10-01 09:00+08:00"):
        for unit in ("东一社区", "东二社区"):
            make_order(street, to=(unit,), by="office", days=10)
    roll_up("2026-10")
    with time_machine.travel("2026-11-20 09:00+08:00"):
        move_unit(street.units["东二社区"], street.units["西中心"], on=date(2026, 11, 5), reason="调整")
        log_in(client, street.people["commissioner"])
        sheet = street.units["东中心"].sheets.get()
        assert "少于最小样本 5 件" in text_of(client.get(f"/standings/sheets/{sheet.pk}/"))
        page = client.get(f"/standings/sheets/{sheet.pk}/orders_on_time/").content.decode()
    assert "按期办结率 0/2" in page
    assert "另有 1 件现属西中心，您无权查看。" in page
    assert page.count('class="row-link"') == 1


def test_ranks_are_for_those_who_see_the_whole_street_unless_the_scheme_opens_them(street, client):
    from partybuilding.assessment.models import SchemeVersion

    roll_up("2026-10")
    shown = {}
    for login in ("leader", "office", "commissioner", "secretary"):
        log_in(client, street.people[login])
        shown[login] = "名次" in client.get("/standings/2026-10/").content.decode()
    assert shown == {"leader": True, "office": True, "commissioner": False, "secretary": False}
    SchemeVersion.objects.update(ranking="street")
    assert "名次" in client.get("/standings/2026-10/").content.decode()


def test_headers_on_pages_downloads_errors_and_redirects(street, client):
    log_in(client, street.people["office"])
    for address in ("/", "/orders/", "/orders/export/", "/nothing-here/", "/healthz/live", "/login/", "/orders/99999/"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert {"no-store", "private"} <= set(headers["Cache-Control"].split(", "))
        assert "HX-Request" in headers["Vary"]


def test_health(client, db):
    assert client.get("/healthz/live").json() == {"status": "ok"}
    assert client.get("/healthz/ready").json() == {"status": "ok"}


def test_unconfirmed_names_and_places_carry_their_badge(db, client):
    from datetime import date

    from districts.posts.appointing import appoint
    from districts.units.loading import load_street
    from tests.cast import make_user

    load_street("districts/data/yuqiao.csv", date(2022, 9, 28))
    someone = make_user()
    root = Unit.objects.get(parent=None)
    appoint(someone, "party_office", root, starts_on=date(2026, 1, 1), reason="任")
    log_in(client, someone)
    page = client.get("/organisation/").content.decode()
    assert ("<b>10</b> 中心（片区）" in page, "<b>24</b> 社区、村" in page) == (True, True)
    assert page.count("示例，待街道确认") == 5 + 5 + 17  # centres' names, villages' names, communities' places
    assert "演示数据，纯属虚构" not in page


def test_a_reported_share_waits_for_its_acceptor_only(street, client):
    share = share_of(make_order(street, by="commissioner", unit="东中心"), "东一社区")
    actions.receive(share, street.people["secretary"])
    actions.report(share, street.people["secretary"], note="好")
    waiting = {}
    for login in ("commissioner", "office", "secretary", "assistant", "far_commissioner"):
        log_in(client, street.people[login])
        waiting[login] = sum(n for _, n, _ in client.get("/").context["today"].links)
    assert waiting == {"commissioner": 1, "office": 1, "secretary": 0, "assistant": 0, "far_commissioner": 0}


def test_the_latest_steps_are_of_ones_own_charge(street, client):
    actions.receive(share_of(make_order(street), "东一社区"), street.people["secretary"])
    told = {}
    for login in ("office", "commissioner", "secretary", "neighbour", "far_commissioner", "stranger"):
        log_in(client, street.people[login])
        told[login] = '<span class="tag">签收</span>' in client.get("/").content.decode()
    assert [login for login, is_told in told.items() if is_told] == ["office", "commissioner", "secretary"]


ODD = ["abc", "1.5", "%00", "99999999999999999999", "0001-01-01", "9999-12-31", "2026-02-30", "-1", "²"]


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_query_is_no_error(street, client, odd):
    roll_up("2026-10")
    log_in(client, street.people["office"])
    query = "&".join(f"{n}={odd}" for n in ("job", "page", "unit", "q", "goal", "order", "on", "year", "state", "todo"))
    query += f"&since={odd}&until={odd}&view={odd}&post={odd}&user={odd}&kind={odd}"
    unit = f"/units/{street.units['东一社区'].pk}/"
    places = ("/organisation/", unit, "/goals/", "/goals/new/", "/appointments/", "/search/", "/owed/", "/")
    for address in ("/standings/", "/orders/", "/orders/new/", "/worklogs/", "/worklogs/new/", *places):
        assert client.get(f"{address}?{query}").status_code in {200, 404}


def test_an_unfinished_month_is_called_so_and_not_ranked(street, client):
    make_order(street, days=0)
    roll_up(f"{timezone.localdate():%Y-%m}")
    log_in(client, street.people["leader"])
    page = client.get(f"/standings/{timezone.localdate():%Y-%m}/").content.decode()
    assert "本月还在进行" in page
    assert "名次" not in page
    assert "待提升" not in page


@pytest.mark.parametrize("address", ["/worklogs/", "/orders/", "/appeals/"])
def test_the_fields_of_a_filter_come_when_asked_for_and_name_only_units_in_view(street, client, address):
    log_in(client, street.people["commissioner"])
    assert "<option" not in client.get(address).content.decode()
    for asked in ("?fields=1", "?open=1", "?since=2026-01-01&due_since=2026-01-01"):
        page = client.get(address + asked).content.decode()
        offered = [name for name in street.units if f">{name}</option>" in page]
        assert offered == ["东中心", "东一社区", "东一支部", "东二社区"], asked
    assert "<h1>" not in client.get(f"{address}?fields=1").content.decode()


def test_a_filter_names_the_units_in_view_and_no_other(street, client):
    log_in(client, street.people["secretary"])
    fields = client.get("/worklogs/?fields=1").content.decode()
    assert re.findall(r">(\S*(?:社区|支部|村|中心|科))</option>", fields) == ["东一社区", "东一支部"]
