"""Adds to what the portal asked of a unit this month: one statement, which two at once do not lose, and which is never in the way."""

import logging

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

COLUMNS = ("forms", "fields", "photos", "reminders")
ADD = """
INSERT INTO districts_asked (unit_id, month, {columns}) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (unit_id, month) DO UPDATE SET {sums}
""".format(columns=", ".join(COLUMNS), sums=", ".join(f"{c} = districts_asked.{c} + excluded.{c}" for c in COLUMNS))
log = logging.getLogger(__name__)


def count_asked(unit, **numbers):
    """Add numbers, named as in COLUMNS, to those of a unit, by id. What cannot be counted is logged and left out."""
    month = connection.ops.adapt_datefield_value(timezone.localdate().replace(day=1))
    values = [unit, month, *(numbers.get(column, 0) for column in COLUMNS)]
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ADD, values)
    except DatabaseError:
        log.exception("what the portal asked was not counted")


def count_reminders(unit, number):
    """Count what people of a unit were reminded of."""
    if number:
        count_asked(unit.pk, reminders=number)
