"""A batch of uploaded files between its trial and its confirmation. Only cleaned rows are kept; they go when it is settled."""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from districts.duties import Duty
from districts.jobs.running import ask
from districts.reading.faults import grouped
from districts.units.models import Unit
from districts.workflow import open_record, take_step
from partybuilding.appeals.importing.headings import COLUMNS, FAULTS, LEDGER
from partybuilding.appeals.importing.reading import TIMES
from partybuilding.appeals.importing.writing import AT_ONCE, Cleaned, clean_file, try_rows, write_rows
from partybuilding.appeals.models import Appeal, AppealDesk, AppealImport, AppealImportPart

KEPT = timedelta(days=1)

TOLD = ("name", "shape", "blank", "heads", "aside", "uncalled", "passed", "unknown")  # of a file, kept with its batch

State = AppealImport.State


def try_files(files, street, by):
    """Read, clean and try files; returns the batch. Raises NotYours, or ValidationError where one is unreadable."""
    cleaned = [clean_file(file, street) for file in files]
    wrong = sum(len(c.faults) for c in cleaned)
    found = try_rows(cleaned, street) if not wrong else None
    with transaction.atomic():
        batch = AppealImport(
            street=street,
            by=by,
            state=State.REFUSED,
            files=[{"wrong": len(c.faults)} | {name: getattr(c, name) for name in TOLD} for c in cleaned],
            found=found.as_json() if found else {"faults": _first_faults(cleaned)},
        )
        if wrong:
            batch.save()
        else:
            open_record(batch, "try", by)
        for n, file in enumerate(cleaned):
            rows = _with_faults(file) if wrong else file.rows
            for at in range(0, len(rows), AT_ONCE):
                batch.parts.create(file=n, rows=rows[at : at + AT_ONCE])
    return batch


@transaction.atomic
def forget_batches():
    """What nobody confirmed for a day goes, but for what is just being confirmed."""
    unsettled = AppealImport.objects.filter(state__in=[State.TRIED, State.REFUSED])
    old = unsettled.select_for_update().filter(created_at__lt=timezone.now() - KEPT)
    AppealImport.objects.filter(pk__in=[batch.pk for batch in old]).delete()


def streets_without_file(user):
    """The streets for which the user imports, but for those whose file of today is in, and those that register by hand."""
    today = timezone.localdate()
    brought = AppealImport.objects.filter(state__in=[State.CONFIRMED, State.DONE], created_at__date=today)
    by_hand = AppealDesk.objects.filter(is_by_hand=True)
    streets = Unit.objects.where_user_may(user, Duty.INTAKE).active().filter(parent=None)
    return streets.exclude(pk__in=brought.values("street")).exclude(pk__in=by_hand.values("street"))


def _first_faults(cleaned, most=200):
    return grouped([(c.name, row, sentence) for c in cleaned for row, said in c.faults.items() for sentence in said])[
        :most
    ]


def _with_faults(file):
    """Every row of a file as scrubbed text, with what is wrong in it: the file to mend."""
    return [(row, cells, "".join(file.faults.get(row, []))) for row, cells in file.cells]


@transaction.atomic
def confirm(batch, by):
    """Import what was tried, in the background. Raises NotYours, or ValidationError when it is settled already."""
    if not AppealImport.objects.filter(pk=batch.pk, state=State.TRIED).exists():
        raise ValidationError(f"这一批现在是“{batch.get_state_display()}”，不能再确认。")
    take_step(batch, "confirm", by)
    job = ask("import_appeals", unit=batch.street, by=by, batch=batch.pk)
    AppealImport.objects.filter(pk=batch.pk).update(job=job)


def import_job(report, batch):
    """The background job; a second run finds the batch done."""
    report(5, "读取")
    batch = AppealImport.objects.select_related("street").get(pk=batch)
    cleaned = [
        Cleaned(rows=_rows_of(batch, n), faults={}, cells=[], **{name: file[name] for name in TOLD if name in file})
        for n, file in enumerate(batch.files)
    ]
    report(20, "核对并写入")
    with transaction.atomic():
        rows = AppealImport.objects.select_for_update(of=("self",)).select_related("street", "by", "job__asked_by")
        batch = rows.get(pk=batch.pk)
        if batch.state != State.CONFIRMED:
            return
        by = batch.job.asked_by if batch.job else batch.by  # whoever confirmed it
        batch.found = write_rows(cleaned, batch.street, by=by, report=report).as_json()
        batch.state, batch.done_at = State.DONE, timezone.now()
        batch.save(update_fields=["found", "state", "done_at"])
        batch.parts.all().delete()


def _rows_of(batch, n):
    rows = [row for part in batch.parts.filter(file=n) for row in part.rows]
    return [
        (number, facts | {t: datetime.fromisoformat(facts[t]) for t in TIMES if t in facts}) for number, facts in rows
    ]


def empty_waiting(street, number):
    """只留编号 of what still waits in a file: the words of one work order are not kept there either."""
    for part in AppealImportPart.objects.filter(batch__street=street).select_for_update():
        rows = [[row[0], _without_words(row[1], number), *row[2:]] for row in part.rows]
        if rows != part.rows:
            part.rows = rows
            part.save(update_fields=["rows"])


def _without_words(cells, number):
    if cells.get("number") != number:
        return cells
    kept = (COLUMNS.keys() | {f.attname for f in Appeal._meta.concrete_fields}) - set(Appeal.SEALED_FIELDS)
    return {name: value for name, value in cells.items() if name in kept}  # a column that nobody reads may hold words


def forget_number(street, number):
    """Of a work order of which nobody may know any more, what a batch found is not told either."""
    for batch in AppealImport.objects.filter(street=street).select_for_update():
        found = {
            name: [row for row in rows if number not in row] if isinstance(rows, list) else rows
            for name, rows in batch.found.items()
        }
        if found != batch.found:
            batch.found = found
            batch.save(update_fields=["found"])


def faulty_rows(batch):
    """(headings, rows) of the file to mend: every column of the files, and what is wrong with a row in the last one."""
    heads, rows = {}, []
    for n, file in enumerate(batch.files):
        own = {column: column if column in COLUMNS else (n, column) for column, _ in file["heads"]}
        heads |= {own[column]: heading for column, heading in file["heads"] if own[column] not in heads}
        for part in batch.parts.filter(file=n):
            rows += [({own[column]: text for column, text in cells.items()}, said) for _, cells, said in part.rows]
    filled = {column for cells, _ in rows for column in cells}
    columns = [column for column in heads if column in filled]
    return (
        [heads[column] for column in columns] + [FAULTS],
        [[cells.get(column, "") for column in columns] + [said] for cells, said in rows],
    )


def template_columns(shape):
    """The headings of a template."""
    callback_only = ("topic", "subtopic", "item", "handler", "valid", "contacted")
    if shape == LEDGER:
        return [headings[0] for column, headings in COLUMNS.items() if column not in callback_only]
    names = (
        "number",
        "called_at",
        "closed_at",
        "topic",
        "subtopic",
        "item",
        "content",
        "town",
        "handler",
        "valid",
        "contacted",
    )
    return [COLUMNS[column][0] for column in (*names, "outcome", "satisfaction")]
