"""What a photo or an office file says of who made it is gone; what it says to its reader stays. Opened by other programs."""

import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.packaging.custom import StringProperty
from PIL import Image, PngImagePlugin

from districts.files.attachments import prepare_all
from districts.files.uploads import redraw_photo
from districts.records.cutting import CUT, CUT_AROUND, edited
from partybuilding.matters.logs.models import LogAttachment
from tests.cast import log_in
from tests.processes import python
from tests.uploads import log_form, package

MARK = "张三留下的"
CHANGES = f"""<w:p {nsdecls("w")}><w:ins w:id="7" w:author="{MARK}" w:date="2026-01-01T00:00:00Z"><w:r><w:t>添上的字</w:t></w:r></w:ins>
<w:del w:id='8' w:author = '{MARK}'><w:r><w:delText>划去的字</w:delText></w:r></w:del></w:p>"""


def told_of(content):
    """The parts of a package in which the mark stands, in any encoding that a part may have."""
    with zipfile.ZipFile(content) as archive:
        texts = {name: archive.read(name) for name in archive.namelist()}
    return sorted(n for n, text in texts.items() if any(MARK.encode(code) in text for code in ("utf-8", "utf-16-le")))


def saved(book, name):
    file = io.BytesIO()
    book.save(file)
    return ContentFile(file.getvalue(), name=name)


def docx():
    document = Document()
    run = document.add_paragraph("正文").add_run("加粗的字")
    document.add_comment(run, text=f"{MARK}批注", author=MARK, initials="Z")
    document.element.body.insert(1, parse_xml(CHANGES))
    document.add_table(2, 3)
    document.sections[0].header.paragraphs[0].text = "页眉"
    picture = io.BytesIO()
    Image.new("RGB", (20, 20)).save(picture, "PNG")
    document.add_picture(picture)
    for name in ("author", "last_modified_by", "comments", "keywords", "title", "subject", "category"):
        setattr(document.core_properties, name, MARK)
    return saved(document, "方案.docx")


def xlsx():
    book = Workbook()
    book.properties.creator = book.properties.lastModifiedBy = book.properties.description = MARK
    book.custom_doc_props.append(StringProperty(name="单位", value=MARK))
    sheet = book.active
    sheet.append(["社区", "件数"])
    sheet.append(["东一社区", 3])
    sheet["C2"] = "=B2*2"
    sheet["A2"].comment = Comment(f"{MARK}批注", MARK)
    return saved(book, "台账.xlsx")


def stripped(file):
    [(kind, content, name)] = prepare_all([(file, False)])
    assert (kind, name) == (file.name[-4:], file.name)
    return content


def test_a_word_file_loses_author_comments_and_names_beside_changes_and_nothing_else():
    assert len(told_of(docx())) >= 3
    content = stripped(docx())
    assert told_of(content) == []
    document = Document(content)
    assert [p.text for p in document.paragraphs] == ["正文加粗的字", "", ""]
    body = document.element.body.xml
    assert [said in body for said in ("添上的字", "划去的字", 'w:author="作者"', "w:comment")] == [
        True,
        True,
        True,
        False,
    ]
    assert (len(document.tables), len(document.inline_shapes)) == (1, 1)
    assert document.sections[0].header.paragraphs[0].text == "页眉"


def test_an_excel_file_loses_author_comments_and_custom_properties_and_nothing_else():
    assert len(told_of(xlsx())) >= 3
    content = stripped(xlsx())
    assert told_of(content) == []
    sheet = load_workbook(content).active
    assert list(sheet.values) == [("社区", "件数", None), ("东一社区", 3, "=B2*2")]
    assert sheet["A2"].comment is None
    with zipfile.ZipFile(content) as archive:
        drawing = archive.read("xl/drawings/commentsDrawing1.vml").decode()
        types = archive.read("[Content_Types].xml").decode()
    assert ("shapetype" in drawing, "ClientData" in drawing) == (True, False)
    assert [word in types for word in ("comment1", "docProps", "sheet1.xml")] == [False, False, True]


