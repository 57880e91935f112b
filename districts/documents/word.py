"""Word files in the layout of GB/T 9704: a work carrier, with no red head and no seal."""

import io

from django.http import HttpResponse
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from districts.documents.plain import plain
from districts.trail.recording import record_event

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BODY, TITLE, SUBHEAD = ("仿宋", 16), ("方正小标宋简体", 22), ("黑体", 16)
CENTER, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT


def new_document():
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    return document


def write(document, text, font=BODY, align=None, *, indent=False):
    paragraph = document.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.line_spacing = Pt(28)
    paragraph.paragraph_format.space_after = Pt(0)
    if indent:
        paragraph.paragraph_format.first_line_indent = Pt(2 * font[1])
    _write(paragraph, text, font)


def write_table(document, heads, rows, size=10.5):
    table = document.add_table(rows=0, cols=len(heads), style="Table Grid")
    for cells in (heads, *rows):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            _write(cell.paragraphs[0], text, (BODY[0], size))


def _write(paragraph, text, font):
    run = paragraph.add_run(plain(text))
    run.font.name, run.font.size = font[0], Pt(font[1])
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font[0])


def word_response(document, filename, said):
    """A download, recorded in the audit trail as `said`."""
    file = io.BytesIO()
    document.save(file)
    record_event("export", said)
    response = HttpResponse(file.getvalue(), content_type=DOCX)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}.docx"'
    return response
