"""The order as a Word file in the layout of GB/T 9704: a work carrier, with no red head, no seal, and a blank signature."""

import io

from django.http import HttpResponse
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from districts.trail.recording import record_event

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BODY, TITLE, SUBHEAD = ("仿宋", 16), ("方正小标宋简体", 22), ("黑体", 16)


def paper_response(order, shares):
    """A download of the order and of the units that the reader may see it was given to."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    _write(document, order.number, BODY, WD_ALIGN_PARAGRAPH.CENTER)
    _write(document, order.title, TITLE, WD_ALIGN_PARAGRAPH.CENTER)
    for head, text in paper_parts(order, shares):
        _write(document, head, SUBHEAD)
        for line in text.splitlines():
            _write(document, line, BODY, indent=True)
    _write(document, "", BODY)
    _write(document, "签发人：＿＿＿＿＿＿＿＿", BODY, WD_ALIGN_PARAGRAPH.RIGHT)
    _write(document, "领令人：＿＿＿＿＿＿＿＿", BODY, WD_ALIGN_PARAGRAPH.RIGHT)
    _write(document, f"{order.unit.name}　{order.issued_on:%Y}年{order.issued_on.month}月{order.issued_on.day}日", BODY,
           WD_ALIGN_PARAGRAPH.RIGHT)  # fmt: skip
    record_event("export", f"{order.number}.docx")
    return _download(document, f"order-{order.year}-{order.serial}.docx")


def paper_parts(order, shares):
    """(heading, text) of the paper, for Word and for print."""
    given = "\n".join(f"{share.unit.name}（{share.role}）" for share in shares)
    due = f"{order.due_on:%Y}年{order.due_on.month}月{order.due_on.day}日前办结。"
    return [("任务要求", order.content), ("承办单位", given or "（不在您的岗位范围内）"), ("办结期限", due)]


def _write(document, text, font, align=None, *, indent=False):
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.line_spacing = Pt(28)
    paragraph.paragraph_format.space_after = Pt(0)
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * font[1])
    run = paragraph.add_run(text)
    run.font.name, run.font.size = font[0], Pt(font[1])
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font[0])


def _download(document, filename):
    file = io.BytesIO()
    document.save(file)
    response = HttpResponse(file.getvalue(), content_type=DOCX)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
