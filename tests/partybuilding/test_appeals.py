"""Appeals on pages: who sees which, dispatch, recusal, the month's two files, and rates that open down to their orders."""

import io
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from openpyxl import load_workbook

from districts.trail.models import Event
from districts.units.tree import move_unit
from districts.workflow import NotYours
from partybuilding.appeals import actions
from partybuilding.appeals.importing.writing import Cleaned, write_rows
from partybuilding.appeals.models import Appeal, UnitAlias
from partybuilding.appeals.rates.spans import assessment_month, span_before, spans
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import Order
from tests.cast import log_in, make_appeal, make_log, make_order
from tests.partybuilding.workbooks import CALLBACK, LEDGER, callback_row, ledger_row, table

STREET = "槐花街道党建工作协调委员会"


def numbers_on(page):
    return sorted(set(re.findall(r"BJ\d{3}", page.content.decode())))


@pytest.fixture
def appeals(street):
    """One in each place, and two at the street that wait to be dispatched under one strange name."""
    units = ["东一社区", "东二社区", "西一社区", STREET, STREET, "外社区"]
    rows = [make_appeal(street, unit, number=f"BJ{n:03}") for n, unit in enumerate(units)]
    Appeal.objects.filter(number__in=["BJ003", "BJ004"]).update(place="大柳树社区")
    return rows


@pytest.mark.parametrize(
    ("login", "seen"),
    [
        ("office", ["BJ000", "BJ001", "BJ002", "BJ003", "BJ004"]),
        ("commissioner", ["BJ000", "BJ001"]),
        ("secretary", ["BJ000"]),
        ("worker", ["BJ000"]),
        ("branch_secretary", []),
        ("head", []),
        ("stranger", ["BJ005"]),
    ],
)
def test_each_post_sees_its_own(street, appeals, client, login, seen):
    assert numbers_on(log_in(client, street.people[login]).get("/appeals/")) == seen
    book = load_workbook(io.BytesIO(client.get("/appeals/export/").content))
    assert sorted(row[0].value for row in book.active.iter_rows(min_row=2)) == seen


@pytest.mark.parametrize("rows", [1, 3])
def test_pages_cost_the_same_with_one_and_three_rows(street, client, django_assert_num_queries, rows):
    for n in range(rows):
        make_appeal(street, number=f"BJ{n:03}", is_valid=True, is_contacted=True, outcome="solved")
    log_in(client, street.people["office"])
    with django_assert_num_queries(7):
        client.get("/appeals/")
    with django_assert_num_queries(14):
        client.get("/appeals/rates/?since=2020-01-01&until=2030-01-01")


def test_the_most_urgent_stands_first_among_what_is_to_be_done(street, client):
    now = timezone.now()
    make_appeal(street, number="BJ001", due_at=now + timedelta(days=3))
    make_appeal(street, number="BJ002", due_at=now - timedelta(hours=1))
    make_appeal(street, number="BJ003", due_at=now - timedelta(days=9), closed_at=now)
    page = log_in(client, street.people["secretary"]).get("/appeals/?todo=open").content.decode()
    assert page.index("BJ002") < page.index("BJ001")
    assert "BJ003" not in page
    assert numbers_on(client.get("/appeals/?todo=late")) == ["BJ002"]


def test_one_click_dispatches_teaches_the_name_and_takes_its_like_along(street, appeals, client):
    waiting = appeals[3]
    log_in(client, street.people["office"])
    assert numbers_on(client.get("/appeals/?todo=waiting")) == ["BJ003", "BJ004"]
    form = {"assign-to_unit": street.units["西村"].pk, "assign-teach": "on"}
    page = client.post(f"/appeals/{waiting.pk}/assign/", form, follow=True).content.decode()
    assert "已分派给“西村”，连同等待中的同名工单共 2 件。" in page
    assert set(
        Appeal.objects.filter(number__in=["BJ003", "BJ004"]).values_list("unit__name", "placed_by", "state")
    ) == {("西村", "hand", "assigned")}
    assert UnitAlias.objects.get().name == "大柳树"
    step = waiting.steps.get()
    assert (step.verb, step.to_unit.name, step.by.username) == ("assign", "西村", "office")
    assert Event.objects.filter(subject="12345 单位别名：“大柳树”即 西村").count() == 1
    again = [LEDGER, ledger_row(number="BJ003", place="东一社区"), ledger_row(number="BJ009", place="大柳树社区居委会")]
    from partybuilding.appeals.importing.writing import import_files

    import_files([table(*again)], street.units[STREET])
    assert Appeal.objects.get(number="BJ003").unit.name == "西村"  # what a hand placed no file moves
    assert Appeal.objects.get(number="BJ009").unit.name == "西村"


