"""The two files of 12345 as workbooks, and how they are sent."""

import io
import zipfile
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

SAMPLES = Path(__file__).parent / "samples"
LEDGER = ["工单编号", "主要内容", "创建时间", "村/社区", "来电人", "来电人电话", "是否解决", "是否满意"]
HEADS = ["工单编号", "创建时间", "主要内容", "村/社区", "办结时间"]
CALLBACK = ["工单编号", "创建时间", "二级承办单位简称", "是否有效回访", "是否联系", "是否解决", "是否满意"]


def sample(name):
    return ContentFile((SAMPLES / f"{name}.xlsx").read_bytes(), name=f"{name}.xlsx")


def table(*rows, name="台账.xlsx", sheet="台账"):
    """A workbook of these rows, the header among them."""
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return ContentFile(content.getvalue(), name=name)


def book(*rows, heads=HEADS, change=None, name="台账.xlsx", prepare=None):
    """An .xlsx file; `change` maps (part, text) to text before it is packed."""
    workbook, out = Workbook(), io.BytesIO()
    sheet = workbook.active
    for row in [heads, *rows]:
        sheet.append(row)
    if prepare:
        prepare(workbook, sheet)
    workbook.save(out)
    if change:
        package, packed = zipfile.ZipFile(io.BytesIO(out.getvalue())), io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
            for part in package.namelist():
                made.writestr(part, change(part, package.read(part).decode()))
        out = packed
    return ContentFile(out.getvalue(), name=name)


def in_sheet(old, new):
    return lambda part, text: text.replace(old, new) if part == "xl/worksheets/sheet1.xml" else text


def ledger_row(number="BJ001", text="路灯不亮", at="2026-10-02 08:00", place="东一社区", solved="", satisfied="", **_):
    return [number, text, at, place, "王先生", "13812345678", solved, satisfied]


def callback_row(number="BJ001", valid="是", contacted="是", solved="否", satisfied="不满意", place="东二"):
    return [number, "2026-10-02 08:00", place, valid, contacted, solved, satisfied]


def upload(client, *files):
    sent = [SimpleUploadedFile(f.name, f.read()) for f in files]
    return client.post("/appeals/import/", {"files": sent}, follow=True)
