"""Private by default: every text by every door. One refuser for forms; one scrubber for file names, events and logs."""

import io
import logging

import pytest
from django import forms
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from gunicorn.config import Config
from openpyxl import load_workbook

from districts.opening.loading import OpeningRefused, open_street
from districts.opening.sheets import read_sheets
from districts.opening.writing import as_read
from districts.records.fields import PortalForm, PrivateByDefault, holds_text
from districts.records.logs import ScrubbedLine
from districts.records.once import Submission, once
from districts.trail.models import Event
from districts.trail.recording import record_event
from partybuilding.appeals.models import MonthlyTopic
from partybuilding.assessment.models import Survey
from partybuilding.matters.logs.models import LogAttachment, WorkLog
from partybuilding.matters.orders.models import Order
from tests.cast import LONG_AGO, log_in, make_appeal, make_log
from tests.districts.opening_book import POSTS, UNITS, workbook
from tests.doors import PDF, form_classes
from tests.privacy import leaks, texts_of_file
from tests.private_ones import IDENTITY, PHONE, handlers
from yuqiao_portal.operations.server_log import ScrubbedLogger

PRIVATE = f"住户证件 {IDENTITY}，电话 {PHONE}"


def unguarded(classes):
    """Forms that do not stand behind the door."""
    return [
        c.__qualname__
        for c in classes
        if not issubclass(c, PrivateByDefault) or c._clean_fields is not PrivateByDefault._clean_fields
    ]


def open_texts(form):
    """Names of a form's text fields that take a personal number."""
    taken = []
    for name, field in form.base_fields.items():
        if holds_text(field):
            as_sent = type("Sent", (form,), {f"clean_{name}": lambda self, name=name: self.cleaned_data[name]})
            bare = object.__new__(as_sent)
            forms.BaseForm.__init__(bare, {name: PRIVATE})
            bare.fields = {name: field}
            bare._errors, bare.cleaned_data = forms.utils.ErrorDict(), {}
            bare._clean_fields()
            said = "".join(bare._errors.get(name, []))
            if not ("像身份证号" in said and "像电话号码" in said):
                taken.append(name)
    return taken


def test_every_form_stands_behind_the_door():
    classes = form_classes()
    assert len(classes) > 60
    assert unguarded(classes) == []


def test_a_form_beside_the_door_is_noticed():
    class Beside(forms.Form):
        note = forms.CharField()

    class Around(PortalForm):
        note = forms.CharField()

        def _clean_fields(self):
            forms.BaseForm._clean_fields(self)

    assert unguarded([Beside, Around, PortalForm]) == [Beside.__qualname__, Around.__qualname__]


def test_every_text_field_refuses_personal_numbers_but_those_named_with_their_reason():
    named, wrong = set(), []
    for form in form_classes():
        declares = next(c for c in form.__mro__ if "may_be_private" in vars(c))
        named |= {f"{declares.__name__}.{name}" for name in form.may_be_private.keys() & form.base_fields.keys()}
        wrong += [(form.__name__, name) for name in open_texts(form) if name not in form.may_be_private]
        assert all(len(reason) >= 5 for reason in form.may_be_private.values()), form
    assert wrong == []
    assert named == {
        "CodeForm.code",
        "LoginForm.password",
        "LoginForm.username",
        "NewPasswordForm.new_password1",
        "NewPasswordForm.new_password2",
        "NewPasswordForm.old_password",
        "OrganisationForm.phone",
        "PersonCreationForm.password1",
        "PersonCreationForm.password2",
        "PersonCreationForm.phone",
        "PersonForm.new_phone",
        "RegisterForm.caller_number",
        "ResetForm.password1",
        "ResetForm.password2",
        "WorkLogForm.corrected",
    }


class Note(PortalForm):
    may_be_private = {"phone": "本人的工作电话，遮盖显示"}
    note = forms.CharField(widget=forms.Textarea)
    phone = forms.CharField(required=False)
    file = forms.FileField(required=False)


def test_what_is_refused_is_named_with_its_place_and_stays_typed():
    form = Note({"note": f"昨天上门，{PHONE}", "phone": PHONE})
    assert form.errors == {"note": ["第 6 字起像电话号码。系统不保存这些内容，请删去后再提交。"]}
    page = str(form)
    assert page.count("第 6 字起像电话号码") == 2  # in the summary, and beside the field
    assert f"昨天上门，{PHONE}</textarea>" in page


@pytest.mark.parametrize(
    ("typed", "is_taken"),
    [
        (f"{PHONE} 来电反映，6号楼3门402", True),
        (f"已联系 {PHONE}（6号楼3门402）", True),
        (f"{PHONE} 来电反映，又打 13987654321", False),
        (f"{PHONE} 来电反映，6号楼3门402，13840212345", False),
    ],
)
def test_what_the_portal_filled_in_passes_and_nothing_else(typed, is_taken):
    form = Note({"note": typed}, initial={"note": f"{PHONE} 来电反映，6号楼3门402"})
    assert form.is_valid() == is_taken
    assert PHONE not in "".join(form.errors.get("note", []))