def test_a_name_that_means_a_unit_already_cannot_be_taught(street, client):
    appeal = make_appeal(street, STREET, number="BJ001", place="东二社区")
    log_in(client, street.people["office"])
    form = {"assign-to_unit": street.units["西村"].pk, "assign-teach": "on"}
    response = client.post(f"/appeals/{appeal.pk}/assign/", form)
    assert response.status_code == 409
    assert "“东二社区”已经是一个单位的名称" in response.content.decode()
    assert (UnitAlias.objects.count(), Appeal.objects.get().state) == (0, "waiting")


def test_nobody_dispatches_beyond_their_reach(street, appeals):
    commissioner = street.people["commissioner"]
    with pytest.raises(NotYours):
        actions.assign(appeals[0], commissioner, to_unit=street.units["西一社区"])
    with pytest.raises(NotYours):
        actions.assign(appeals[3], commissioner, to_unit=street.units["东一社区"])
    with pytest.raises(NotYours):
        actions.assign(appeals[0], street.people["office"], to_unit=street.units["外社区"])
    actions.assign(appeals[0], commissioner, to_unit=street.units["东二社区"])
    assert Appeal.objects.get(number="BJ000").unit.name == "东二社区"


def test_a_community_asks_its_centre_and_the_centre_finds_it(street, appeals, client):
    log_in(client, street.people["secretary"])
    refused = client.post(f"/appeals/{appeals[0].pk}/ask_center/", {"ask_center-note": ""})
    assert (refused.status_code, "请写明情况。" in refused.content.decode()) == (422, True)
    note = {"ask_center-note": "产权单位找不到，电话 13812345678"}
    refused = client.post(f"/appeals/{appeals[0].pk}/ask_center/", note)
    assert (refused.status_code, "产权单位找不到" in refused.content.decode()) == (422, True)
    client.post(f"/appeals/{appeals[0].pk}/ask_center/", {"ask_center-note": "产权单位找不到，请片区出面"})
    log_in(client, street.people["commissioner"])
    assert numbers_on(client.get("/appeals/?todo=help")) == ["BJ000"]
    assert "产权单位找不到，请片区出面" in client.get(f"/appeals/{appeals[0].pk}/").content.decode()


def test_whoever_an_appeal_is_about_meets_it_nowhere(street, client):
    about = make_appeal(street, number="BJ001", title="反映书记", is_valid=True, is_contacted=True)
    make_appeal(street, number="BJ002")
    log_in(client, street.people["secretary"])
    assert numbers_on(client.get("/appeals/")) == ["BJ001", "BJ002"]
    office = street.people["office"]
    actions.recuse(about, office, street.people["secretary"])
    actions.recuse(about, office, street.people["leader"])
    for login in ("secretary", "leader"):
        log_in(client, street.people[login])
        assert numbers_on(client.get("/appeals/")) == ["BJ002"]
        assert client.get(f"/appeals/{about.pk}/").status_code == 404
        rates = client.get("/appeals/rates/?since=2020-01-01&until=2030-01-01")
        assert {r.counts["valid"] for _, r, _, _ in rates.context["rows"]} == {0}
        assert numbers_on(client.get("/appeals/?todo=waiting")) == []
    log_in(client, office)
    page = client.get(f"/appeals/{about.pk}/")
    assert "回避" in page.content.decode()
    assert numbers_on(client.get("/appeals/?todo=waiting")) == []
    assert (
        client.post(f"/appeals/{about.pk}/assign/", {"assign-to_unit": street.units["东一社区"].pk}).status_code == 409
    )
    about.refresh_from_db()
    assert (about.unit, about.is_recused) == (street.units[STREET], True)


