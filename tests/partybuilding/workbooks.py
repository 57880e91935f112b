"""The two files of 12345 as workbooks, and how they are sent."""

import io
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

SAMPLES = Path(__file__).parent / "samples"
LEDGER = ["工单编号", "主要内容", "创建时间", "村/社区", "来电人", "来电人电话", "是否解决", "是否满意"]
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


def ledger_row(number="BJ001", text="路灯不亮", at="2026-10-02 08:00", place="东一社区", solved="", satisfied="", **_):
    return [number, text, at, place, "王先生", "13812345678", solved, satisfied]


def callback_row(number="BJ001", valid="是", contacted="是", solved="否", satisfied="不满意", place="东二"):
    return [number, "2026-10-02 08:00", place, valid, contacted, solved, satisfied]


def upload(client, *files):
    sent = [SimpleUploadedFile(f.name, f.read()) for f in files]
    return client.post("/appeals/import/", {"files": sent}, follow=True)
