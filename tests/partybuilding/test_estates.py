"""小区: which one an appeal speaks of, who serves it on the day of the call, and who keeps all that."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.estates.models import Estate
from districts.trail.models import Event
from districts.workflow import NotYours
from partners.organisations.actions import end_serving, serve, serving_on
from partners.organisations.models import OFFICE_PHONE, Organisation, Serving
from partybuilding.appeals import actions
from partybuilding.appeals.estates.matching import which_estate
from partybuilding.appeals.importing.writing import import_files
from partybuilding.appeals.models import Appeal
from tests.cast import LONG_AGO, STREET, log_in, make_appeal, text_of
from tests.partybuilding.workbooks import LEDGER, ledger_row, table

DAY = date(2026, 10, 5)
UNIT = SimpleNamespace(name="和风里社区")


def known(*rows):
    """Estates of 和风里社区 that no database holds: ids from 1."""
    rows = [row if isinstance(row, tuple) else (row, "", None, None) for row in rows]
    made = [
        Estate(pk=n, name=name, former_names=former, starts_on=starts, ends_on=ends)
        for n, (name, former, starts, ends) in enumerate(rows, 1)
    ]
    for estate in made:
        estate._state.fields_cache["unit"] = UNIT
    return made


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"spot": "和风里"}, 1),
        ({"spot": "和风里12号楼"}, 1),
        ({"spot": "和风里南区东门"}, 2),
        ({"spot": "南院"}, 2),
        ({"spot": "和风里与和风里南区之间"}, None),
        ({"spot": "和风里社区门口"}, None),
        ({"place": "和风里"}, 1),
        ({"place": "和风里社区"}, None),
        ({"place": "和风里居委会"}, None),
        ({"content": "反映和风里社区和风里南区水压低"}, 2),
        ({"title": "南院路灯"}, 2),
        ({"content": "反映和风苑水压低"}, None),
        ({"spot": "和风里", "content": "与和风里南区一样"}, 1),
        ({"spot": "拆迁院"}, None),
        ({}, None),
    ],
)
def test_a_place_is_found_by_its_whole_name_and_of_two_none(said, found):
    estates = known("和风里", ("和风里南区", "南院、南区大院", None, None), ("拆迁院", "", None, date(2026, 10, 4)))
    values = {"spot": "", "place": "", "title": "", "content": "", "called_on": DAY} | said
    assert which_estate(estates, values) == found


@pytest.mark.parametrize(
    "number", ["010-81234567", "01081234567", "81234567", "96069", "12345", "400-123-4567", "010-81234567-802"]
)
def test_a_number_of_an_office_is_taken(number):
    OFFICE_PHONE(number)


@pytest.mark.parametrize("number", ["13812345678", "110105194912310003", "张师傅", "138 1234 5678", "8123"])
def test_a_mobile_or_what_is_no_number_is_refused_with_what_to_do(number):
    with pytest.raises(ValidationError, match=r"座机.*热线.*不填个人手机"):
        OFFICE_PHONE(number)


@pytest.fixture
def places(street):
    """和风里 in 东一社区, served by 东物业; 远香苑 in 西一社区."""
    near = Estate.objects.create(unit=street.units["东一社区"], name="和风里", former_names="老院")
    far = Estate.objects.create(unit=street.units["西一社区"], name="远香苑")
    body = Organisation.objects.create(street=street.units[STREET], name="东物业", kind="property", phone="81230000")
    serve(body, street.people["office"], estate=near, role="property", starts_on=LONG_AGO)
    return SimpleNamespace(near=near, far=far, body=body)


def test_an_import_finds_the_place_and_keeps_what_was_corrected(street, places):
    def brought(text):
        import_files([table(LEDGER, ledger_row(text=text))], street.units[STREET])
        return Appeal.objects.get()

    assert brought("反映老院路灯不亮").estate == places.near
    other = Estate.objects.create(unit=street.units["东一社区"], name="晴川里")
    Appeal.objects.update(estate=other)
    assert brought("反映老院路灯仍不亮").estate == other
    assert brought("反映老院路灯还是不亮").estate == other


def test_dispatch_takes_the_place_that_is_chosen_else_the_one_that_the_text_names(street, places, client):
    named, chosen = (make_appeal(street, STREET, spot=spot) for spot in ("远香苑3号楼", "北门"))
    actions.assign(named, street.people["office"], to_unit=street.units["西一社区"])
    assert Appeal.objects.get(pk=named.pk).estate == places.far
    log_in(client, street.people["office"])
    sent = {"assign-to_unit": street.units["东一社区"].pk, "assign-estate": places.far.pk}
    page = client.post(f"/appeals/{chosen.pk}/assign/", sent)
    assert page.status_code == 422
    assert "“远香苑”在西一社区，不在东一社区；请改小区，或改分派的单位。" in text_of(page)
    client.post(f"/appeals/{chosen.pk}/assign/", sent | {"assign-estate": places.near.pk})
    assert Appeal.objects.get(pk=chosen.pk).estate == places.near


def test_the_community_corrects_the_place_of_its_own_and_takes_it_off(street, places, client):
    appeal = make_appeal(street, "东一社区", estate=places.near)
    other = Estate.objects.create(unit=street.units["东一社区"], name="晴川里")
    log_in(client, street.people["secretary"])
    address = f"/appeals/{appeal.pk}/find_estate/"
    for answer, found, said in ((other.pk, other, "小区：晴川里"), ("nowhere", None, "不在哪个小区")):
        assert client.post(address, {"find_estate-estate": answer}).status_code == 302
        appeal.refresh_from_db()
        assert (appeal.estate, appeal.steps.last().note) == (found, said)
    assert client.post(address, {"find_estate-estate": places.far.pk}).status_code == 422
    log_in(client, street.people["worker"])
    assert client.post(address, {"find_estate-estate": other.pk}).status_code == 404


def test_the_page_names_who_served_the_place_on_the_day_of_the_call_and_a_number_to_ring(street, places, client):
    old = Organisation.objects.create(street=street.units[STREET], name="旧供热", kind="utility", phone="96060")
    new = Organisation.objects.create(street=street.units[STREET], name="新供热", kind="utility", phone="96069")
    office, today = street.people["office"], timezone.localdate()
    first = serve(old, office, estate=places.near, role="heating", starts_on=LONG_AGO)
    end_serving(first, office, on=today - timedelta(days=2))
    serve(new, office, estate=places.near, role="heating", starts_on=today - timedelta(days=1))
    then, now = today - timedelta(days=2), today
    assert [[s.organisation.name for s in serving_on(places.near, day)] for day in (then, now)] == [
        ["东物业", "旧供热"],
        ["东物业", "新供热"],
    ]
    appeal = make_appeal(street, "东一社区", estate=places.near, called_on=then)
    log_in(client, street.people["secretary"])
    page = client.get(f"/appeals/{appeal.pk}/").content.decode()
    assert ('href="tel:96060"' in page, 'href="tel:81230000"' in page, "新供热" in page) == (True, True, False)
    Organisation.objects.filter(pk=old.pk).update(merged_into=new)
    page = client.get(f"/appeals/{appeal.pk}/").content.decode()
    assert ("（已并入新供热）" in text_of(client.get(f"/appeals/{appeal.pk}/")), 'href="tel:96069"' in page) == (
        True,
        True,
    )


def test_a_serving_is_kept_once_ends_after_it_begins_and_only_by_its_keepers(street, places):
    office, near = street.people["office"], places.near
    with pytest.raises(ValidationError, match="“东物业”在“和风里”已记为物业（2025-01-01 至 今），不用再记。"):
        serve(places.body, office, estate=near, role="property", starts_on=DAY)
    serving = Serving.objects.get()
    with pytest.raises(ValidationError, match="最后一天不能早于起始日期 2025-01-01"):
        end_serving(serving, office, on=date(2024, 12, 31))
    for login in ("leader", "secretary", "dispatcher"):
        with pytest.raises(NotYours):
            serve(places.body, street.people[login], estate=near, role="heating", starts_on=DAY)
        with pytest.raises(NotYours):
            end_serving(serving, street.people[login], on=DAY)
    far = Estate.objects.create(unit=street.units["外社区"], name="远里")
    for login in ("office", "dispatcher"):  # each keeps one of the two alone: the body, or the place
        with pytest.raises(NotYours):
            serve(places.body, street.people[login], estate=far, role="heating", starts_on=DAY)
    assert [s.ends_on for s in Serving.objects.all()] == [None]
    end_serving(serving, office, on=DAY)
    with pytest.raises(ValidationError, match="这一项已于 2026-10-05 结束。"):
        end_serving(serving, office, on=DAY + timedelta(days=1))


def test_whoever_adds_a_place_gives_it_to_what_called_from_exactly_there(street, client):
    exact, near, elsewhere = (
        make_appeal(street, unit, spot=spot)
        for unit, spot in (("东一社区", "老院"), ("东一社区", "老院东门"), ("东二社区", "老院"))
    )
    log_in(client, street.people["office"])
    sent = {"unit": street.units["东一社区"].pk, "name": "和风里", "former_names": "老院、南院"}
    page = client.post("/appeals/estates/", sent, follow=True)
    assert "已保存“和风里”，1 件点位同名的诉求已归到这个小区。" in text_of(page)
    estate = Estate.objects.get()
    assert [Appeal.objects.get(pk=a.pk).estate for a in (exact, near, elsewhere)] == [estate, None, None]
    assert Event.objects.filter(subject="小区：东一社区 和风里").exists()
    page = client.post("/appeals/estates/", sent | {"name": "南院", "former_names": ""})
    assert (page.status_code, Estate.objects.count()) == (422, 1)
    assert "“南院”已经是“和风里”的名称，一个名称只能指一个小区。" in text_of(page)
    page = client.post(f"/appeals/estates/{estate.pk}/", sent | {"former_names": "院"})
    assert "一个字的名称会认错，请写两个字以上。" in text_of(page)


def test_the_keeper_adds_an_organisation_with_the_places_that_it_serves(street, places, client):
    log_in(client, street.people["office"])
    sent = {"name": "远香物业", "kind": "property", "level": "local", "phone": "13812345678"}
    page = client.post("/organisations/", sent)
    assert (page.status_code, "不填个人手机" in text_of(page)) == (422, True)
    page = client.post("/organisations/", sent | {"name": "东物业", "phone": ""})
    assert "已有同名的单位，请直接打开那一个。" in text_of(page)
    client.post("/organisations/", sent | {"phone": "010-81234567"})
    body = Organisation.objects.get(name="远香物业")
    address = f"/organisations/{body.pk}/"
    wrong = {"estate": places.far.pk, "role": "property", "starts_on": "2026-01-02", "ends_on": "2026-01-01"}
    page = client.post(f"{address}serve/", wrong)
    assert (page.status_code, "“到”早于“从”。" in text_of(page)) == (422, True)
    assert client.post(f"{address}serve/", wrong | {"ends_on": ""}).status_code == 302
    serving = Serving.objects.get(organisation=body)
    assert "远香苑" in text_of(client.get(address))
    client.post(f"/organisations/servings/{serving.pk}/end/", {f"end-{serving.pk}-on": "2026-03-01"})
    assert Serving.objects.get(organisation=body).ends_on == date(2026, 3, 1)
    client.post(address, sent | {"phone": "96069", "merged_into": places.body.pk})
    body.refresh_from_db()
    assert (body.phone, body.heir) == ("96069", places.body)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_cost_the_same_with_one_and_three_rows(street, places, client, django_assert_num_queries, rows):
    for n in range(rows):
        body = Organisation.objects.create(street=street.units[STREET], name=f"单位{n}", kind="other")
        estate = Estate.objects.create(unit=street.units["东一社区"], name=f"小区{n}")
        serve(body, street.people["office"], estate=estate, role="other", starts_on=LONG_AGO)
    log_in(client, street.people["office"])
    client.get("/organisations/")
    with django_assert_num_queries(7):
        client.get("/organisations/")
    with django_assert_num_queries(10):
        client.get("/appeals/estates/")
    with django_assert_num_queries(14):
        client.get(f"/organisations/{body.pk}/")
