"""Attachments: files kept outside the site's folders and served through the gate of the record that they belong to."""

import hashlib
import uuid
from functools import partial

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import FileResponse, Http404

from districts.files.filenames import LONGEST_NAME, served_name
from districts.files.strays import AttachmentStore
from districts.files.stripping import without_authors
from districts.files.uploads import kind_of_file, redraw_photo
from districts.privacy.rules import scrubbed
from districts.trail.recording import record_event

TYPES = {
    "photo": ("image/jpeg", "jpg"),
    "pdf": ("application/pdf", "pdf"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}


def attachment_store():
    """Outside every folder that a web server serves. A function, so that no migration knows a path."""
    return AttachmentStore(location=settings.DATA_DIR / "attachments")


def random_path(instance, filename):
    name = uuid.uuid4().hex
    return f"{name[:2]}/{name}.{TYPES[instance.kind][1]}"


class Attachment(models.Model):
    """附件: a photo drawn anew, or a file checked by its content."""

    class Kind(models.TextChoices):
        PHOTO = "photo", "照片"
        PDF = "pdf", "PDF"
        DOCX = "docx", "Word"
        XLSX = "xlsx", "Excel"

    kind = models.CharField("类型", max_length=8, choices=Kind.choices)
    name = models.CharField("文件名", max_length=LONGEST_NAME)
    file = models.FileField("文件", storage=attachment_store, upload_to=random_path, max_length=120)
    size = models.PositiveIntegerField("字节")
    digest = models.CharField("SHA-256", max_length=64)
    created_by = models.ForeignKey("districts.User", verbose_name="上传人", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self):
        return self.shown_name

    @property
    def shown_name(self):
        """The name as it is offered: rows of past releases may hold one that the file's content does not bear out."""
        return served_name(self.name, TYPES[self.kind][1], otherwise=self.get_kind_display())


MOST_EVIDENCE = 6

EVIDENCE_ACCEPTED = ".pdf,.docx,.xlsx,image/jpeg,image/png,image/webp"

PHOTOS = (".jpg", ".jpeg", ".png", ".webp")


def prepared(file, is_photo):
    """(kind, content) of an upload that may be kept; raises ValidationError with a sentence."""
    if is_photo:
        return "photo", redraw_photo(file)
    kind = kind_of_file(file)
    return kind, file if kind == Attachment.Kind.PDF else without_authors(file, kind)


def prepare_all(sent):
    """[(kind, content, name)] of [(file, whether it is a photo)]; raises ValidationError with every fault."""
    ready, faults = [], []
    for file, is_photo in sent:
        try:
            kind, content = prepared(file, is_photo)
        except ValidationError as fault:
            faults += fault.messages
        else:
            ready.append((kind, content, file.name))
    if faults:
        raise ValidationError(faults)
    return ready


def _kept_name(name, kind):
    """Scrubbed before it is cut, and again once signs that parted the digits have gone."""
    served = served_name(scrubbed(name), TYPES[kind][1], otherwise=Attachment.Kind(kind).label)
    return scrubbed(served)[-LONGEST_NAME:]


@transaction.atomic
def keep_file(rows, kind, content, *, name, by):
    """Keep a prepared upload in a related manager of attachments."""
    content.seek(0)
    data = content.read()
    content.seek(0)
    return rows.create(
        kind=kind,
        name=_kept_name(name, kind),
        file=content,
        size=len(data),
        digest=hashlib.sha256(data).hexdigest(),
        created_by=by,
    )


def drop_files(rows, dropped):
    """Drop attachments of a related manager; their files go once that is settled."""
    for attachment in rows.filter(pk__in=[a.pk for a in dropped]):
        transaction.on_commit(partial(attachment.file.storage.delete, attachment.file.name))
        attachment.delete()


def attachment_response(attachment):
    """The file as a download that no browser runs; the caller has asked the gate."""
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    if attachment.kind != Attachment.Kind.PHOTO:
        kind = attachment.get_kind_display()
        record_event("download", f"{attachment._meta.verbose_name} {attachment.pk}（{kind}）")  # never its name
    response = FileResponse(
        content, as_attachment=True, filename=attachment.shown_name, content_type=TYPES[attachment.kind][0]
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def prepare_evidence(files, called="佐证"):
    """[(kind, content, name)] of photos and files that prove something; raises ValidationError with every fault."""
    if len(files) > MOST_EVIDENCE:
        raise ValidationError(f"{called}最多 {MOST_EVIDENCE} 个，现在是 {len(files)} 个。")
    return prepare_all([(file, file.name.lower().endswith(PHOTOS)) for file in files])
