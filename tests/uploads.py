"""Photos, packages and files as people send them."""

import io
import zipfile

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

MODERN_GPS = 0x8825


def photo(width=2400, height=1200, fmt="JPEG"):
    picture = Image.new("RGB", (width, height), (10, 120, 60))
    exif = Image.Exif()
    exif[0x010F] = "某品牌手机"
    exif.get_ifd(MODERN_GPS)[2] = (39.0, 54.0, 0.0)
    file = io.BytesIO()
    picture.save(file, fmt, exif=exif)
    return ContentFile(file.getvalue(), name="IMG_1.jpg")


def package(entries, name="x.docx"):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in entries.items():
            archive.writestr(path, content)
    return ContentFile(file.getvalue(), name=name)


def file(name="依据.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")


def log_form(street, **fields):
    return {
        "text": "清出堆物",
        "happened_on": timezone.localdate(),
        "initial-happened_on": timezone.localdate(),
        "unit": street.units["东一社区"].pk,
        "order": "",
        **fields,
    }