def test_what_no_document_can_hold_goes_at_the_door():
    form = Note({"note": "灯\x00不\x0b亮\x1f\ufffe，\t两行\r\n看", "phone": ""})
    assert form.is_valid()
    assert form.cleaned_data["note"] == "灯不亮，\t两行\n看"


def test_events_keep_no_personal_number_and_every_other_word(db):
    said = "附件 7：工单 202611251234567890 王某 138 1234 5678 110105 19491231 002X.pdf"
    record_event("download", said, outcome=f"交给 {PHONE}")
    event = Event.objects.get()
    assert event.subject == "附件 7：工单 202611251234567890 王某 ［电话］ ［证件号］.pdf"
    assert event.outcome == "交给 ［电话］"
    record_event("login", f"{PHONE} 登录")
    assert Event.objects.latest("serial").subject == "［电话］ 登录"


@pytest.mark.parametrize(
    ("said", "kept"), [("10.9.9.9", "10.9.9.9"), ("2001:db8::1", "2001:db8::1"), (IDENTITY, ""), (f"x {PHONE}", "")]
)
def test_a_header_is_kept_only_as_the_address_that_it_should_be(street, client, settings, said, kept):
    settings.BEHIND_TLS = True
    log_in(client, street.people["secretary"])
    client.get("/worklogs/export/", headers={"X-Real-IP": said}, secure=True)
    assert Event.objects.filter(kind="export").latest("serial").address == kept


def test_what_is_logged_passes_the_scrubber_the_texts_of_exceptions_too():
    ours = handlers()
    assert {type(h.formatter) for h in ours} == {ScrubbedLine}
    kept = io.StringIO()
    before = {h: h.setStream(kept) for h in ours}
    try:
        raise ValueError(f"Key (phone)=({PHONE})")
    except ValueError:
        for name in ("districts.jobs.running", "django.request", "django.server"):
            logging.getLogger(name).exception("任务 %s", IDENTITY)
    finally:
        for h, stream in before.items():
            h.setStream(stream)
    assert (kept.getvalue().count("任务 ［证件号］"), kept.getvalue().count("［电话］")) == (3, 3)
    assert PHONE not in kept.getvalue()


def test_the_web_servers_own_log_passes_it_too():
    config = Config()
    config.set("accesslog", "-")
    log = ScrubbedLogger(config)
    kinds = {type(h.formatter) for h in (*log.error_log.handlers, *log.access_log.handlers)}
    assert kinds == {ScrubbedLine}
    conf = {}
    exec((settings.BASE_DIR / "gunicorn.conf.py").read_text(encoding="utf-8"), conf)
    assert conf["logger_class"] == f"{ScrubbedLogger.__module__}.{ScrubbedLogger.__name__}"


def test_what_an_appeal_brings_with_it_passes_on_an_order_and_nothing_else(street, client):
    appeal = make_appeal(street, "东一社区")
    type(appeal).objects.filter(pk=appeal.pk).update(title="充电棚", content=f"旧文：来电 {PHONE}，6号楼3门402")
    log_in(client, street.people["commissioner"])
    address = f"/orders/new/?appeal={appeal.pk}"
    form = client.get(address).context["form"]
    said = {name: form[name].value() or "" for name in ("appeal", "kind", "unit", "title", "content", "due_on")}
    said |= {"lead_unit": street.units["东一社区"].pk, "unit": street.units["东中心"].pk}
    added = said | {"content": f"{said['content']}，请回 13987654321"}
    page = client.post(address, added).content.decode()
    assert (Order.objects.count(), page.count("起像电话号码"), "13987654321" in page) == (0, 2, True)
    client.post(address, said | {"content": f"{said['content']}，请周五前办"})
    assert Order.objects.get().content == f"旧文：来电 {PHONE}，6号楼3门402，请周五前办"


def test_an_old_log_is_edited_without_being_refused_for_what_it_says_already(street, client):
    log = make_log(street)
    WorkLog.objects.filter(pk=log.pk).update(text=f"电话 {PHONE} 已回")
    log_in(client, street.people["secretary"])
    form = client.get(f"/worklogs/{log.pk}/edit/").context["form"]
    names = ("happened_on", "category", "unit", "seen_version")
    said = {name: form[name].value() for name in names} | {"text": f"电话 {PHONE} 已回，满意", "place": ""}
    assert client.post(f"/worklogs/{log.pk}/edit/", said).status_code == 302
    log.refresh_from_db()
    assert log.text == f"电话 {PHONE} 已回，满意"


def test_an_address_fills_in_nothing_that_then_passes(street, client):
    log_in(client, street.people["commissioner"])
    said = {
        "unit": street.units["东一社区"].pk,
        "month": f"{timezone.localdate():%Y-%m}",
        "item": "停车",
        "title": PHONE,
    }
    page = client.post(f"/appeals/topics/?title={PHONE}", said)
    assert (page.status_code, MonthlyTopic.objects.count()) == (422, 0)


