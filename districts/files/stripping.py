"""Word and Excel files without who wrote them: properties, comments and the names beside changes are left out.

A package is written anew from the parts that its own relations reach, so what nothing refers to stays behind as well.
"""

import io
import posixpath
import zipfile
from urllib.parse import unquote
from xml.parsers.expat import ExpatError

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from districts.records.cutting import CUT, CUT_AROUND, edited, local_name

SOMEBODY = "作者"

MAIN_PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}

_CONTENT_TYPES = "[Content_Types].xml"

_WRITTEN_AT = (1980, 1, 1, 0, 0, 0)

# The last word of a relation's type: what it leads to is left out.
_LEFT_OUT = {
    "core-properties",
    "extended-properties",
    "custom-properties",
    "thumbnail",
    "origin",
    "attachedTemplate",
    "comments",
    "commentsExtended",
    "commentsIds",
    "commentsExtensible",
    "people",
    "documenttasks",
    "threadedComment",
    "person",
    "revisionHeaders",
    "usernames",
}

_ANCHORS = {"commentRangeStart", "commentRangeEnd", "commentReference", "attachedTemplate"}

_NAMES = {
    "author",
    "userName",
    "refreshedBy",
    "user",
}  # of changes, of who reserved a workbook, of pivots, of scenarios

_WORTH_A_LOOK = [mark.encode() for mark in (*_ANCHORS, *_NAMES, "ObjectType", "absPath")]


def without_authors(file, kind):
    """A checked docx or xlsx as a file of the same name without its authors and comments; raises ValidationError."""
    try:
        with zipfile.ZipFile(file) as package:
            content = _rewritten(package, MAIN_PARTS[kind])
    except (zipfile.BadZipFile, ExpatError, UnicodeError, KeyError, ValueError):
        raise ValidationError(f"“{file.name}”已损坏，打不开。请另存后再试。") from None
    finally:
        file.seek(0)
    return ContentFile(content, name=file.name)


def _rewritten(package, main):
    parts = {name.lower(): name for name in package.namelist()}
    reached, written = _reach(package, parts), io.BytesIO()
    if main not in reached:
        raise KeyError(main)
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as copy:
        _put(copy, _CONTENT_TYPES, _typed(package.read(_CONTENT_TYPES), reached))
        for name, content in reached.items():
            _put(copy, name, package.read(name) if content is None else content)
    return written.getvalue()


def _reach(package, parts):
    """{part: its new content, None where it stays as it is} of all that the package's relations lead to, from its root."""
    reached, waiting = {}, [""]
    while waiting:
        part = waiting.pop()
        folder, name = posixpath.split(part)
        relations = parts.get(f"{folder}/_rels/{name}.rels".lstrip("/").lower())
        if relations is None:
            continue
        reached[relations], targets = _relations(package.read(relations), folder)
        for target in targets:
            found = parts.get(target.lower())
            if found and found not in reached:
                reached[found] = _cleaned(package, found)
                waiting.append(found)
    return reached


def _relations(content, folder):
    """(the relations without those that are left out, the parts that the others lead to)."""
    targets = []

    def judged(tag, attributes):
        if tag != "Relationship":
            return None
        if attributes.get("Type", "").rpartition("/")[2] in _LEFT_OUT:
            return CUT
        if attributes.get("TargetMode") != "External":
            target = unquote(attributes.get("Target", ""))
            targets.append(posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"))
        return None

    return edited(content, judged), targets


def _cleaned(package, name):
    """A part without anchors of comments and names beside changes; None where there are none."""
    if not name.lower().endswith((".xml", ".vml")):
        return None
    content = package.read(name)
    if b"\0" not in content[:4] and not any(mark in content for mark in _WORTH_A_LOOK):
        return None
    try:
        return edited(content, _of_somebody)
    except ExpatError:
        if name.lower().endswith(".vml"):
            return None  # drawings of the old kind are not always well-formed; they hold no name
        raise


def _of_somebody(tag, attributes):
    if tag in _ANCHORS:
        return CUT
    if tag == "ClientData" and attributes.get("ObjectType") == "Note":
        return CUT_AROUND  # the box that a comment was shown in
    if tag == "absPath":
        return {"url": ""}  # the folder on somebody's own machine
    return {name: SOMEBODY for name in attributes if local_name(name) in _NAMES} or None


def _typed(content, reached):
    """The list of types without the parts that are no longer there."""
    kept = {f"/{name}".lower() for name in reached}

    def judged(tag, attributes):
        return CUT if tag == "Override" and attributes.get("PartName", "").lower() not in kept else None

    return edited(content, judged)


def _put(copy, name, content):
    copy.writestr(zipfile.ZipInfo(name, _WRITTEN_AT), content, zipfile.ZIP_DEFLATED)
