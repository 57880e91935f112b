"""An .xlsx file as sheets of rows, read by a child process that may die without harm."""

import pickle
import re
import subprocess
import sys
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from defusedxml.ElementTree import ParseError, fromstring
from django.core.exceptions import ValidationError

CHILD = Path(__file__).with_name("workbook_child.py")

MOST_INDEX = 1024 * 1024  # bytes of the workbook's own list of sheets

LAST_ROW = 1_048_576

SINCE_1904 = 1462  # days that a book counts less which begins in 1904

MOST_MARKED = 200_000  # rows with errors, or merged cells, of a sheet that are known one by one

_CHUNK = 1024 * 1024


@contextmanager
def sheets_of(file):
    """Gives an iterator of (name, place of the first column, iterator of rows), of the visible sheets in their order.

    Each is read once, one by one. Raises ValidationError, also while rows are read, when the file cannot be read.
    """
    child = subprocess.Popen(  # noqa: S603 - our own file
        [sys.executable, "-I", str(CHILD)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        _feed(child, file)
        yield _sheets(child.stdout, file.name)
    finally:
        child.kill()
        child.stdout.close()
        child.wait()


def _feed(child, file):
    try:
        while chunk := file.read(_CHUNK):
            child.stdin.write(chunk)
        child.stdin.close()
    except BrokenPipeError:
        pass  # it died; reading will say so
    file.seek(0)


def _sheets(out, name):
    what, value = _next(out, name)
    while what == "sheet":
        ended = []
        yield *value, _rows(out, name, ended)
        while not ended:  # whoever read the sheet may have stopped early
            message = _next(out, name)
            if message[0] != "rows":
                ended.append(message)
        what, value = ended[0]


def _rows(out, name, ended):
    while not ended:
        message = _next(out, name)
        if message[0] == "rows":
            yield from message[1]
        else:
            ended.append(message)


def _next(out, name):
    try:
        return pickle.load(out)  # noqa: S301 - written by our own child
    except (EOFError, pickle.UnpicklingError):
        raise ValidationError(
            f"“{name}”打不开：文件已损坏，或表格远处有多余内容、有读不懂的单元格。"
            "请把数据复制到新的工作簿，另存为“Excel 工作簿（.xlsx）”后再试。"
        ) from None


@dataclass
class About:
    """What a workbook's parts say of a sheet beside its values.

    `claimed` is the rows that it claims, formatted ones included; `errors` is {row: places of cells that show an error};
    `merged` is {place: [(first row, last row)]} of cells merged over rows. Places count from 0, rows from 1.
    """

    claimed: int = 0
    errors: dict = field(default_factory=dict)
    merged: dict = field(default_factory=dict)


def described(file):
    """({sheet: About}, whether the book's days count from 1904), of the visible sheets. Raises ValidationError."""
    try:
        with zipfile.ZipFile(file) as package:
            if any(package.getinfo(part).file_size > MOST_INDEX for part in _INDEX):
                raise ValidationError(f"“{file.name}”的工作表目录太大，不像普通的工作簿。")
            links = {link.get("Id"): link.get("Target", "") for link in fromstring(package.read(_INDEX[1]))}
            book = fromstring(package.read(_INDEX[0]))
            is_1904 = any(p.get("date1904") in {"1", "true"} for p in _named(book, "workbookPr"))
            seen = [sheet for sheet in _named(book, "sheet") if sheet.get("state", "visible") == "visible"][:100]
            targets = {sheet.get("name"): links.get(_relation(sheet), "") for sheet in seen}
            return {name: _about(package, target, file.name) for name, target in targets.items()}, is_1904
    except (KeyError, ParseError, zipfile.BadZipFile, OSError, ValueError, EOFError):
        return {}, False  # only the count of blank rows, bare numbers of days, and cells beside the values rest on it
    finally:
        file.seek(0)


_INDEX = ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")


def _named(book, name):
    """The elements of a name in whatever namespace: a strict workbook has others."""
    return [element for element in book.iter() if element.tag.rpartition("}")[2] == name]


def _relation(sheet):
    return next((value for name, value in sheet.attrib.items() if name.endswith("relationships}id")), "")


_DIMENSION = re.compile(rb'<(?:\w+:)?dimension ref="[A-Z]+\d+:[A-Z]+(\d{1,7})"')

_ERROR = re.compile(rb"""<(?:\w+:)?c\s(?=[^>]*\bt=["']e["'])(?:[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'])?""")

_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']""")


def _about(package, target, name):
    """An error would be read as an empty cell, and a merged one says its value in its first row alone."""
    about = About()
    with package.open("xl/" + target.removeprefix("/xl/")) as part:
        chunk = part.read(_CHUNK)
        if said := _DIMENSION.search(chunk):
            about.claimed = min(int(said[1]), LAST_ROW)
        while chunk:
            more = part.read(_CHUNK)
            cut = chunk.rfind(b"<") if more else 0  # a tag is never looked at in halves
            whole, rest = (chunk[:cut], chunk[cut:]) if cut > 0 else (chunk, b"")
            if b't="e"' in whole or b"t='e'" in whole:
                _note_errors(about.errors, whole, name)
            if b"mergeCell" in whole:
                _note_merged(about.merged, whole)
            chunk = rest + more
    return about


def _note_errors(errors, xml, name):
    for found in _ERROR.finditer(xml):
        if found[1] is None or len(errors) > MOST_MARKED:
            raise ValidationError(f"“{name}”里有出错的单元格（如 #N/A、#REF!），请在 Excel 里改正后再上传。")
        errors.setdefault(int(found[2]), set()).add(place_of(found[1].decode()))


def _note_merged(merged, xml):
    for found in islice(_MERGED.finditer(xml), MOST_MARKED):
        place, first, last = place_of(found[1].decode()), int(found[2]), int(found[4])
        if last > first:
            merged.setdefault(place, []).append((first, last))


def place_of(letters):
    """The place of a column: A is 0, AA is 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def letters_of(place):
    """The letters of a column's place: 0 is A, 26 is AA."""
    letters, number = "", place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
