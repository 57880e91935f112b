"""Files that hang on a record as it is written: kept, and taken off again where that is still allowed; one way for every kind."""

from django.core.exceptions import ValidationError

from districts.files.attachments import MOST_EVIDENCE, drop_files, keep_file


def hang(rows, uploads, by, dropped=()):
    """Take files off, then keep prepared uploads, in a related manager of an Evidence; returns what was kept.

    At most six in all: ValidationError on `files` for more. Whoever calls it holds the record, so that two at once do
    not hang a seventh.
    """
    drop_files(rows, dropped)
    there = rows.count()
    if uploads and there + len(uploads) > MOST_EVIDENCE:
        many = f"附件最多 {MOST_EVIDENCE} 个，已有 {there} 个，又选了 {len(uploads)} 个；请少选几个。"
        raise ValidationError({"files": many})
    return [keep_file(rows, kind, content, name=name, by=by) for kind, content, name in uploads]
