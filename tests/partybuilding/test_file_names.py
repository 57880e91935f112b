"""Names of files: the ending says what was checked, and nothing in a name misleads."""

import unicodedata

import pytest
from django.core.files.base import ContentFile

from districts.files.attachments import keep_file
from districts.files.filenames import served_name
from districts.trail.models import Event
from partybuilding.matters.logs.models import LogAttachment
from tests.cast import log_in, make_log

ENDINGS = ["hta", "js", "pdf.exe", "lnk", "exe.", "pdf .scr", "HTML", "pdf.js.bat", "settingcontent-ms", "7z", ""]


@pytest.mark.parametrize("ending", ENDINGS)
def test_whatever_ending_is_sent_the_kept_and_the_served_one_say_pdf(street, client, ending):
    log_in(client, street.people["secretary"])
    script = ContentFile(b"%PDF-1.4 <script>new ActiveXObject('WScript.Shell')</script>", name=f"通知.{ending}")
    form = {
        "text": "清出堆物",
        "happened_on": "2026-05-06",
        "unit": street.units["东一社区"].pk,
        "order": "",
        "files": [script],
    }
    assert client.post("/worklogs/new/", form).status_code == 302
    kept = LogAttachment.objects.get()
    response = client.get(f"/worklogs/attachments/{kept.pk}/")
    assert (kept.name, kept.file.name[-4:], response.headers["Content-Type"]) == ("通知.pdf", ".pdf", "application/pdf")
    assert response.headers["Content-Disposition"] == "attachment; filename*=utf-8''%E9%80%9A%E7%9F%A5.pdf"


def test_a_bad_name_of_a_past_release_is_shown_served_and_recorded_with_the_right_ending(street, client):
    log = make_log(street)
    kept = keep_file(log.attachments, "pdf", ContentFile(b"%PDF-1.4 ", name="x"), name="通知.pdf", by=log.created_by)
    LogAttachment.objects.filter(pk=kept.pk).update(name="通知.hta")
    log_in(client, street.people["secretary"])
    response = client.get(f"/worklogs/attachments/{kept.pk}/")
    assert response.headers["Content-Disposition"] == "attachment; filename*=utf-8''%E9%80%9A%E7%9F%A5.pdf"
    page = client.get(f"/worklogs/{log.pk}/").content.decode()
    assert ("通知.pdf" in page, "hta" in page) == (True, False)
    assert Event.objects.get(kind="download").subject == f"日志附件 {kept.pk}（PDF）"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("方案v1.2.docx", "方案v1.2.pdf"),
        ("2026.10", "2026.10.pdf"),
        ("（定稿）3号楼 方案.pdf", "（定稿）3号楼 方案.pdf"),
        ("..\\..\\通知.pdf", "通知.pdf"),
        ("/etc/passwd", "passwd.pdf"),
        ("通知\u202efdp.exe", "通知fdp.pdf"),
        ("通\x00知\x1b[2J\u200b\ufeff.pdf", "通知[2J.pdf"),
        ("第一行\r\n第二行.pdf", "第一行  第二行.pdf"),
        ("通知.exe:流.pdf", "通知.exe_流.pdf"),
        ("..隐藏.pdf", "隐藏.pdf"),
        ("CON.pdf", "_CON.pdf"),
        ("lpt1 .报表.pdf", "_lpt1 .报表.pdf"),
        ("控制台.pdf", "控制台.pdf"),
        ("", "附件.pdf"),
        ("...", "附件.pdf"),
        (".exe", "附件.pdf"),
        ("e\u0301tat.pdf", "état.pdf"),
        ("长" * 300 + ".pdf.exe", "长" * 78 + ".pdf"),
        ("x" * 300, "x" * 116 + ".pdf"),
    ],
)
def test_a_name_keeps_its_words_and_loses_what_misleads(sent, kept):
    assert served_name(sent, "pdf") == kept


def test_every_name_whatever_its_signs_is_short_visible_and_ends_as_checked():
    signs = [chr(n) for n in range(0x3000)] + [chr(n) for n in range(0xD7F0, 0xE010)] + [chr(0x1F600), chr(0x30000)]
    for n, sign in enumerate(signs):
        name = served_name(f"{sign}甲{sign}.{sign}exe{sign}" * (n % 40 + 1), "xlsx")
        assert name.endswith(".xlsx")
        assert (len(name) <= 120, len(name.encode()) <= 240, name[0] != ".") == (True, True, True), ascii(sign)
        assert {unicodedata.category(s) for s in name}.isdisjoint({"Cc", "Cf", "Cs"}), ascii(sign)
        assert set(name).isdisjoint('/\\:*?"<>|'), ascii(sign)
