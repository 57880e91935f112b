"""Excel files whose text can never become a formula."""

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from districts.documents.plain import plain
from districts.trail.recording import record_event

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook_response(filename, headings, rows):
    """A download of one sheet; every str is written as text, whatever it begins with. Recorded in the audit trail."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("数据")
    sheet.freeze_panes = "A2"
    heads = [_cell(sheet, h) for h in headings]
    for cell in heads:
        cell.font = Font(bold=True)
    sheet.append(heads)
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 - how many there were is recorded
        sheet.append([_cell(sheet, value) for value in row])
    response = HttpResponse(content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}.xlsx"'
    book.save(response)
    record_event("export", f"{filename}.xlsx，{count} 行")
    return response


def _cell(sheet, value):
    return plain_cell(WriteOnlyCell(sheet), value)


def plain_cell(cell, value):
    """Put a value into a cell; text stays text, whatever it begins with."""
    if isinstance(value, str):
        cell.value = plain(value)
        cell.data_type = "s"
        cell.quotePrefix = True
    else:
        cell.value = value
    return cell
