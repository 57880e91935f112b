"""The one writer of Word files, in the layout of GB/T 9704: a work carrier, with no red head and no seal."""

import io
from unicodedata import east_asian_width

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from districts.documents.download import AUTHOR, download
from districts.documents.plain import plain
from districts.trail.recording import record_event

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
BODY, TITLE, SUBHEAD, MINOR = ("仿宋", 16), ("方正小标宋简体", 22), ("黑体", 16), ("楷体", 16)
SMALL, FOLIO = ("仿宋", 10.5), ("宋体", 14)
CENTER, RIGHT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
LANGUAGE = "zh-CN"
TEXT_WIDTH = 156  # mm between the margins
WIDEST = 28  # no column of a table asks for more signs than this
MARGINS = 4  # of a cell, in signs
DIGITS = "零一二三四五六七八九"


class Paper:
    """A paper that grows from its title downwards; its headings number themselves."""

    def __init__(self, title):
        self.title, self.headings, self.minor = plain(title), 0, 0
        self.document = Document()
        _lay_out(self.document.sections[0])
        _say_whose(self.document, self.title)

    def line(self, text, font=BODY, align=None):
        """One line as it is."""
        _write(self._paragraph(align), text, font)

    def name(self, *under):
        """The title, and lines in its middle under it."""
        self.line(self.title, TITLE, CENTER)
        for text in under:
            self.line(text, align=CENTER)

    def heading(self, text):
        """一、"""
        self.headings, self.minor = self.headings + 1, 0
        self._heading(f"{chinese(self.headings)}、{text}", SUBHEAD)

    def subheading(self, text):
        """（一）"""
        self.minor += 1
        self._heading(f"（{chinese(self.minor)}）{text}", MINOR)

    def says(self, *sentences):
        """A paragraph of (text, number of its source or None); the numbers stand small above the line."""
        paragraph = self._paragraph(indent=True)
        for text, number in sentences:
            _write(paragraph, text, BODY)
            if number:
                _write(paragraph, f"[{number}]", BODY).font.superscript = True

    def prose(self, text):
        """Paragraphs as somebody typed them."""
        for line in plain(text).splitlines():
            self.says((line, None))

    def table(self, heads, rows):
        rows = [[str(cell) for cell in row] for row in rows]
        table = self.document.add_table(rows=0, cols=len(heads), style="Table Grid")
        table.autofit = False
        widths = _shared_out([max(map(_wide, column)) for column in zip(heads, *rows, strict=True)])
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        for number, cells in enumerate((heads, *rows)):
            row = table.add_row()
            row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
            for place, (cell, text) in enumerate(zip(row.cells, cells, strict=True)):
                cell.width = Mm(widths[place])
                paragraph = cell.paragraphs[0]
                paragraph.alignment = CENTER if place or not number else None
                _write(paragraph, text, SMALL).font.bold = not number
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))

    def sources(self, addresses):
        """[(number, address)], small, on lines of their own."""
        self.heading("出处")
        for number, address in addresses:
            _write(self._paragraph(tight=True), f"[{number}] {address}", SMALL)

    def response(self, said=None):
        """A download under the paper's name, recorded in the audit trail."""
        file = io.BytesIO()
        self.document.save(file)
        record_event("export", said or f"{self.title}.docx")
        return download(file.getvalue(), self.title, "docx", DOCX)

    def _heading(self, text, font):
        paragraph = self._paragraph(indent=True)
        paragraph.paragraph_format.keep_with_next = True
        _write(paragraph, text, font)

    def _paragraph(self, align=None, *, indent=False, tight=False):
        paragraph = self.document.add_paragraph()
        paragraph.alignment = align
        shape = paragraph.paragraph_format
        shape.space_after = Pt(0)
        shape.line_spacing = 1 if tight else Pt(28)
        if indent:
            shape.first_line_indent = Pt(2 * BODY[1])
        return paragraph


def chinese(number):
    """1 to 99 as 一, 十, 十二, 二十, 二十一."""
    tens, ones = divmod(number, 10)
    return ("十" if tens == 1 else f"{DIGITS[tens]}十" if tens else "") + (DIGITS[ones] if ones else "")


def _lay_out(section):
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    footer = section.footer.paragraphs[0]
    footer.alignment = CENTER
    _write(footer, "— ", FOLIO)
    run = _write(footer, "", FOLIO)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        else:
            part.text = text
        run._element.append(part)
    _write(footer, " —", FOLIO)


def _say_whose(document, title):
    about = document.core_properties
    about.author = about.last_modified_by = AUTHOR
    about.title, about.language, about.comments = title[:255], LANGUAGE, ""
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), LANGUAGE)
        language.set(qn("w:eastAsia"), LANGUAGE)


def _write(paragraph, text, font):
    run = paragraph.add_run(plain(text))
    run.font.name, run.font.size = font[0], Pt(font[1])
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font[0])
    return run


def _wide(text):
    return min(WIDEST, MARGINS + sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text))


def _shared_out(needs):
    """The width of the text, shared out by what each column needs."""
    return [TEXT_WIDTH * need / sum(needs) for need in needs]
