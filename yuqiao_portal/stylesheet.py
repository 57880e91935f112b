"""The portal's one stylesheet: static/css/ in the order of PARTS, found by everything that serves or collects files."""

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage

NAME, SOURCES = "portal.css", "css"
# Where two rules weigh the same the later one holds: pieces before what is put together from them, print over everything.
PARTS = [
    *("tokens", "elements", "frame", "pieces", "lists", "forms", "paper"),
    *("workbench", "organisation", "orders", "worklogs", "appeals", "assessment", "people", "accounts", "help"),
    "print",
]


def joined():
    """The path of the joined file, beside the other files that serving makes; written where the sources say otherwise."""
    text = "\n".join((settings.BASE_DIR / "static" / SOURCES / f"{part}.css").read_text("utf-8") for part in PARTS)
    kept = settings.DATA_DIR / "stylesheet" / NAME
    if not kept.exists() or kept.read_text("utf-8") != text:
        kept.parent.mkdir(exist_ok=True, mode=0o700)
        half = kept.with_suffix(".part")
        half.write_text(text, "utf-8")
        half.replace(kept)
    return kept


class Finder(FileSystemFinder):
    """What lies in static/, with the joined stylesheet in place of its sources."""

    def find(self, path, find_all=False, **kwargs):
        if path == NAME:
            return [str(joined())] if find_all else str(joined())
        return super().find(path, find_all, **kwargs)

    def list(self, ignore_patterns):
        yield from super().list([*(ignore_patterns or []), SOURCES])
        yield NAME, FileSystemStorage(joined().parent)