def test_only_the_street_recuses_and_nobody_themself(street):
    appeal = make_appeal(street)
    with pytest.raises(NotYours):
        actions.recuse(appeal, street.people["commissioner"], street.people["secretary"])
    with pytest.raises(ValidationError, match="反映的是本人"):
        actions.recuse(appeal, street.people["office"], street.people["office"])


def test_rates_open_down_to_their_orders(street, client):
    root = street.units[STREET]
    from partybuilding.appeals.importing.writing import import_files

    rows = [
        callback_row(
            number=f"BJ{n:03}", solved="是" if n < 3 else "否", satisfied="满意" if n < 2 else "基本满意", place="东一"
        )
        for n in range(5)
    ]
    import_files([table(CALLBACK, *rows)], root)
    log_in(client, street.people["commissioner"])
    page = client.get("/appeals/rates/?since=2026-09-19&until=2026-10-18")
    shown = {unit.name: (rates.counts["received"], str(rates.composite)) for unit, rates, _, _ in page.context["rows"]}
    assert shown == {"东中心": (5, "77.6"), "东一社区": (5, "77.6"), "东二社区": (0, "None")}
    text = page.content.decode()
    assert "60.0%" in text
    link = re.search(r'href="(/appeals/\?[^"]*counted=solved)">\s*3\s*</a>', text)[1].replace("&amp;", "&")
    assert numbers_on(client.get(link)) == ["BJ000", "BJ001", "BJ002"]
    move_unit(street.units["东一社区"], street.units["西中心"], on=date(2026, 11, 1), reason="调整")
    page = client.get("/appeals/rates/?since=2026-09-19&until=2026-10-18")
    shown = {unit.name: rates.counts["received"] for unit, rates, _, _ in page.context["rows"]}
    assert shown == {"东中心": 5, "东二社区": 0}  # October's figure stays; its orders are the other centre's now
    assert numbers_on(client.get(link)) == []


def test_the_assessment_month_runs_from_the_19th_to_the_18th():
    assert assessment_month(date(2026, 10, 18)) == (date(2026, 9, 19), date(2026, 10, 18))
    assert assessment_month(date(2026, 12, 19)) == (date(2026, 12, 19), date(2027, 1, 18))
    assert assessment_month(date(2026, 1, 5)) == (date(2025, 12, 19), date(2026, 1, 18))
    assert spans(date(2026, 3, 1))[1:] == [
        ("上考核月", date(2026, 1, 19), date(2026, 2, 18)),
        ("本月", date(2026, 3, 1), date(2026, 3, 1)),
        ("上月", date(2026, 2, 1), date(2026, 2, 28)),
    ]


@pytest.mark.parametrize(
    "query", ["since=x&until=y", "since=2026-10-18&until=2026-10-01", "since=0001-01-01&until=0001-01-02", "since="]
)
def test_an_odd_span_is_told_not_an_error(street, client, query):
    log_in(client, street.people["office"])
    assert client.get(f"/appeals/rates/?{query}").status_code in {200, 422}
    assert client.get(f"/appeals/rates/export/?{query}").status_code == 200
    assert client.get(f"/appeals/hot/?{query}").status_code in {200, 422}
    assert client.get(f"/appeals/?{query}&unit=999999999999&todo=x&counted=y").status_code == 200


def test_no_exported_text_is_a_formula(street, client):
    payloads = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "＝1+1"]
    for n, payload in enumerate(payloads):
        make_appeal(street, number=f"BJ{n:03}", title=payload, content=payload, reply=payload)
    log_in(client, street.people["office"])
    book = load_workbook(io.BytesIO(client.get("/appeals/export/").content))
    cells = [cell for row in book.active.iter_rows(min_row=2) for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "d", "n"}
    assert {cell.value for cell in cells} >= set(payloads)


