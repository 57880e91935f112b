"""Reads a workbook from standard input in a process of its own, since a few odd bytes can ask for all memory there is.

Writes pickled messages: ("sheet", name) for each visible sheet, ("rows", some rows) of it, and ("end", None).
Run as a file; it imports nothing of the portal.
"""

import io
import pickle
import resource
import sys

from python_calamine import SheetVisibleEnum, load_workbook

MOST_MEMORY, MOST_SECONDS, MOST_SHEETS, AT_ONCE = 1536 * 1024 * 1024, 60, 30, 1000


def main(out):
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    book = load_workbook(io.BytesIO(sys.stdin.buffer.read()))
    seen = [n for n, sheet in enumerate(book.sheets_metadata) if sheet.visible == SheetVisibleEnum.Visible]
    for n in seen[:MOST_SHEETS]:
        say(out, "sheet", book.sheets_metadata[n].name)
        rows = []
        for row in book.get_sheet_by_index(n).iter_rows():
            rows.append(row)
            if len(rows) == AT_ONCE:
                say(out, "rows", rows)
                rows = []
        say(out, "rows", rows)
    say(out, "end", None)


def say(out, what, value):
    pickle.dump((what, value), out, pickle.HIGHEST_PROTOCOL)
    out.flush()


main(sys.stdout.buffer)
