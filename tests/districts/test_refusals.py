"""Refusals of posts, lending, the tree and files: each said in its own words, nothing changed by what was refused."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.http import Http404
from django.utils import timezone
from openpyxl import Workbook

from districts.files.attachments import MOST_EVIDENCE, attachment_response, prepare_evidence
from districts.files.uploads import redraw_photo
from districts.opening import sheets
from districts.posts.administrators import create_admins
from districts.posts.appointing import appoint, dismiss
from districts.posts.lending import delegate_post, end_lent, grant_duty
from districts.posts.models import Appointment, Delegation, Grant
from districts.trail.models import Event
from districts.units.models import ServiceLink, Unit
from districts.units.tree import (
    add_unit,
    end_service,
    link_service,
    merge_units,
    move_unit,
    rename_unit,
    reorder_unit,
    retire_unit,
)
from districts.workflow import StepRefused, acting_as
from tests.cast import LONG_AGO, make_log, make_user

STREET = "槐花街道党建工作协调委员会"
MAY = date(2026, 5, 1)
SAID = {"on": MAY, "reason": "街道通知"}
PAPER = {"reason": "会议议定"}


def days(n):
    return timezone.localdate() + timedelta(days=n)


def post_of(s, login):
    return s.people[login].appointments.get()


def switched_off(user):
    user.is_active = False
    user.save(update_fields=["is_active"])
    return user


def ended(appointment, on):
    Appointment.objects.filter(pk=appointment.pk).update(ends_on=on)
    return appointment


def retired(s, name):
    """With whom held a post there gone."""
    for post in Appointment.objects.filter(unit=s.units[name]):
        dismiss(post, on=days(-2), reason="免")
    return retire_unit(s.units[name], on=days(-1), reason="撤")


def emptied(s):
    """The western centre, from which all went east, retired."""
    for name in ("西一社区", "西村"):
        move_unit(s.units[name], s.units["东中心"], on=days(-1), reason="调整")
    return retired(s, "西中心")


def lend_twice(s):
    for _ in range(2):
        delegate_post(post_of(s, "secretary"), s.people["worker"], starts_on=days(0), ends_on=days(3), **PAPER)


def end_late(s):
    lent = delegate_post(post_of(s, "secretary"), s.people["worker"], starts_on=days(0), ends_on=days(3), **PAPER)
    end_lent(lent, on=days(4))


def move_away_then_retire(s):
    for name in ("西一社区", "西村"):
        move_unit(s.units[name], s.units["东中心"], on=days(0), reason="调整")
    for post in Appointment.objects.filter(unit=s.units["西中心"]):
        dismiss(post, on=days(-3), reason="免")
    retire_unit(s.units["西中心"], on=days(-2), reason="撤")


def retire_before_it_stood_there(s):
    move_unit(s.units["西村"], s.units["东中心"], on=days(0), reason="调整")
    retire_unit(s.units["西村"], on=days(-2), reason="撤")


def a_link(s):
    return link_service(s.units["东中心"], s.units["西村"], **SAID)


REFUSED = {
    "任职起止倒置": (
        lambda s: appoint(make_user("new"), "worker", s.units["西村"], starts_on=days(0), ends_on=days(-1), **PAPER),
        "任职的截止日期不能早于起始日期。",
    ),
    "停用账号任职": (
        lambda s: appoint(switched_off(make_user("new")), "worker", s.units["西村"], starts_on=days(0), **PAPER),
        "的账号已停用，不能任职。",
    ),
    "免在任前": (
        lambda s: dismiss(post_of(s, "worker"), on=LONG_AGO - timedelta(days=1), reason="免"),
        "早于任职起始日期 2025-01-01。",
    ),
    "免两次": (
        lambda s: dismiss(ended(post_of(s, "worker"), MAY), on=days(0), reason="免"),
        "这项任职已于 2026-05-01 结束。",
    ),
    "委托已结束的任职": (
        lambda s: delegate_post(
            ended(post_of(s, "secretary"), MAY), s.people["worker"], starts_on=days(0), ends_on=days(3), **PAPER
        ),
        "的这项任职已于 2026-05-01 结束，不能委托。",
    ),
    "委托两次": (lend_twice, "名worker在此期间已可代录，不用重复委托。"),
    "委托起止倒置": (
        lambda s: delegate_post(
            post_of(s, "secretary"), s.people["worker"], starts_on=days(3), ends_on=days(1), **PAPER
        ),
        "截止日期不能早于起始日期。",
    ),
    "授权起止倒置": (
        lambda s: grant_duty(s.people["worker"], "view", s.units["西村"], starts_on=days(3), ends_on=days(1), **PAPER),
        "截止日期不能早于起始日期。",
    ),
    "结束在期外": (end_late, f"最后一天应在 {days(0)} 至 {days(3)} 之间。"),
    "上级已撤销": (
        lambda s: add_unit("branch", "新支部", parent=retired(s, "西村"), on=days(0), reason="立"),
        f"“西村”已于 {days(-1)} 撤销，不能再作为上级。",
    ),
    "将来设立": (
        lambda s: add_unit("village", "新村", parent=s.units["西中心"], on=days(1), reason="立"),
        "在今天之后",
    ),
    "上级还没设立": (
        lambda s: add_unit(
            "village", "新村", parent=s.units["西中心"], on=LONG_AGO - timedelta(days=9000), reason="立"
        ),
        "才设立，生效日期不能早于这一天。",
    ),
    "上级类型不对": (
        lambda s: add_unit("village", "新村", parent=s.units["西村"], on=days(0), reason="立"),
        "村的上级只能是：",
    ),
    "调整已撤销的": (
        lambda s: move_unit(retired(s, "西村"), s.units["东中心"], on=days(0), reason="调整"),
        f"“西村”已于 {days(-1)} 撤销。",
    ),
    "将来调整": (lambda s: move_unit(s.units["西村"], s.units["东中心"], on=days(1), reason="调整"), "在今天之后"),
    "撤销有下级的": (
        lambda s: retire_unit(s.units["西中心"], on=days(0), reason="撤"),
        "之下还有“西一社区”“西村”等单位",
    ),
    "并入已撤销的": (
        lambda s: merge_units([s.units["西一社区"]], retired(s, "东二社区"), on=days(0), reason="并"),
        f"“东二社区”已于 {days(-1)} 撤销。",
    ),
    "已撤销的服务": (
        lambda s: link_service(emptied(s), s.units["东一社区"], on=days(0), reason="联"),
        f"“西中心”已于 {days(-1)} 撤销。",
    ),
    "不同上级之间排序": (
        lambda s: reorder_unit(s.units["东一社区"], s.units["西一社区"], before=True),
        "只能在同一上级之下调整先后。",
    ),
    "顶层排序": (
        lambda s: reorder_unit(s.units[STREET], s.units["外街道党建工作协调委员会"], before=True),
        "只能在同一上级之下调整先后。",
    ),
    "撤销早于下级离开": (move_away_then_retire, "之下还有单位，撤销日期须晚于它们离开的日期。"),
    "撤销早于归属起始": (retire_before_it_stood_there, "“西村”的撤销日期早于现归属的起始日期。"),
    "并入自己": (
        lambda s: merge_units([s.units["东一社区"]], s.units["东一社区"], **SAID),
        "“东一社区”不能并入它自己。",
    ),
    "并入别的类型": (
        lambda s: merge_units([s.units["西村"]], s.units["西一社区"], **SAID),
        "“西村”与“西一社区”类型不同或不在同一街道，不能合并。",
    ),
    "并入别的街道": (
        lambda s: merge_units([s.units["东一社区"]], s.units["外社区"], **SAID),
        "“东一社区”与“外社区”类型不同或不在同一街道，不能合并。",
    ),
    "在将来合并": (
        lambda s: merge_units([s.units["东二社区"]], s.units["东一社区"], on=days(3), reason="并"),
        "在今天之后；请在生效当日再办理。",
    ),
    "合并已撤销的": (
        lambda s: merge_units([retired(s, "西村")], retired(s, "西村"), **SAID),
        f"“西村”已于 {days(-1)} 撤销。",
    ),
    "已撤销的再并": (
        lambda s: merge_units([retired(s, "东二社区")], s.units["东一社区"], on=days(0), reason="并"),
        f"“东二社区”已于 {days(-1)} 撤销。",
    ),
    "更名已撤销的": (
        lambda s: rename_unit(retired(s, "西村"), "新村", on=days(0), reason="更名"),
        f"“西村”已于 {days(-1)} 撤销。",
    ),
    "在将来更名": (lambda s: rename_unit(s.units["西村"], "新村", on=days(1), reason="更名"), "在今天之后"),
    "撤销两次": (lambda s: retire_unit(retired(s, "西村"), on=days(0), reason="撤"), f"“西村”已于 {days(-1)} 撤销。"),
    "在将来撤销": (lambda s: retire_unit(s.units["东一支部"], on=days(1), reason="撤"), "在今天之后"),
    "名称空": (lambda s: add_unit("village", "  ", parent=s.units["西中心"], **SAID), "名称不能为空。"),
    "更名为空": (lambda s: rename_unit(s.units["西村"], " ", **SAID), "名称不能为空。"),
    "代码已用": (
        lambda s: [add_unit("village", name, parent=s.units["西中心"], code="110112009001", **SAID) for name in "甲乙"],
        "代码 110112009001 已属于“甲”。",
    ),
    "服务科室": (
        lambda s: link_service(s.units["东中心"], s.units["城管科"], **SAID),
        "服务联系是中心（片区）对社区、村的联系，请检查两个单位。",
    ),
    "社区服务社区": (
        lambda s: link_service(s.units["东一社区"], s.units["西村"], **SAID),
        "服务联系是中心（片区）对社区、村的联系，请检查两个单位。",
    ),
    "服务别的街道": (
        lambda s: link_service(s.units["东中心"], s.units["外社区"], **SAID),
        "“外社区”与“东中心”不在同一街道。",
    ),
    "服务自己的": (lambda s: link_service(s.units["东中心"], s.units["东一社区"], **SAID), "本来就归“东中心”"),
    "服务两次": (lambda s: [a_link(s), a_link(s)], "“东中心”已经联系“西村”。"),
    "将来服务": (lambda s: link_service(s.units["东中心"], s.units["西村"], on=days(1), reason="联"), "在今天之后"),
    "服务已撤销的": (
        lambda s: link_service(s.units["东中心"], retired(s, "西村"), on=days(0), reason="联"),
        f"“西村”已于 {days(-1)} 撤销。",
    ),
    "服务结束在前": (
        lambda s: end_service(a_link(s), on=MAY - timedelta(days=1)),
        "截止日期 2026-04-30 早于起始日期 2026-05-01。",
    ),
    "管理员用户名已占用": (
        lambda s: [
            s.people["sysadmin"].__class__.objects.filter(username="sysadmin").update(admin_role=""),
            create_admins(lambda: "x"),
        ],
        "用户名 sysadmin 已被占用，请先改名。",
    ),
    "用户名与工号相同": (
        lambda s: [
            get_user_model().objects.filter(username="worker").update(staff_number="A17"),
            get_user_model()(username="A17", name="某", password="x").full_clean(),
        ],
        "这个用户名与别人的工号相同，请换一个。",
    ),
    "工号与用户名相同": (
        lambda s: get_user_model()(username="new", staff_number="worker", name="某", password="x").full_clean(),
        "这个工号与别人的用户名相同，请核对。",
    ),
    "姓名里有身份证号": (
        lambda s: get_user_model()(username="new", name="11010519491231002X", password="x").full_clean(),
        "文字里有像身份证号的 18 位号码。",
    ),
    "手机不像手机": (
        lambda s: get_user_model()(username="new", name="某", password="x", phone="12345").full_clean(),
        "手机号应为 11 位数字，以 1 开头。",
    ),
    "佐证太多": (
        lambda s: prepare_evidence([ContentFile(b"%PDF-1.4", name="x.pdf")] * (MOST_EVIDENCE + 1)),
        f"佐证最多 {MOST_EVIDENCE} 个，现在是 {MOST_EVIDENCE + 1} 个。",
    ),
    "不是照片": (
        lambda s: redraw_photo(ContentFile(b"not a picture", name="照片.jpg")),
        "“照片.jpg”不是能打开的照片（支持 JPG、PNG、WEBP）。",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_is_refused_in_its_own_words(street, what):
    act, sentence = REFUSED[what]
    with pytest.raises(ValidationError) as refused:
        act(street)
    assert sentence in "；".join(refused.value.messages)


@pytest.mark.parametrize("what", ["委托起止倒置", "授权起止倒置", "服务科室", "服务别的街道", "将来服务", "名称空"])
def test_what_was_refused_left_nothing(street, what):
    before = Unit.objects.count()
    with pytest.raises(ValidationError):
        REFUSED[what][0](street)
    assert (Delegation.objects.count(), Grant.objects.count(), ServiceLink.objects.count()) == (0, 0, 0)
    assert Unit.objects.count() == before


def test_nobody_acts_for_a_head_whom_nobody_has_appointed(street):
    dismiss(street.people["head"].appointments.get(), on=days(-1), reason="免")
    with pytest.raises(StepRefused, match="“城管科”的科室负责人空缺，暂不能代为"):
        acting_as(street.people["clerk"], "handle", street.units["城管科"])


def book_of(rows, columns=sheets.SHEETS[sheets.PEOPLE], names=sheets.SHEETS):
    book = Workbook()
    book.remove(book.active)
    for name in names:
        sheet = book.create_sheet(name)
        for row in [columns, *rows] if name == sheets.PEOPLE else [sheets.SHEETS[name]]:
            sheet.append(row)
    file = BytesIO()
    book.save(file)
    return ContentFile(file.getvalue(), name="opening.xlsx")


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (lambda: ContentFile(b"", name="x.xlsx"), "是空文件。"),
        (lambda: book_of([["u", "甲", "", ""]] * 3), "工作表“人员”超过 2 行，请分开导入。"),
        (lambda: book_of([], columns=["用户名", "姓名"]), "工作表“人员”的表头缺少：工号、手机。请用模板填写。"),
        (lambda: book_of([], names=[sheets.PEOPLE]), "缺少工作表“单位”。"),
    ],
)
def test_a_workbook_of_another_shape_is_refused(monkeypatch, file, sentence):
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    with pytest.raises(ValidationError) as refused:
        sheets.read_sheets(file())
    assert sentence in refused.value.messages[0]


def test_a_text_document_is_no_workbook():
    from docx import Document

    file = BytesIO()
    Document().save(file)
    with pytest.raises(ValidationError, match="请上传 Excel"):
        sheets.read_sheets(ContentFile(file.getvalue(), name="表.docx"))


def test_a_file_that_is_gone_is_not_found(street):
    from districts.files.attachments import keep_file

    log = make_log(street)
    kept = keep_file(log.attachments, "pdf", ContentFile(b"%PDF-1.4 ", name="x.pdf"), name="x.pdf", by=log.created_by)
    kept.file.storage.delete(kept.file.name)
    with pytest.raises(Http404):
        attachment_response(kept)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("command", "arguments", "sentence"),
    [
        ("open_street", ["/nowhere/x.xlsx"], "文件 /nowhere/x.xlsx 找不到或打不开。"),
        ("create_admins", [], "用户名 sysadmin 已被占用，请先改名。"),
        ("verify_log", [], "审计记录有"),
        ("reset_totp", ["nobody"], "没有用户名或工号为 nobody 的人员。"),
    ],
)
def test_a_command_says_why_it_stops(street, command, arguments, sentence):
    get_user_model().objects.filter(username="sysadmin").update(admin_role="")
    Event.objects.bulk_create([Event(serial=10**6, kind="login", at=timezone.now())])  # sealed by nobody
    with pytest.raises(CommandError, match=sentence):
        call_command(command, *arguments)
