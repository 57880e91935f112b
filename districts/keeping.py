"""What is kept from whom: a record, and what was made from it, from the person it is about and from who acts for them.

`model.origin_paths` names the paths that lead from a record to what it stands for or came from.
"""

from django.apps import apps
from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from districts.duties import DELEGABLE, HANDLES_FOR, Duty

LENDERS = """
SELECT a.user_id FROM districts_delegation d JOIN districts_appointment a ON a.id = d.appointment_id
WHERE d.delegate_id = %s AND d.starts_on <= %s AND d.ends_on >= %s
"""
# Whose clerk somebody is, under a post of their own or a lent one.
HEADS = """
SELECT head.user_id FROM districts_appointment head JOIN districts_appointment clerk ON clerk.unit_id = head.unit_id
WHERE head.post IN ({heads}) AND head.starts_on <= %s AND (head.ends_on IS NULL OR head.ends_on >= %s)
  AND clerk.post IN ({clerks}) AND clerk.starts_on <= %s AND (clerk.ends_on IS NULL OR clerk.ends_on >= %s)
  AND (clerk.user_id = %s OR clerk.id IN (
    SELECT appointment_id FROM districts_delegation WHERE delegate_id = %s AND starts_on <= %s AND ends_on >= %s))
"""
# What almost nobody knows of.
WITHHELD = "SELECT id FROM districts_origin WHERE withheld <> ''"


def origin_paths(model):
    return getattr(model, "origin_paths", ())  # most records come from nothing


def kept_from(model, user):
    """The condition on a record that it is about the user."""
    return _leads_to(model, "SELECT origin_id FROM districts_recusal WHERE person_id = %s", [user.pk])


def kept_from_principals(model, user, duty):
    """The condition on a record that it is about somebody for whom the user may enter the duty; None where nobody enters it for others."""
    today = connection.ops.adapt_datefield_value(timezone.localdate())
    asked, params = [], []
    if duty in DELEGABLE:
        asked.append(LENDERS)
        params += [user.pk, today, today]
    if duty == Duty.HANDLE:
        asked.append(HEADS.format(heads=_quoted(HANDLES_FOR.values()), clerks=_quoted(HANDLES_FOR)))
        params += [*[today] * 4, user.pk, user.pk, today, today]
    if not asked or user.acts_for_nobody:
        return None
    people = " UNION ALL ".join(asked)
    return _leads_to(model, f"SELECT origin_id FROM districts_recusal WHERE person_id IN ({people})", params)


def kept_from_anybody(model):
    """The condition on a record that it is kept from somebody: it is in no figure that others may compare."""
    return _leads_to(model, f"SELECT origin_id FROM districts_recusal UNION ALL {WITHHELD}", [])


def withheld(model):
    """The condition on a record that it is withheld from almost everybody: it is in no list and no figure."""
    return _leads_to(model, WITHHELD, [])


def withheld_from(model, streets):
    """The condition on a record that it is withheld from whoever issues for all of these units (RawSQL, or empty for none)."""
    if not streets:
        return withheld(model)
    return _leads_to(model, f"{WITHHELD} AND (withheld = 'all' OR street_id NOT IN ({streets.sql}))", streets.params)


def persons_kept_from(record):
    """Ids of the people whom a record is about."""
    origins = {pk for path in origin_paths(type(record)) if (pk := _end_of(record, path))}
    people = apps.get_model("districts", "Recusal").objects.filter(origin__in=origins).values_list("person", flat=True)
    return set(people) if origins else set()


def _end_of(record, path):
    """The id of the origin to which a path leads from a record; None where it leads to nothing."""
    *heads, last = path.split("__")
    for head in heads:
        record = record and getattr(record, head)
    return record and getattr(record, f"{last}_id")


def _quoted(posts):
    return ", ".join(f"'{post.value}'" for post in posts)


def _leads_to(model, origins, params):
    """One of the model's paths ends in one of the origins, which are written as SQL since the gate is asked many times a page."""
    condition = Q(pk__in=[])
    for path in origin_paths(model):
        head, _, rest = path.partition("__")
        further = model._meta.get_field(head).related_model
        sql = _that_lead_to(further, rest, origins) if rest else origins
        condition |= Q(**{f"{head}__in": RawSQL(sql, params)})  # noqa: S611 - every value is a parameter
    return condition


def _that_lead_to(model, path, origins):
    """Ids of records whose path ends in one of the origins: a set, since a join would be read for every row."""
    head, _, rest = path.partition("__")
    field = model._meta.get_field(head)
    inner = _that_lead_to(field.related_model, rest, origins) if rest else origins
    return f"SELECT id FROM {model._meta.db_table} WHERE {field.column} IN ({inner})"
