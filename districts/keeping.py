"""What is kept from whom: a record, and what was made from it, from the person it is about and from who acts for them.

`model.origin_paths` names the paths that lead from a record to what it stands for or came from.
"""

from django.apps import apps
from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from districts.posts.duties import DELEGABLE, HANDLES_FOR, Duty

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


def origin_paths(model):
    return getattr(model, "origin_paths", ())  # most records come from nothing


def kept_from(model, user):
    """The condition on a record that it is about the user."""
    return _leads_to(model, RawSQL("SELECT origin_id FROM districts_recusal WHERE person_id = %s", [user.pk]))


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
    if not asked:
        return None
    people = " UNION ALL ".join(asked)
    sql = f"SELECT origin_id FROM districts_recusal WHERE person_id IN ({people})"
    return _leads_to(model, RawSQL(sql, params))  # noqa: S611 - every value is a parameter


def kept_from_anybody(model):
    """The condition on a record that it is kept from somebody: it is in no figure that others may compare."""
    return _leads_to(model, _recusals().values("origin"))


def persons_kept_from(record):
    """Ids of the people whom a record is about."""
    paths, rows = origin_paths(type(record)), type(record)._base_manager.filter(pk=record.pk)
    if not paths:
        return set()
    origins = [pk for found in rows.values_list(*paths) for pk in found if pk]
    return set(_recusals().filter(origin__in=origins).values_list("person", flat=True)) if origins else set()


def _recusals():
    return apps.get_model("districts", "Recusal").objects


def _quoted(posts):
    return ", ".join(f"'{post.value}'" for post in posts)


def _leads_to(model, origins):
    """One of the model's paths ends in one of the origins; a longer path as a set, since a join would be read for every row."""
    condition = Q(pk__in=[])
    for path in origin_paths(model):
        condition |= _ends_in(model, path, origins)
    return condition


def _ends_in(model, path, origins):
    head, _, rest = path.partition("__")
    if not rest:
        return Q(**{f"{head}__in": origins})
    further = model._meta.get_field(head).related_model
    return Q(**{f"{head}__in": further._base_manager.filter(_ends_in(further, rest, origins)).values("pk")})
