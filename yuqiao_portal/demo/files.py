"""Small files of the demo, drawn and written by code: each says that it is one."""

from io import BytesIO

from django.core.files.base import ContentFile
from docx import Document
from openpyxl import Workbook
from PIL import Image, ImageDraw

from districts.files.attachments import keep_file, prepare_evidence
from districts.files.hanging import hang
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import Order

SAID = "演示数据，纯属虚构"
# 演示, sixteen rows of 32 points: no machine needs a Chinese font to draw it
SIGNS = (
    0x20C00000,
    0x70C00000,
    0x1FFC3FF8,
    0x0C0C3FF8,
    0x03F80000,
    0x60C00000,
    0x27F87FFC,
    0x06C87FFC,
    0x07F80180,
    0x16C819B0,
    0x36C83198,
    0x37F83198,
    0x6330618C,
    0x6F1CE18C,
    0x04080F08,
    0x00000F00,
)
POINT = 9
SKIES = ("#cfe3f1", "#f3dcc0", "#dfe9d8")


def hang_on_logs(unit):
    """Photos and a table on the newest logs of a unit."""
    logs = WorkLog.objects.filter(unit=unit).select_related("created_by").order_by("-happened_on", "-pk")[:3]
    for n, log in enumerate(logs):
        rows = [("点位", "处数", "已清理"), ("东侧楼道", 3, 3), ("地下空间", 2, 1)]
        sent = [photo(n), table("楼道堆物台账（演示）.xlsx", rows)] if n == 0 else [photo(n)]
        for kind, content, name in prepare_evidence(sent):
            keep_file(log.attachments, kind, content, name=name, by=log.created_by)


def hang_on_order(unit):
    """A table on the newest order that the street or a centre gave a unit."""
    order = Order.objects.filter(assignments__unit=unit, state="issued").order_by("-issued_on", "-pk").first()
    rows = [("点位", "要求"), ("3 号楼", "清理楼道"), ("5 号楼地下空间", "清理并公示")]
    hang(order.files, prepare_evidence([table("点位清单（演示）.xlsx", rows)]), order.created_by)


def photo(n):
    """A street of three houses under the word 演示."""
    picture = Image.new("RGB", (640, 480), SKIES[n % len(SKIES)])
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 400, 640, 480), fill="#8d8f8c")
    for house, (left, top, colour) in enumerate([(30, 210, "#b86b4b"), (240, 250, "#c9b37e"), (450, 190, "#7d93a8")]):
        pen.rectangle((left, top, left + 160, 400), fill=colour)
        for storey in range(top + 20, 360, 50):
            for window in range(left + 20, left + 140, 45):
                pen.rectangle(
                    (window, storey, window + 25, storey + 28), fill="#fdf6d8" if (house + n) % 2 else "#e8eef2"
                )
    _say_so(pen)
    return _file(f"现场照片{n + 1}（演示）.jpg", lambda file: picture.save(file, "JPEG", quality=85))


def _say_so(pen):
    for row, points in enumerate(SIGNS):
        for column in range(32):
            if points >> (31 - column) & 1:
                x, y = 176 + column * POINT, 30 + row * POINT
                pen.rectangle((x, y, x + POINT - 1, y + POINT - 1), fill="#b3261e")


def paper(name, *sentences):
    """A Word file of a few sentences."""
    document = Document()
    for sentence in (f"（{SAID}）", *sentences):
        document.add_paragraph(sentence)
    return _file(name, document.save)


def table(name, rows):
    """An Excel file of rows, under a line that says what it is."""
    book = Workbook()
    for row in [(SAID,), *rows]:
        book.active.append(row)
    return _file(name, book.save)


def page(name, *sentences):
    """A PDF of one page; its letters are those that every reader has for Chinese."""
    lines = [f"<{sentence.encode('utf-16-be').hex()}> Tj T*" for sentence in (f"（{SAID}）", *sentences)]
    text = "\n".join(["BT /F1 14 Tf 24 TL 72 760 Td", *lines, "ET"])
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(text)} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [6 0 R] >>",
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /FontDescriptor 7 0 R"
        " /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>",
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0"
        " /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    return ContentFile(_numbered(objects), name=name)


def _numbered(objects):
    """The bytes of a PDF of these objects, with the table of where each begins."""
    body, begins = b"%PDF-1.4\n", []
    for number, text in enumerate(objects, 1):
        begins.append(len(body))
        body += f"{number} 0 obj\n{text}\nendobj\n".encode("ascii")
    places = "".join(f"{place:010} 00000 n \n" for place in begins)
    size = len(objects) + 1
    end = f"xref\n0 {size}\n0000000000 65535 f \n{places}trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return body + end.encode("ascii")


def _file(name, save):
    file = BytesIO()
    save(file)
    return ContentFile(file.getvalue(), name=name)