def test_a_refused_form_with_files_says_that_they_must_be_chosen_again(street, client):
    log_in(client, street.people["secretary"])
    said = {"text": PRIVATE, "happened_on": timezone.localdate(), "unit": street.units["东一社区"].pk}
    page = client.post("/worklogs/new/", said | {"files": SimpleUploadedFile("通知.pdf", PDF)}).content.decode()
    assert "其余内容都已保留；浏览器不保留选好的文件，请重新选择。" in page
    assert f"{PRIVATE}</textarea>" in page
    assert "请重新选择" not in client.post("/worklogs/new/", said).content.decode()


def test_the_names_of_files_are_kept_without_personal_numbers(street, client):
    log_in(client, street.people["secretary"])
    said = {"text": "见附件", "happened_on": timezone.localdate(), "unit": street.units["东一社区"].pk}
    client.post("/worklogs/new/", said | {"files": SimpleUploadedFile(f"王某 {IDENTITY} 138|1234|5678 申请.pdf", PDF)})
    kept = LogAttachment.objects.get()
    assert kept.name == "王某 ［证件号］ ［电话］ 申请.pdf"
    client.get(f"/worklogs/attachments/{kept.pk}/")
    assert Event.objects.get(kind="download").subject == f"日志附件 {kept.pk}（PDF）"


def test_the_reason_of_a_withdrawal_stays_typed(street, client):
    by = street.people["office"]
    survey = Survey.objects.create(
        street=by.appointments.get().unit,
        name="测评",
        paper="函",
        measured_on=LONG_AGO,
        state="confirmed",
        entered_by=by,
        confirmed_by=street.people["leader"],
    )
    log_in(client, by)
    response = client.post(reverse("survey", args=[survey.pk]), {"withdraw": "yes", "why": PRIVATE})
    page = response.content.decode()
    assert (response.status_code, f'value="{PRIVATE}"' in page, page.count("像身份证号")) == (422, True, 2)
    survey.refresh_from_db()
    assert survey.state == "confirmed"


def test_what_comes_by_a_file_or_a_command_is_refused_by_column(db, tmp_path):
    people = [["zhang", "张某", 1001, PHONE], ["li", f"李某{PHONE}", "", ""]]
    posts = [[*POSTS[0][:-1], f"批示，{PHONE}"]]
    with pytest.raises(OpeningRefused) as refusal:
        open_street(workbook(people=people, posts=posts), LONG_AGO)
    said = [(sheet, row, text) for sheet, row, text in refusal.value.errors if "像电话号码" in text]
    assert said == [
        ("人员", 3, "姓名：第 3 字起像电话号码。系统不保存这些内容，请删去后再提交。"),
        ("任职", 2, "依据：第 4 字起像电话号码。系统不保存这些内容，请删去后再提交。"),
    ]
    units = [[*UNITS[0][:-1], f"值班 {PHONE}"], *UNITS[1:]]
    with pytest.raises(OpeningRefused, match="单位第 2 行：备注：第 4 字起像电话号码"):
        open_street(workbook(units=units), LONG_AGO)
    with pytest.raises(CommandError, match="第 1 字起像电话号码") as refused:
        call_command("region", PHONE)
    assert PHONE not in str(refused.value)


def test_sentences_about_a_faulty_row_do_not_quote_what_is_private(db):
    units = [["街道", PHONE, "某街道", "", "", "是", "是", ""]]
    with pytest.raises(OpeningRefused) as refusal:
        open_street(workbook(units=units), LONG_AGO)
    assert "代码“［电话］”应为 12 位数字。" in str(refusal.value)
    assert PHONE not in f"{refusal.value}{refusal.value.errors}"


def test_of_a_tried_workbook_only_what_was_read_waits_for_its_confirmation():
    book = load_workbook(workbook())
    book["人员"]["E1"], book["人员"]["E2"] = "身份证号", IDENTITY
    book.create_sheet("草稿")["A1"] = IDENTITY
    file = io.BytesIO()
    book.save(file)
    kept = as_read(read_sheets(ContentFile(file.getvalue(), name="x.xlsx")))
    assert {label for label, _ in leaks({"证件号": IDENTITY, "手机": PHONE}, texts_of_file("kept", kept))} == {"手机"}
    rows = read_sheets(ContentFile(kept, name="x.xlsx"))
    assert {n: [r for _, r in s] for n, s in rows.items()} == {
        n: [r for _, r in s] for n, s in read_sheets(workbook()).items()
    }


def test_a_token_is_not_kept_as_it_was_sent(street):
    user = street.people["secretary"]
    assert once(user, IDENTITY, lambda: "/") == ("/", True)
    assert once(user, IDENTITY, lambda: "/elsewhere/") == ("/", False)
    assert IDENTITY not in Submission.objects.get().token
