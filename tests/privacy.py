"""For sweeps: plant private texts, use the portal, then look for them in all that is stored.

planted = {"电话": "13812345678", "姓名": "王小明"}
...
assert leaks(planted, everything_stored()) == []
assert leaks(planted, [("page", page.content.decode()), ("log", caplog.text)]) == []
"""

import io
import json
import re
import unicodedata
import zipfile
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")
# Never opened beside its own connection: closing it again would give away the process's locks, and another process that
# thinks itself alone then takes the shared memory from under it.
_THE_DATABASE_ITSELF = re.compile(r"\.sqlite3(_gw\d+)?(-wal|-shm|-journal)?$")


def everything_stored(folder=None):
    """(table.column or file, text) of every value of every table, and of every file below the folder (DATA_DIR)."""
    yield from _values()
    for session in Session.objects.all():
        yield "django_session", json.dumps(session.get_decoded(), ensure_ascii=False, default=str)
    folder = Path(folder or settings.DATA_DIR)
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and "static" not in p.relative_to(folder).parts):
        yield "file name", str(path.relative_to(folder))
        if not _THE_DATABASE_ITSELF.search(path.name):
            yield from texts_of_file(path.name, path.read_bytes())


def texts_of_file(name, content):
    """(name, text) of a file's bytes and, of a workbook, a document or another archive, of what is in it."""
    for encoding in ("utf-8", "gb18030", "utf-16-le"):
        yield name, content.decode(encoding, errors="ignore")
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            yield name, package.comment.decode("utf-8", errors="ignore")
            for member in package.namelist():
                yield f"{name}:{member}", member
                yield from texts_of_file(f"{name}:{member}", package.read(member))


def leaks(planted, texts):
    """(label, place) of each planted text that stands in one of the (place, text), however it is grouped there."""
    wanted = {label: _bare(text) for label, text in planted.items()}
    found = set()
    for place, text in texts:
        bare = _bare(text)
        found |= {(label, place) for label, text in wanted.items() if text in bare}
    return sorted(found)


def _bare(text):
    return _NEITHER_LETTER_NOR_DIGIT.sub("", unicodedata.normalize("NFKC", text)).upper()


def _values():
    quoted = connection.ops.quote_name
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {quoted(table)}")
            columns = [column.name if hasattr(column, "name") else column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for column, value in zip(columns, row, strict=True):
                    if value is not None and (text := _as_text(value)):
                        yield f"{table}.{column}", text


def _as_text(value):
    """JSON with its Chinese in clear, whichever database it comes from."""
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", errors="ignore")
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    if text[:1] in {"{", "["}:
        try:
            return json.dumps(json.loads(text), ensure_ascii=False)
        except ValueError:
            return text
    return text
