"""Files that people send: known by their content, small, harmless; photos are drawn anew without what a camera wrote in."""

import io
import re
import warnings
import zipfile
import zlib

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageOps

MOST_BYTES = 10 * 1024 * 1024

MOST_UNPACKED = 50 * 1024 * 1024

MOST_ENTRIES = 200

MOST_PIXELS, MOST_PIXELS_OF_WEBP = 40_000_000, 20_000_000  # WEBP takes four times the memory while it is decoded

LONGEST_SIDE = 1600

CHUNK = 256 * 1024

_DOCTYPES = ["<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be")]

_FORBIDDEN = re.compile(r"vbaproject|activex|oleobject|\.bin$", re.IGNORECASE)

_LINKED = re.compile(r"externallinks?/", re.IGNORECASE)

_HARMLESS_BIN = re.compile(
    r"(?:printersettings|customproperty)\d*\.bin$", re.IGNORECASE
)  # written by Excel, by add-ins


def check_size(file, most=MOST_BYTES):
    if file.size > most:
        raise ValidationError(f"“{file.name}”有 {file.size / 1048576:.1f} MB，最大 {most // 1048576} MB。")
    if file.size == 0:
        raise ValidationError(f"“{file.name}”是空文件。")


def redraw_photo(file):
    """The photo as a JPEG of at most 1600 pixels a side, upright, with nothing that was written in. Raises ValidationError."""
    check_size(file)
    try:
        picture = _small(_opened(file))
    except (OSError, ValueError, SyntaxError, TypeError, zlib.error):
        raise ValidationError(f"“{file.name}”不是能打开的照片（支持 JPG、PNG、WEBP）。") from None
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", quality=82, optimize=True)
    return ContentFile(drawn.getvalue(), name="photo.jpg")


def _opened(file):
    """The picture, of which only the header has been read; too large a one is refused by that."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(file, formats=["JPEG", "PNG", "WEBP"])
    except Image.DecompressionBombError:
        raise _too_large(file, "超过 1.7 亿像素") from None
    most = MOST_PIXELS_OF_WEBP if picture.format == "WEBP" else MOST_PIXELS
    if picture.width * picture.height > most:
        raise _too_large(file, f"{picture.width}×{picture.height}", most)
    return picture


def _too_large(file, size, most=MOST_PIXELS):
    return ValidationError(
        f"“{file.name}”的尺寸太大（{size}），最多 {most // 10_000} 万像素。请缩小后再上传，或用手机相册里的普通照片。"
    )


def _small(picture):
    """Decoded no larger than is needed, upright, and without comment, place, profile or camera."""
    longest = max(picture.size)
    picture.draft("RGB", tuple(max(1, side * LONGEST_SIDE // longest) for side in picture.size))
    if picture.mode != "RGB":
        picture = picture.convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture = ImageOps.exif_transpose(picture)
    picture.info = {}
    return picture


def kind_of_file(file):
    """pdf, docx or xlsx, known by content; raises ValidationError for anything else and for what may do harm."""
    check_size(file)
    file.seek(0)
    start = file.read(8)
    file.seek(0)
    if start.startswith(b"%PDF-"):
        return "pdf"
    if start.startswith(b"PK\x03\x04"):
        return check_office_file(file)
    raise ValidationError(f"“{file.name}”不是支持的类型。可以上传 PDF、Word（.docx）、Excel（.xlsx）和照片。")


def check_office_file(file, most_unpacked=MOST_UNPACKED, most_entries=MOST_ENTRIES):
    """Read the whole package once, counting what it unpacks to; returns docx or xlsx. Raises ValidationError."""
    name = file.name
    try:
        with zipfile.ZipFile(file) as package:
            entries = package.infolist()
            if len(entries) > most_entries:
                raise ValidationError(f"“{name}”里的部件太多（{len(entries)} 个），不像普通的办公文件。")
            _check_entries(package, entries, name, most_unpacked)
            names = {entry.filename for entry in entries}
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError, ValueError):
        raise ValidationError(f"“{name}”已损坏或有密码，打不开。请另存后再试。") from None
    finally:
        file.seek(0)
    for kind, part in [("docx", "word/document.xml"), ("xlsx", "xl/workbook.xml")]:
        if part in names:
            return kind
    raise ValidationError(f"“{name}”不是 Word（.docx）或 Excel（.xlsx）文件。")


def _check_entries(package, entries, name, most_unpacked):
    unpacked = 0
    for entry in entries:
        if _LINKED.search(entry.filename):
            raise ValidationError(
                f"“{name}”链接着别的工作簿。请在 Excel 里点“数据”→“编辑链接”→“断开链接”，保存后再上传。"
            )
        if _FORBIDDEN.search(entry.filename) and not _HARMLESS_BIN.search(entry.filename):
            raise ValidationError(f"“{name}”里有宏或控件。请另存为不带宏的文件再上传。")
        tail = b""
        with package.open(entry) as part:
            while chunk := part.read(CHUNK):
                unpacked += len(chunk)
                if unpacked > most_unpacked:
                    raise ValidationError(f"“{name}”解开后超过 {most_unpacked // 1048576} MB，不能上传。")
                if entry.filename.endswith((".xml", ".rels")) and _has_doctype(tail + chunk):
                    raise ValidationError(f"“{name}”里有不该有的文档声明，不能上传。")
                tail = chunk[-32:]


def _has_doctype(chunk):
    return any(mark in chunk for mark in _DOCTYPES)