RELATIONS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
RELATION = '<Relationship Id="r{}" Type="http://schemas.microsoft.com/office/2017/10/relationships/{}" Target="{}"/>'


def made_up_xlsx(**more):
    """A package of another hand: threaded comments, their people, a reserved workbook, a pivot, a part that nothing refers to."""
    root = [("officeDocument", "/xl/workbook.xml"), ("core-properties", "props/who.xml")]
    book = [("worksheet", "./sheets/a%20b.xml"), ("person", "x/1.xml"), ("pivotCacheDefinition", "x/3.xml")]
    sheet = [("threadedComment", "../x/2.xml"), ("comments", "/XL/x/4.xml")]
    relations = {
        name: RELATIONS.format("".join(RELATION.format(n, *pair) for n, pair in enumerate(pairs)))
        for name, pairs in {
            "_rels/.rels": root,
            "xl/_rels/workbook.xml.rels": book,
            "xl/sheets/_rels/a b.xml.rels": sheet,
        }.items()
    }
    said = {f"xl/x/{n}.xml": f"<p>{MARK}</p>" for n in (1, 2, 4)}
    return package(
        {
            "[Content_Types].xml": "<Types/>",
            **relations,
            **said,
            "props/who.xml": f"<p>{MARK}</p>",
            "left/behind.txt": MARK,
            "xl/workbook.xml": f'<w><fileSharing userName="{MARK}"/><x:absPath xmlns:x="y" url="C:\\{MARK}\\"/></w>',
            "xl/sheets/a b.xml": f"<s><v>3</v><scenario name='甲' user='{MARK}'/></s>".encode("utf-16"),
            "xl/x/3.xml": f'<pivotCacheDefinition refreshedBy="{MARK}" recordCount="3"/>',
            **more,
        },
        "台账.xlsx",
    )


def test_a_file_of_another_hand_keeps_only_what_its_relations_reach_without_names():
    content = stripped(made_up_xlsx())
    assert told_of(content) == []
    with zipfile.ZipFile(content) as archive:
        assert sorted(archive.namelist()) == [
            "[Content_Types].xml",
            "_rels/.rels",
            "xl/_rels/workbook.xml.rels",
            "xl/sheets/_rels/a b.xml.rels",
            "xl/sheets/a b.xml",
            "xl/workbook.xml",
            "xl/x/3.xml",
        ]
        assert archive.read("xl/x/3.xml").decode() == '<pivotCacheDefinition refreshedBy="作者" recordCount="3"/>'
        assert archive.read("xl/sheets/a b.xml").decode() == "<s><v>3</v><scenario name='甲' user=\"作者\"/></s>"
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    "broken",
    [
        {"xl/workbook.xml": "<w author='x'>"},
        {"_rels/.rels": "<Relationships/>"},
        {"_rels/.rels": b"\xff"},
        {"[Content_Types].xml": "no"},
    ],
)
def test_a_package_that_no_program_would_open_is_refused_in_words(broken):
    with pytest.raises(ValidationError, match=r"“台账\.xlsx”已损坏，打不开。请另存后再试。"):
        stripped(made_up_xlsx(**broken))


def test_a_bomb_is_refused_before_anything_is_written_anew():
    with pytest.raises(ValidationError, match="解开后超过 50 MB"):
        stripped(made_up_xlsx(**{"xl/x/5.xml": b"0" * (51 * 1024 * 1024)}))


def test_what_is_cut_takes_all_within_and_nothing_beside():
    text = '<a><b x="1>2"/><c><d y="1"/>字<b></b></c><e><f/><g/></e>尾</a>'.encode()
    verdicts = {"b": CUT, "d": {"y": "<新>"}, "f": CUT_AROUND}
    assert edited(text, lambda tag, _: verdicts.get(tag)).decode() == '<a><c><d y="&lt;新&gt;"/>字</c>尾</a>'


@pytest.mark.parametrize("text", ["<a/>".encode("utf-16-le"), b"<!DOCTYPE a><a/>"])
def test_what_could_be_read_otherwise_than_it_is_cut_is_refused(text):
    with pytest.raises(ValueError, match=r"neither UTF-8 nor UTF-16|a document type"):
        edited(text, lambda tag, _: None)


