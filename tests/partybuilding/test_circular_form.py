"""发通知: units chosen in groups and alone, groups of one's own, and what is wrong with a form."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.posts.lending import delegate_post
from districts.posts.models import Appointment
from districts.units.tree import move_unit, retire_unit
from partybuilding.matters.circulars.groups import keep_group
from partybuilding.matters.circulars.models import Circular, CircularFile, UnitGroup
from tests.cast import log_in
from tests.partybuilding.circulars import form, make_circular
from tests.uploads import file


def test_units_are_chosen_in_groups_and_alone_and_each_counts_once(street, client):
    log_in(client, street.people["office"])
    offered = [label for _, label in client.get("/circulars/new/").context["form"].fields["groups"].choices]
    assert offered == [
        "全部社区（村）（4 个）",
        "全部中心（片区）（2 个）",
        "全部科室（2 个）",
        "东中心的社区（村）（2 个）",
        "西中心的社区（村）（2 个）",
    ]
    east = street.units["东中心"]
    units = [street.units[name].pk for name in ("东一社区", "城管科")]
    client.post("/circulars/new/", form(street, groups=[f"center-{east.pk}"], units=units))
    names = Circular.objects.get().units.order_by("unit__lft").values_list("unit__name", flat=True)
    assert list(names) == ["东一社区", "东二社区", "城管科"]


def test_a_commissioner_is_offered_no_other_centre(street, client):
    log_in(client, street.people["commissioner"])
    fields = client.get("/circulars/new/").context["form"].fields
    assert [label for _, label in fields["groups"].choices] == ["全部社区（村）（2 个）"]
    assert [unit.name for unit in fields["units"].queryset] == ["东中心", "东一社区", "东二社区"]
    response = client.post("/circulars/new/", form(street, "东中心", units=[street.units["西一社区"].pk]))
    assert "有刚刚撤销、合并或不再归您管的" in response.content.decode()
    assert Circular.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "请勾选收到通知的单位，可以整组勾选。"),
        ({"groups": ["kept-99"]}, "勾选的分组里有已经删去或现在用不上的"),
        ({"groups": ["departments"], "last_on": "2020-01-01"}, "最后日期 2020-01-01 早于今天"),
        ({"groups": ["departments"], "last_on": "2099-01-01"}, "最后日期 2099-01-01 太远，最长两年"),
        ({"groups": ["departments"], "content": "联系电话13812345678"}, "像电话号码"),
        ({"groups": ["departments"], "title": "证件11010519491231002X"}, "像身份证号"),
        ({"groups": ["departments"], "save_as": "电话13812345678"}, "像电话号码"),
        ({"groups": ["departments"], "title": ""}, "标题：请填写标题。"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(street, client, changes, sentence):
    log_in(client, street.people["office"])
    response = client.post("/circulars/new/", form(street, **({"content": "保留的内容"} | changes)) | {"files": file()})
    page = response.content.decode()
    assert (response.status_code, sentence in page) == (200, True)
    assert ("保留的内容" in page or "content" in changes, "请重新选择" in page) == (True, True)
    assert (Circular.objects.count(), CircularFile.objects.count(), UnitGroup.objects.count()) == (0, 0, 0)


def test_two_taps_send_one(street, client):
    log_in(client, street.people["office"])
    sent = form(street, groups=["departments"], once="x" * 32)
    addresses = {client.post("/circulars/new/", sent).headers["Location"] for _ in range(2)}
    assert (len(addresses), Circular.objects.count()) == (1, 1)
    assert "这份表单已经提交过" in client.get(addresses.pop()).content.decode()


def test_a_group_is_kept_under_a_name_replaced_and_dropped(street, client):
    log_in(client, street.people["office"])
    units = [street.units[name].pk for name in ("东一社区", "西一社区")]
    said = client.post("/circulars/new/", form(street, units=units, save_as=" 试点 "), follow=True).content.decode()
    assert "已存为分组“试点”，2 个单位。" in said
    group = UnitGroup.objects.get()
    again = form(street, groups=["departments"], save_as="试点")
    assert (
        "已有的同名分组换成了这次的单位：“试点”，2 个单位。"
        in client.post("/circulars/new/", again, follow=True).content.decode()
    )
    assert {unit.name for unit in group.units.all()} == {"城管科", "民政科"}
    client.post("/circulars/new/", form(street, groups=[f"kept-{group.pk}"]))
    assert set(Circular.objects.latest("pk").units.values_list("unit__name", flat=True)) == {"城管科", "民政科"}
    assert "已删去分组“试点”。" in client.post(f"/circulars/groups/{group.pk}/drop/", follow=True).content.decode()
    assert UnitGroup.objects.count() == 0


def test_a_group_is_its_owners_alone(street, client):
    keep_group(street.people["office"], "试点", [street.units["东一社区"]])
    group = UnitGroup.objects.get()
    log_in(client, street.people["leader"])
    assert "试点" not in client.get("/circulars/new/").content.decode()
    refused = client.post("/circulars/new/", form(street, groups=[f"kept-{group.pk}"])).content.decode()
    assert "勾选的分组里有已经删去或现在用不上的" in refused
    assert client.post(f"/circulars/groups/{group.pk}/drop/").status_code == 404
    assert (UnitGroup.objects.count(), Circular.objects.count()) == (1, 0)


def test_what_of_a_group_has_gone_is_left_out_and_named(street, client):
    commissioner, units = street.people["commissioner"], street.units
    keep_group(commissioner, "常发", [units[name] for name in ("东一社区", "东二社区")])
    move_unit(units["东一社区"], units["西中心"], on=timezone.localdate(), reason="调整")
    log_in(client, commissioner)
    sentence = "分组“常发”里的东一社区已撤销、合并或不在您能发的范围内，不会发给它。"
    assert sentence in client.get("/circulars/new/").content.decode()
    group = UnitGroup.objects.get()
    page = client.post("/circulars/new/", form(street, "东中心", groups=[f"kept-{group.pk}"]), follow=True)
    assert sentence in page.content.decode()
    assert list(Circular.objects.get().units.values_list("unit__name", flat=True)) == ["东二社区"]


def test_a_unit_that_is_retired_while_somebody_chooses_is_named_and_nothing_is_sent(street):
    retire_unit(street.units["西村"], on=timezone.localdate(), reason="撤销")
    with pytest.raises(ValidationError, match="西村不归“槐花街道党建工作协调委员会”，或已撤销、合并"):
        make_circular(street, to=("西一社区", "西村"))
    assert Circular.objects.count() == 0


def test_seven_files_are_too_many(street, client):
    log_in(client, street.people["office"])
    sent = form(street, groups=["departments"]) | {"files": [file(f"{n}.pdf") for n in range(7)]}
    page = client.post("/circulars/new/", sent).content.decode()
    assert ("附件最多 6 个，现在是 7 个。" in page, Circular.objects.count()) == (True, 0)


def test_to_send_for_somebody_else_names_both_and_the_basis(street, client):
    today = timezone.localdate()
    holder = Appointment.objects.get(user=street.people["commissioner"])
    delegate_post(holder, street.people["aide"], starts_on=today, ends_on=today, reason="出差")
    log_in(client, street.people["aide"])
    sent = form(street, "东中心", units=[street.units["东一社区"].pk])
    page = client.post("/circulars/new/", sent).content.decode()
    assert ("请选择代办依据" in page, Circular.objects.count()) == (True, 0)
    assert client.post("/circulars/new/", sent | {"basis": "oral"}).status_code == 302
    step = Circular.objects.get().steps.get()
    assert (step.by.username, step.for_whom.username, step.basis) == ("aide", "commissioner", "oral")
