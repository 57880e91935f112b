"""Photos and files of logs: drawn anew, checked by content, kept apart, served through the gate; no personal numbers."""

import io
import random

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from openpyxl import Workbook
from PIL import Image

from districts.files.uploads import check_office_file, kind_of_file, redraw_photo
from districts.trail.models import Event
from partybuilding.matters.logs.models import LogAttachment, WorkLog
from tests.cast import log_in
from tests.soak.sizes import size
from tests.uploads import log_form, package, photo


def xlsx():
    file = io.BytesIO()
    Workbook().save(file)
    return ContentFile(file.getvalue(), name="表.xlsx")


DOCX = {"word/document.xml": "<w/>", "[Content_Types].xml": "<t/>"}


def test_a_photo_is_drawn_anew_without_place_or_camera(street, client):
    log_in(client, street.people["secretary"])
    assert client.post("/worklogs/new/", log_form(street, photos=[photo(), photo()], files=[xlsx()])).status_code == 302
    kept = LogAttachment.objects.filter(kind="photo").first()
    picture = Image.open(kept.file.path)
    assert (picture.size, picture.format, dict(picture.getexif())) == ((1600, 800), "JPEG", {})
    assert LogAttachment.objects.filter(kind="xlsx").get().name == "表.xlsx"
    page = client.get(f"/worklogs/{kept.log_id}/").content.decode()
    assert page.count("<img ") == 2


def test_attachments_go_through_the_gate_as_downloads(street, client):
    log_in(client, street.people["secretary"])
    client.post("/worklogs/new/", log_form(street, photos=[photo()], files=[xlsx()]))
    photo_, sheet = LogAttachment.objects.order_by("kind")
    response = client.get(f"/worklogs/attachments/{sheet.pk}/")
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert Event.objects.filter(kind="download").get().subject == f"日志附件 {sheet.pk}（Excel）"
    for login in ("neighbour", "far_commissioner", "stranger", "sysadmin"):
        log_in(client, street.people[login])
        for attachment in (photo_, sheet):
            assert client.get(f"/worklogs/attachments/{attachment.pk}/").status_code == 404


def test_at_most_six_photos_and_what_is_dropped_goes(street, client, django_capture_on_commit_callbacks):
    log_in(client, street.people["secretary"])
    page = client.post("/worklogs/new/", log_form(street, photos=[photo(40, 40) for _ in range(7)])).content.decode()
    assert "照片最多 6 张，现在是 7 张，请删去几张。" in page
    assert "清出堆物</textarea>" in page
    assert WorkLog.objects.count() == 0
    client.post("/worklogs/new/", log_form(street, photos=[photo(40, 40) for _ in range(6)]))
    log = WorkLog.objects.get()
    edit = log_form(street, seen_version=log.version, photos=[photo(40, 40)])
    assert "照片最多 6 张" in client.post(f"/worklogs/{log.pk}/edit/", edit).content.decode()
    gone = list(log.attachments.all()[:2])
    edit = log_form(street, seen_version=log.version, photos=[photo(40, 40)], dropped=[a.pk for a in gone])
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/worklogs/{log.pk}/edit/", edit).status_code == 302
    assert log.attachments.count() == 5
    assert [a.file.storage.exists(a.file.name) for a in gone] == [False, False]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("联系人 11010519491231002X", "像身份证号"),
        ("证件１１０１０５１９４９１２３１００２ｘ号", "像身份证号"),
        ("110105 19491231 002X", "像身份证号"),
        ("电话13812345678", "像电话号码"),
        ("电话138-1234-5678", "像电话号码"),
    ],
)
def test_personal_numbers_are_refused_in_words_and_the_typing_kept(street, client, text, sentence):
    log_in(client, street.people["secretary"])
    page = client.post("/worklogs/new/", log_form(street, text=text)).content.decode()
    assert (sentence in page, WorkLog.objects.count()) == (True, 0)


def test_ordinary_numbers_are_no_personal_numbers(street, client):
    log_in(client, street.people["secretary"])
    assert (
        client.post(
            "/worklogs/new/", log_form(street, text="工单 2026050112345，清出 18 处，共 69512345 元 2026-01-01 12:30")
        ).status_code
        == 302
    )


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (ContentFile(b"MZ\x90\x00 program", name="照片.jpg"), "不是能打开的照片"),
        (ContentFile(b"", name="空.jpg"), "是空文件"),
        (ContentFile(b"GIF89a" + b"\0" * 50, name="a.gif"), "不是能打开的照片"),
    ],
)
def test_what_is_no_photo_is_refused(file, sentence):
    with pytest.raises(ValidationError, match=sentence):
        redraw_photo(file)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (ContentFile(b"<html><script>", name="a.pdf"), "不是支持的类型"),
        (package({"a.txt": "x"}), "不是 Word"),
        (package({**DOCX, "word/vbaProject.bin": "x"}), "有宏或控件"),
        (package({**DOCX, "xl/externalLinks/externalLink1.xml": "x"}), "“编辑链接”→“断开链接”"),
        (package({**DOCX, "word/x.xml": "<!DOCTYPE a [<!ENTITY x 'y'>]>"}), "不该有的文档声明"),
        (package({**DOCX, "word/x.xml": "<!DOCTYPE a>".encode("utf-16-le")}), "不该有的文档声明"),
        (package({**DOCX, **{f"p{n}.xml": "x" for n in range(201)}}), "部件太多"),
        (package({**DOCX, "word/big.xml": b"0" * (51 * 1024 * 1024)}), "解开后超过 50 MB"),
        (ContentFile(b"0" * (10 * 1024 * 1024 + 1), name="big.pdf"), "最大 10 MB"),
    ],
)
def test_bad_files_and_bombs_are_refused_in_words(file, sentence):
    with pytest.raises(ValidationError, match=sentence):
        kind_of_file(file)


def test_a_package_that_lies_about_its_size_is_counted_while_it_is_read():
    data = bytearray(package({**DOCX, "word/big.xml": b"0" * (51 * 1024 * 1024)}).read())
    place = data.rfind(b"PK\x01\x02")
    data[place + 24 : place + 28] = (100).to_bytes(4, "little")  # the directory claims 100 bytes
    with pytest.raises(ValidationError):
        check_office_file(ContentFile(bytes(data), name="x.docx"))


def test_mutated_files_are_refused_or_kept_whole_never_an_error():
    rng, refusals = random.Random(5), []
    sources = [
        (xlsx().read(), kind_of_file),
        (photo(60, 40).read(), redraw_photo),
        (package(DOCX).read(), kind_of_file),
    ]
    for n in range(size(short=150, sample=1500, full=10_000)):
        data, check = sources[n % 3]
        data = bytearray(data)
        for _ in range(rng.randint(1, 8)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        if rng.random() < 0.3:
            del data[rng.randrange(len(data)) :]
        refusals += said_in_refusal(check, ContentFile(bytes(data), name="x.bin"))
    assert len(refusals) > 20
    assert [text for text in refusals if not text.endswith(("。", "）。"))] == []


def said_in_refusal(check, file):
    """The sentences of a refusal; none when the file may be kept. Any other error goes through."""
    try:
        check(file)
    except ValidationError as refusal:
        return refusal.messages
    return []
