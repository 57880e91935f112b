"""期初建账: one workbook, all or nothing, row-exact faults, the same file twice changes nothing, power only by authorisation."""

import io
import zipfile
from datetime import date

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from districts.opening.loading import OpeningRefused, open_street
from districts.posts.changes import authorise_change
from districts.posts.models import Appointment, AppointmentChange, User
from districts.units.health import tree_faults
from districts.units.models import Unit
from tests.cast import log_in, make_user
from tests.districts.opening_book import PEOPLE, POSTS, UNITS, workbook

pytestmark = pytest.mark.django_db
ON = date(2026, 1, 1)


def counts():
    return Unit.objects.count(), User.objects.count(), AppointmentChange.objects.count()


def test_a_street_from_one_workbook_whose_posts_wait_for_authorisation():
    opened = open_street(workbook(title_row=True), ON)
    assert (len(opened.units_added), opened.people_added, len(opened.changes)) == (5, ["张某", "李某"], 2)
    assert tree_faults() == []
    zhang = User.objects.get(username="zhang")
    assert (zhang.staff_number, zhang.has_usable_password(), zhang.must_change_password) == ("1001", False, True)
    assert Appointment.objects.count() == 0
    assert set(Unit.objects.get(name="甲一社区").names.values_list("name", flat=True)) == {"老甲一", "甲一社区"}
    security = make_user("secadmin", admin_role="security_admin")
    for change in AppointmentChange.objects.all():
        authorise_change(change, security)
    assert Appointment.objects.get(user=zhang).title == "党总支书记"


def test_a_dry_run_and_a_second_time_change_nothing():
    tried = open_street(workbook(), ON, dry_run=True)
    assert (len(tried.units_added), counts()) == (5, (0, 0, 0))
    open_street(workbook(), ON)
    before = counts()
    again = open_street(workbook(), ON)
    assert (again.units_added, again.people_added, again.changes, again.same) == ([], [], [], 9)
    assert counts() == before


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [
        (
            {"units": [*UNITS, ["社区", "", "乙一社区", "", "没有的中心", "是", "是", ""]]},
            ("单位", 7, "上级“没有的中心”不在文件中"),
        ),
        ({"units": [*UNITS, ["小区", "", "乙一", "", "甲中心", "是", "是", ""]]}, ("单位", 7, "类型“小区”不认识")),
        ({"people": [*PEOPLE, ["zhang", "王某", "", ""]]}, ("人员", 4, "用户名“zhang”与第 2 行重复")),
        ({"people": [*PEOPLE, ["wang", "王某", "", "138"]]}, ("人员", 4, "手机：手机号应为 11 位数字")),
        ({"people": [*PEOPLE, ["wang", "", "", ""]]}, ("人员", 4, "用户名和姓名都要填")),
        (
            {"posts": [*POSTS, ["li", "李某", "社长", "甲一社区", "", "2026-01-01", "文"]]},
            ("任职", 4, "岗位“社长”不认识"),
        ),
        (
            {"posts": [*POSTS, ["li", "李某", "副书记", "乙社区", "", "2026-01-01", "文"]]},
            ("任职", 4, "单位“乙社区”不在“单位”表里"),
        ),
        ({"posts": [*POSTS, ["li", "李某", "副书记", "甲一社区", "", "元旦", "文"]]}, ("任职", 4, "日期“元旦”看不懂")),
        (
            {"posts": [*POSTS, ["li", "王某", "副书记", "甲一社区", "", "2026-01-01", "文"]]},
            ("任职", 4, "用户名“li”是李某，不是王某"),
        ),
        (
            {"posts": [*POSTS, ["li", "李某", "党建专员", "甲一社区", "", "2026-01-01", "文"]]},
            ("任职", 4, "只能在中心（片区）任职"),
        ),
        (
            {"posts": [*POSTS, ["li", "李某", "社区（村）书记", "甲一社区", "", "2026-01-01", "文"]]},
            ("任职", 4, "与第 2 行重复"),
        ),
        (
            {"posts": [*POSTS, ["li", "李某", "副书记", "甲一社区", "", "2026-01-01", ""]]},
            ("任职", 4, "请写明任职的文件或依据"),
        ),
    ],
)
def test_one_wrong_row_stops_everything_and_is_named(fault, wanted):
    with pytest.raises(OpeningRefused) as refused:
        open_street(workbook(**fault), ON)
    sheet, row, text = wanted
    assert any((s, r) == (sheet, row) and text in t for s, r, t in refused.value.errors), refused.value.errors
    assert counts() == (0, 0, 0)