def test_an_appeal_becomes_an_order_or_a_log_in_one_tap(street, appeals, client):
    appeal = appeals[0]
    log_in(client, street.people["commissioner"])
    page = client.get(f"/appeals/{appeal.pk}/").content.decode()
    assert f'href="/orders/new/?appeal={appeal.pk}"' in page
    given = client.get(f"/orders/new/?appeal={appeal.pk}").context["form"].initial
    assert (given["title"], given["content"], given["lead_unit"]) == (
        "路灯不亮",
        "东门路灯不亮",
        street.units["东一社区"].pk,
    )
    form = {"kind": "task", "unit": street.units["东中心"].pk, "title": "修路灯", "content": "三天", "issue": "1"}
    form |= {"due_on": timezone.localdate(), "lead_unit": street.units["东一社区"].pk, "appeal": appeal.pk}
    client.post("/orders/new/", form)
    assert Order.objects.get(title="修路灯").came_from.appeal == appeal
    log_in(client, street.people["secretary"])
    assert "路灯不亮：" in client.get(f"/worklogs/new/?appeal={appeal.pk}").content.decode()
    log = {
        "text": "已报修",
        "happened_on": timezone.localdate(),
        "unit": street.units["东一社区"].pk,
        "appeal": appeal.pk,
    }
    assert client.post("/worklogs/new/", log).headers["Location"] == f"/appeals/{appeal.pk}/"
    page = client.get(f"/appeals/{appeal.pk}/").content.decode()
    assert ("修路灯" in page, "已报修" in page) == (True, True)


@pytest.mark.parametrize("address", ["/orders/new/", "/worklogs/new/"])
def test_no_appeal_out_of_reach_is_shown_or_taken(street, appeals, client, address):
    far = appeals[2]
    Appeal.objects.filter(pk=far.pk).update(title="西边的事", content="西边的事")
    log_in(client, street.people["secretary"])
    for named in (far.pk, "x", "99999999999999999999", ""):
        assert "西边的事" not in client.get(f"{address}?appeal={named}").content.decode()
    form = {"text": "一条", "happened_on": timezone.localdate(), "unit": street.units["东一社区"].pk, "appeal": far.pk}
    form |= {"kind": "task", "title": "事", "content": "办", "due_on": timezone.localdate()}
    form |= {"lead_unit": street.units["东一支部"].pk, "issue": "1"}
    response = client.post(address, form)
    assert response.status_code == 200
    assert "appeal" in response.context["form"].errors
    assert (Order.objects.count(), WorkLog.objects.count()) == (0, 0)


def test_hot_categories_places_and_what_comes_again(street, client):
    def call(day, n, unit="东一社区", **said):
        at = datetime(2026, 10, day, 1, tzinfo=UTC)  # nine in the morning in Beijing
        return make_appeal(street, unit, number=f"BJ{day:02}{n}", called_at=at, called_on=at.date(), **said)

    for n in range(5):
        call(12, n, item="温度不达标", spot="3号楼")  # a Monday
    call(5, 0, item="温度不达标")
    call(13, 0, item="占道停车", spot="东门")
    call(13, 1, "西一社区", item="别处的事")
    log_in(client, street.people["commissioner"])
    page = client.get("/appeals/hot/?since=2026-10-08&until=2026-10-14")
    assert [[(label, now, before) for label, _, now, before in rows] for _, rows in page.context["tables"]] == [
        [("温度不达标", 5, 1), ("占道停车", 1, 0)],
        [("东一社区 3号楼", 5, 0), ("东一社区 东门", 1, 0)],
    ]
    for _, rows in page.context["tables"]:
        for _, query, now, _ in rows:
            found = client.get(f"/appeals/?{query}&since=2026-10-08&until=2026-10-14")
            assert len(found.context["appeals"]) == now
    latest = Appeal.objects.filter(item="温度不达标").order_by("-pk").first().pk
    assert [found[:4] for found in page.context["again"]] == [("东一社区", "温度不达标", 6, latest)]
    morning = dict(page.context["heat"])["9—12 时"]
    assert morning == [(5, 4), (1, 1), (0, 0), (0, 0), (0, 0), (0, 0), (0, 0)]
    assert "别处的事" not in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_an_appeal_costs_the_same_with_one_and_three_rows(street, client, django_assert_num_queries, rows):
    appeal = make_appeal(street)
    for n in range(rows):
        actions.write_note(appeal, street.people["secretary"], note=f"第{n}笔")
        make_log(street, appeal=appeal)
        make_order(street, appeal=appeal)
    log_in(client, street.people["office"])
    with django_assert_num_queries(29):
        client.get(f"/appeals/{appeal.pk}/")