def test_a_log_keeps_the_stripped_file_and_its_digest(street, client):
    log_in(client, street.people["secretary"])
    assert client.post("/worklogs/new/", log_form(street, files=[docx(), xlsx()])).status_code == 302
    for kept in LogAttachment.objects.all():
        assert told_of(kept.file) == []
        assert kept.size == kept.file.size


def photo(kind, comment):
    """A photo with the mark in every place that its kind has for words."""
    picture, file, words = Image.new("RGB", (60, 40), (9, 120, 60)), io.BytesIO(), comment.encode()
    exif = Image.Exif()
    exif[0x010E], exif[0x013B], exif[0x9C9B] = comment, comment, words
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", comment)
    info.add_text("Comment", comment, zip=True)
    info.add_itxt("Description", comment, zip=False)
    info.add_itxt("XML:com.adobe.xmp", comment)
    how = {
        "JPEG": {"comment": words, "xmp": words},
        "PNG": {"pnginfo": info},
        "WEBP": {"xmp": words},
    }[kind]
    picture.save(file, kind, exif=exif, icc_profile=words * 9, **how)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_no_word_that_was_written_into_a_photo_stays(kind):
    sent = photo(kind, "LEFT-BY-SOMEBODY")
    assert sent.count(b"LEFT-BY-SOMEBODY") >= 2
    drawn = redraw_photo(ContentFile(sent, name="a.jpg"))
    assert b"LEFT-BY-SOMEBODY" not in drawn.read()
    assert sorted(Image.open(drawn).info) == ["jfif", "jfif_density", "jfif_unit", "jfif_version"]


def header_only(kind, width, height):
    """The beginning of a photo that large, with nothing in it that could be decoded."""
    file = io.BytesIO()
    Image.new("L", (8, 8)).save(file, kind)
    data = bytearray(file.getvalue())
    if kind == "PNG":
        import zlib

        data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
        data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
        return bytes(data[:41])
    place = data.index(b"\xff\xc0") + 5
    data[place : place + 4] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(data[: data.index(b"\xff\xda") + 14])


@pytest.mark.parametrize(
    ("kind", "width", "height", "said"),
    [
        ("JPEG", 8000, 5001, "尺寸太大（8000×5001），最多 4000 万像素。"),
        ("PNG", 8000, 5001, "尺寸太大（8000×5001），最多 4000 万像素。"),
        ("JPEG", 12000, 9000, "尺寸太大（12000×9000），最多 4000 万像素。"),
        ("PNG", 60000, 60000, "尺寸太大（超过 1.7 亿像素），最多 4000 万像素。"),
        ("JPEG", 8000, 5000, "不是能打开的照片"),
        ("PNG", 8000, 5000, "不是能打开的照片"),
    ],
)
def test_a_photo_above_forty_million_pixels_is_refused_by_its_header(kind, width, height, said):
    with pytest.raises(ValidationError, match=said):
        redraw_photo(ContentFile(header_only(kind, width, height), name="大.jpg"))


REDRAW = """
from django.core.files.base import ContentFile
from districts.files.uploads import redraw_photo
import sys
def most():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1])
redraw_photo(ContentFile(open({small!r}, "rb").read(), name="a.jpg"))
data, before = open({large!r}, "rb").read(), most()
drawn = redraw_photo(ContentFile(data, name="b.jpg"))
from PIL import Image
print((most() - before) // 1024, Image.open(drawn).size)
"""


def test_a_photo_of_forty_million_pixels_takes_less_than_a_hundred_megabytes(tmp_path):
    small, large = tmp_path / "small.jpg", tmp_path / "large.jpg"
    Image.new("RGB", (80, 60)).save(small)
    Image.new("L", (7300, 5470), 90).save(large)
    said, _ = python(REDRAW.format(small=str(small), large=str(large))).communicate()
    megabytes, _, size_ = said.decode().strip().partition(" ")
    assert size_ == "(1600, 1199)"
    assert int(megabytes) < 100