@pytest.mark.parametrize("taken_by", [{"name": "王某"}, {"name": "李某", "admin_role": "auditor"}])
def test_a_user_name_that_is_somebody_elses_is_refused(taken_by):
    make_user("li", **taken_by)
    with pytest.raises(OpeningRefused, match=f"人员第 3 行：用户名“li”已属于{taken_by['name']}，请换一个。"):
        open_street(workbook(), ON)
    assert counts() == (0, 1, 0)


def hollow():
    """A package with the parts of a workbook and nothing in them."""
    file = io.BytesIO()
    with zipfile.ZipFile(workbook().open()) as whole, zipfile.ZipFile(file, "w") as package:
        for name in whole.namelist():
            package.writestr(name, whole.read(name) if name == "[Content_Types].xml" else b"")
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "是空文件"),
        (b"hello", "已损坏或有密码"),
        (b"PK\x03\x04broken", "已损坏或有密码"),
        (hollow(), "打不开：文件已损坏"),
    ],
)
def test_what_is_no_workbook_is_refused_in_words(content, sentence):
    with pytest.raises(OpeningRefused, match="文件") as refused:
        open_street(ContentFile(content, name="x.xlsx"), ON)
    assert sentence in refused.value.errors[0][2]


def test_a_missing_sheet_or_column_is_named():
    book = load_workbook(workbook())
    del book["人员"]
    file = io.BytesIO()
    book.save(file)
    with pytest.raises(OpeningRefused, match="缺少工作表“人员”"):
        open_street(ContentFile(file.getvalue(), name="x.xlsx"), ON)


def test_the_system_administrator_tries_confirms_and_exports_what_changes_nothing(street, client):
    log_in(client, street.people["sysadmin"])
    client.cookies  # noqa: B018
    page = client.post("/admin/districts/unit/opening/", {"file": workbook(), "on": "2026-01-01"})
    text = page.content.decode()
    assert "新增单位 5 个" in text
    assert not Unit.objects.filter(name="甲中心").exists()
    token = page.context["token"]
    assert client.post("/admin/districts/unit/opening/", {"token": token}).status_code == 302
    root = Unit.objects.get(name="梧桐街道党建工作协调委员会")
    assert client.post("/admin/districts/unit/opening/", {"token": token}, follow=True).status_code == 200
    assert Unit.objects.filter(name="甲中心").count() == 1
    exported = client.get(f"/admin/districts/unit/opening/{root.pk}/export/").content
    before = counts()
    again = open_street(ContentFile(exported, name="again.xlsx"), date(2026, 2, 1))
    assert (again.units_added, again.units_changed, counts()) == ([], [], before)


def test_a_refused_workbook_comes_back_with_its_faults_beside_the_rows(street, client):
    log_in(client, street.people["sysadmin"])
    bad = workbook(people=[*PEOPLE, ["wang", "王某", "", "138"]])
    sent = {"file": bad, "on": "2026-01-01", "errors_file": "1"}
    book = load_workbook(io.BytesIO(client.post("/admin/districts/unit/opening/", sent).content))
    assert [c.value for c in book["人员"][4]] == [
        "wang",
        "王某",
        None,
        "138",
        "手机：手机号应为 11 位数字，以 1 开头。",
    ]


@pytest.mark.parametrize("login", ["secadmin", "auditor", "office"])
def test_nobody_else_opens_the_page(street, client, login):
    log_in(client, street.people[login])
    assert client.get("/admin/districts/unit/opening/").status_code in {302, 403}
    assert client.post("/admin/districts/unit/opening/", {"file": workbook(), "on": "2026-01-01"}).status_code in {
        302,
        403,
    }
    assert not Unit.objects.filter(name="甲中心").exists()


def test_the_command_does_the_same(tmp_path, capsys):
    path = tmp_path / "opening.xlsx"
    path.write_bytes(workbook().read())
    call_command("open_street", str(path), "--dry-run")
    assert "试算，没有写入。新增单位 5" in capsys.readouterr().out
    call_command("open_street", str(path))
    assert counts() == (5, 2, 2)
    path.write_bytes(workbook(posts=[["x", "", "", "", "", "", ""]]).read())
    with pytest.raises(CommandError, match="任职 第 2 行：用户名“x”不在“人员”表里"):
        call_command("open_street", str(path))
    assert path.exists()
