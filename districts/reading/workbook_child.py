"""Reads a workbook from standard input in a process of its own, since a few odd bytes can ask for all memory there is.

Writes pickled messages: ("sheet", (name, place of the first column)) for each visible sheet, ("rows", some rows) of it, and ("end", None).
Run as a file; it imports nothing of the portal.
"""

import io
import pickle
import resource
import sys
from itertools import islice

from python_calamine import SheetVisibleEnum, load_workbook

MOST_MEMORY, MOST_SECONDS, MOST_SHEETS, AT_ONCE = 1536 * 1024 * 1024, 60, 30, 1000


def main(out):
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    book = load_workbook(io.BytesIO(sys.stdin.buffer.read()))
    seen = [n for n, sheet in enumerate(book.sheets_metadata) if sheet.visible == SheetVisibleEnum.Visible]
    for n in seen[:MOST_SHEETS]:
        sheet = book.get_sheet_by_index(n)
        say(out, "sheet", (sheet.name, sheet.start[1] if sheet.start else 0))
        rows = sheet.iter_rows()
        while some := [told_once(row) for row in islice(rows, AT_ONCE)]:
            say(out, "rows", some)
            once.clear()
    say(out, "end", None)


once = {}


def told_once(row):
    """The row, a text that came before being that very one, so that it is sent and kept but once."""
    return [once.setdefault(cell, cell) if type(cell) is str else cell for cell in row]


def say(out, what, value):
    pickle.dump((what, value), out, pickle.HIGHEST_PROTOCOL)
    out.flush()


main(sys.stdout.buffer)