def test_of_an_extreme_case_only_the_number_is_kept_also_after_the_next_file(street, client):
    appeal = make_appeal(street, number="BJ900", spot="3号楼", reply="已劝解", caller="王**", outcome="solved")
    log_in(client, street.people["secretary"])
    assert client.post(f"/appeals/{appeal.pk}/seal/").status_code == 404
    log_in(client, street.people["office"])
    assert client.post(f"/appeals/{appeal.pk}/seal/").status_code == 302
    row = {
        "number": "BJ900",
        "called_at": appeal.called_at,
        "content": "又写回来",
        "title": "又写回来",
        "spot": "3号楼",
    }
    write_rows([Cleaned("x.xlsx", "ledger", [(2, row)], {}, 0, [])], street.units[STREET])
    appeal.refresh_from_db()
    kept = (appeal.title, appeal.content, appeal.spot, appeal.reply, appeal.caller, appeal.place)
    assert (appeal.number, appeal.is_sealed, kept) == ("BJ900", True, ("",) * 6)


def test_appeals_are_found_by_the_one_box_within_sight(street, client):
    make_appeal(street, number="BJ901", title="充电棚漏雨")
    make_appeal(street, "西一社区", number="BJ902", title="充电棚断电")
    log_in(client, street.people["secretary"])
    kinds = {noun.key: rows for noun, rows in client.get("/search/?q=充电棚").context["kinds"]}
    assert {key: [a.number for a in rows] for key, rows in kinds.items()} == {"appeal": ["BJ901"]}


@pytest.mark.parametrize(
    ("span", "before"),
    [
        (("2026-09-19", "2026-10-18"), ("2026-08-19", "2026-09-18")),
        (("2026-10-01", "2026-10-31"), ("2026-09-01", "2026-09-30")),
        (("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        (("2026-10-05", "2026-10-07"), ("2026-10-02", "2026-10-04")),
    ],
)
def test_a_span_is_compared_with_its_like(span, before):
    days = [date.fromisoformat(day) for day in (*span, *before)]
    assert span_before(*days[:2]) == tuple(days[2:])


def test_rates_show_their_change_and_the_months_their_calls(street, client):
    for day, outcome in [(date(2026, 9, 5), "unsolved"), (date(2026, 10, 5), "solved")]:
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
        rated = {"is_valid": True, "is_contacted": True, "outcome": outcome, "satisfaction": "satisfied"}
        make_appeal(street, called_at=moment, called_on=day, **rated)
    log_in(client, street.people["leader"])
    page = client.get("/appeals/rates/?since=2026-10-01&until=2026-10-31")
    assert {u.name: str(change) for u, _, _, change in page.context["rows"] if change is not None} == {
        STREET: "50.0",
        "东中心": "50.0",
        "东一社区": "50.0",
    }
    assert "较上期 +50.0" in page.content.decode()
    months = client.get("/appeals/hot/?since=2026-10-01&until=2026-10-31").context["months"]
    assert (len(months), months[-2:]) == (12, [(date(2026, 9, 1), 1, 0), (date(2026, 10, 1), 1, 1)])
