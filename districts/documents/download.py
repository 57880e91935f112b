"""A file as an answer: its name may be Chinese, as RFC 6266 has it."""

from django.http import HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header

from districts.files.filenames import served_name

AUTHOR = "强街带社"


def download(content, name, ending, content_type):
    """`content` (bytes) offered under `name`, which has no ending yet."""
    response = HttpResponse(content, content_type=content_type)
    response.headers["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=served_name(f"{name}.{ending}", ending)
    )
    return response


def dated(name):
    """`name` and today, so that two downloads of two days are told apart."""
    return f"{name}_{timezone.localdate():%Y-%m-%d}"


def as_of_words(moment):
    return f"数据截至 {timezone.localtime(moment):%Y-%m-%d %H:%M}"
