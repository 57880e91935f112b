"""The tree: dated changes under one lock, refused with a sentence when they would break it."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone

from districts.posts.appointing import appoint, dismiss
from districts.units.health import tree_faults
from districts.units.models import Placement, Unit, UnitName
from districts.units.tree import add_unit, move_unit, rename_unit, retire_unit
from tests.cast import LONG_AGO

MAY = date(2026, 5, 1)
SAID = {"on": MAY, "reason": "街道通知"}


def names_below(unit):
    unit.refresh_from_db()
    return list(unit.get_descendants().values_list("name", flat=True))


def test_a_moved_community_stands_under_its_new_centre_today_and_under_the_old_one_before(street):
    east, west = street.units["东中心"], street.units["西中心"]
    move_unit(street.units["东二社区"], west, **SAID)
    assert names_below(east) == ["东一社区", "东一支部"]
    assert names_below(west) == ["西一社区", "西村", "东二社区"]
    before = Unit.objects.as_of(MAY - timedelta(days=1)).get(name="东二社区")
    after = Unit.objects.as_of(MAY).get(name="东二社区")
    assert (before.parent_then, after.parent_then) == (east.pk, west.pk)
    assert tree_faults() == []


def test_a_unit_takes_its_branches_along(street):
    move_unit(street.units["东一社区"], street.units["西中心"], **SAID)
    assert names_below(street.units["西中心"]) == ["西一社区", "西村", "东一社区", "东一支部"]
    assert tree_faults() == []


@pytest.mark.parametrize(
    ("unit", "parent", "sentence"),
    [
        ("东一社区", "东二社区", "社区的上级只能是：中心（片区）；现在“东二社区”是社区。"),
        ("东一社区", "外中心", "“东一社区”与“外中心”不在同一街道，不能跨街道调整归属。"),
        ("东一社区", "东中心", "“东一社区”现在就归“东中心”，不用调整。"),
        ("东中心", "东一社区", "中心（片区）的上级只能是：街道党建工作协调委员会；现在“东一社区”是社区。"),
    ],
)
def test_a_wrong_move_is_refused_and_changes_nothing(street, unit, parent, sentence):
    with pytest.raises(ValidationError) as refused:
        move_unit(street.units[unit], street.units[parent], **SAID)
    assert refused.value.messages == [sentence]
    assert Placement.objects.count() == 13
    assert tree_faults() == []


def test_a_second_move_cannot_take_effect_before_the_first(street):
    move_unit(street.units["东二社区"], street.units["西中心"], **SAID)
    with pytest.raises(ValidationError) as refused:
        move_unit(street.units["东二社区"], street.units["东中心"], on=MAY, reason="改回")
    assert refused.value.messages == ["“东二社区”的归属自 2026-05-01 起生效，新的生效日期须晚于这一天。"]


def test_a_move_in_the_future_is_refused(street):
    tomorrow = timezone.localdate() + timedelta(days=1)
    with pytest.raises(ValidationError) as refused:
        move_unit(street.units["东二社区"], street.units["西中心"], on=tomorrow, reason="预先")
    assert refused.value.messages == [f"生效日期 {tomorrow} 在今天之后；请在生效当日再办理。"]


def test_a_cycle_by_hand_is_found(street):
    Unit.objects.filter(name="东中心").update(parent=street.units["东一社区"])
    assert f"#{street.units['东中心'].pk} 东中心：上级链成环" in tree_faults()


def test_a_renamed_unit_keeps_its_former_name(street):
    rename_unit(street.units["东一社区"], "东一新区社区", **SAID)
    assert Unit.objects.as_of(date(2026, 4, 30)).get(pk=street.units["东一社区"].pk).name_then == "东一社区"
    assert Unit.objects.as_of(MAY).get(pk=street.units["东一社区"].pk).name_then == "东一新区社区"
    assert Unit.objects.get(pk=street.units["东一社区"].pk).name == "东一新区社区"


def test_two_units_of_a_street_cannot_share_a_name_but_two_streets_may(street):
    with pytest.raises(ValidationError) as refused:
        rename_unit(street.units["东一社区"], "西一社区", **SAID)
    assert refused.value.messages == ["本街道已有名为“西一社区”的单位。"]
    assert add_unit("community", "西一社区", parent=street.units["外中心"], **SAID).name == "西一社区"


def test_a_unit_with_branches_or_posts_is_not_retired(street):
    with pytest.raises(ValidationError) as refused:
        retire_unit(street.units["东一社区"], **SAID)
    assert refused.value.messages == ["“东一社区”之下还有“东一支部”等单位，请先调整或撤销它们。"]
    with pytest.raises(ValidationError) as refused:
        retire_unit(street.units["东二社区"], **SAID)
    assert refused.value.messages == [
        "“东二社区”在 2026-05-01 之后还有 1 项任职（名neighbour·社区（村）书记），请先免去，或到接着办的单位任命。"
    ]


def test_a_retired_unit_is_gone_from_the_next_day_but_not_before(street):
    neighbour = street.people["neighbour"].appointments.get()
    dismiss(neighbour, on=MAY, reason="撤并")
    retire_unit(street.units["东二社区"], **SAID)
    assert Unit.objects.as_of(MAY).filter(name="东二社区").exists()
    assert not Unit.objects.as_of(MAY + timedelta(days=1)).filter(name="东二社区").exists()
    with pytest.raises(ValidationError) as refused:
        appoint(
            street.people["neighbour"],
            "secretary",
            street.units["东二社区"].__class__.objects.get(name="东二社区"),
            starts_on=MAY,
            reason="误",
        )
    assert refused.value.messages == ["“东二社区”已于 2026-05-01 撤销，不能任职。"]


@pytest.mark.parametrize(
    "damage",
    [{"lft": 1}, {"rght": 99}, {"level": 1}, {"tree_id": 77}, {"parent_id": None}],
    ids=lambda d: next(iter(d)),
)
def test_damage_made_by_sql_is_found_by_check_tree(street, damage):
    call_command("check_tree")
    from django.db import connection

    (column, value), *_ = damage.items()
    with connection.cursor() as cursor:
        if column == "parent_id":
            value = street.units["西中心"].pk
        cursor.execute(f"UPDATE districts_unit SET {column} = %s WHERE name = '东二社区'", [value])
    with pytest.raises(CommandError) as found:
        call_command("check_tree")
    assert "东二社区" in str(found.value) or "lft/rght 有重复或缺口" in str(found.value)


def test_the_database_itself_refuses_a_second_present_placement(street):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.create(
            unit=street.units["东一社区"], parent=street.units["西中心"], starts_on=LONG_AGO, reason="重叠"
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitName.objects.create(unit=street.units["东一社区"], name="又名", starts_on=LONG_AGO, reason="重叠")


def test_nothing_is_placed_under_a_parent_before_the_parent_was_founded(street):
    young = add_unit("center", "新中心", parent=street.units["槐花街道党建工作协调委员会"], on=MAY, reason="新设")
    with pytest.raises(ValidationError) as refused:
        move_unit(street.units["东二社区"], young, on=date(2026, 4, 1), reason="倒填")
    assert refused.value.messages == ["“新中心”2026-05-01 才设立，生效日期不能早于这一天。"]
