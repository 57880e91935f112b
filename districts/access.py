"""The one gate: which rows a user may touch for a duty, decided by one query.

A duty over a unit needs both a guardian row (who may, where) and an appointment valid today that gives it.
Below a unit means: inside its (tree_id, lft) range *and* under it by parent links. Where the two disagree the
tree is damaged, and the gate shows less, never more.
"""

from functools import reduce
from operator import or_

from django.apps import apps
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from guardian.backends import ObjectPermissionBackend

from districts.duties import (
    DELEGABLE,
    GRANTABLE,
    HANDLES_FOR,
    NEVER_IMPLIED,
    STAND_INS,
    Duty,
    Reach,
    posts_that_log_in,
    posts_with,
)
from districts.keeping import kept_from, kept_from_principals, origin_paths, withheld_from


def _valid_today():
    return apps.get_model("districts", "Appointment").objects.valid_on(timezone.localdate())


def lent_to(user):
    """Ids of the appointments for whose holders the user may enter today, in streets where they hold a post themself."""
    delegations = apps.get_model("districts", "Delegation").objects.valid_on(timezone.localdate())
    here = delegations.filter(appointment__unit__tree_id__in=street_of(user))
    return here.filter(delegate=user.pk).values("appointment")


def held_posts(user, duty, reach=None):
    """Appointments, valid today, whose post gives the duty (with that reach, where given): the user's own, and those lent to them.

    Each is backed by a guardian row of its holder.
    """
    rows = apps.get_model("districts", "UnitUserPermission").objects
    mine = Q(user=user.pk) | Q(pk__in=lent_to(user)) if duty in DELEGABLE else Q(user=user.pk)
    backed = rows.filter(
        user=OuterRef("user_id"), permission__codename=Duty(duty).value, content_object=OuterRef("unit_id")
    )
    held = _valid_today().filter(mine, Exists(backed), user__is_active=True, post__in=posts_with(duty, reach))
    return held.exclude(post=STAND_INS[duty][0], is_relieved=True) if duty in STAND_INS else held


def _is_known(user):
    return bool(user and user.is_authenticated and user.is_active)


# The units over which a person has a duty today. `home` is where the duty is given; a unit is below it when the stored
# ranges and the parent links both say so. A giver is an appointment of one's own, an appointment lent by its holder,
# or a grant; all of them are backed by a guardian row of the one who holds it. What is lent or granted gives nothing to
# whoever holds no post in that street any more. A unit that was merged into another is reached by whoever reaches that one.
# What gives it is found first, apart: few rows, and a join of eight tables costs more to plan than to run.
UNITS_BELOW = """
WITH home AS MATERIALIZED (
SELECT h.id, h.tree_id, h.lft, h.rght FROM ({givers}) giver
JOIN districts_unit h ON h.id = giver.unit_id
JOIN districts_user person ON person.id = giver.user_id AND person.is_active
JOIN districts_unituserpermission held ON held.user_id = giver.user_id AND held.content_object_id = giver.unit_id
JOIN auth_permission duty ON duty.id = held.permission_id AND duty.codename = %s
)
, below AS MATERIALIZED (
SELECT u.id FROM home
JOIN districts_unit u ON u.tree_id = home.tree_id AND u.lft BETWEEN home.lft AND home.rght AND u.rght <= home.rght
LEFT JOIN districts_unit p ON p.id = u.parent_id
LEFT JOIN districts_unit g ON g.id = p.parent_id
WHERE home.id IN (u.id, u.parent_id, p.parent_id, g.parent_id)
)
SELECT id FROM below
UNION ALL SELECT gone.id FROM below JOIN districts_unit gone ON gone.merged_into_id = below.id
"""
UNITS_HELD = """
SELECT u.id FROM ({givers}) giver
JOIN districts_unit u ON u.id = giver.unit_id OR u.merged_into_id = giver.unit_id
JOIN districts_user person ON person.id = giver.user_id AND person.is_active
JOIN districts_unituserpermission held ON held.user_id = giver.user_id AND held.content_object_id = giver.unit_id
JOIN auth_permission duty ON duty.id = held.permission_id AND duty.codename = %s
"""
APPOINTED = """
SELECT a.unit_id, a.user_id FROM districts_appointment a
WHERE a.user_id = %s AND a.post IN ({posts}) AND a.starts_on <= %s AND (a.ends_on IS NULL OR a.ends_on >= %s)
"""
# A post that stands in for another one gives that one's duty only while nobody holds it there.
NOT_RELIEVED = """
  AND NOT (a.post = %s AND EXISTS (
    SELECT 1 FROM districts_appointment own JOIN districts_user holder ON holder.id = own.user_id AND holder.is_active
    WHERE own.unit_id = a.unit_id AND own.post = %s AND own.starts_on <= %s AND (own.ends_on IS NULL OR own.ends_on >= %s)))
"""
LENT = """
SELECT a.unit_id, a.user_id FROM districts_appointment a JOIN districts_delegation d ON d.appointment_id = a.id
WHERE d.delegate_id = %s AND a.post IN ({posts}) AND a.starts_on <= %s AND (a.ends_on IS NULL OR a.ends_on >= %s)
  AND d.starts_on <= %s AND d.ends_on >= %s AND a.unit_id IN ({here})
"""
GRANTED = """
SELECT unit_id, user_id FROM districts_grant
WHERE user_id = %s AND duty = %s AND starts_on <= %s AND ends_on >= %s AND unit_id IN ({here})
"""
# The units of the streets where a person holds a post today that logs in.
HERE = """
SELECT there.id FROM districts_appointment own JOIN districts_unit o ON o.id = own.unit_id
JOIN districts_unit there ON there.tree_id = o.tree_id
WHERE own.user_id = %s AND own.post IN ({posts}) AND own.starts_on <= %s AND (own.ends_on IS NULL OR own.ends_on >= %s)
"""


def units_where(user, duty, own=False):
    """The ids of the units over which the user has the duty today, for use in an `__in`: written out, or one subquery.

    With `own` only by posts under which one acts for oneself, and by grants.
    """
    return _found(user, _below(user, Duty(duty), own))


MOST_FOUND = 300  # more ids than the units of three streets are looked up by each query for itself


def _found(user, asked):
    """The ids themselves where a request that only reads asks for them again; else the subquery, asked where it stands.

    The first page asks the same few questions some thirty times, and a database plans each place anew. `user.units_found`
    is {a subquery with its parameters: its ids, None as long as it was asked but once} where nothing that the request
    does can change who holds which post; it is None elsewhere.
    """
    known = getattr(user, "units_found", None)
    if known is None or not asked:
        return asked
    key = (asked.sql, *asked.params)
    if key not in known:
        known[key] = None
        return asked
    if known[key] is None:
        known[key] = _looked_up(asked)
    return known[key]


def _looked_up(asked):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM ({asked.sql}) asked LIMIT {MOST_FOUND + 1}", asked.params)
        ids = sorted({pk for (pk,) in cursor.fetchall()})
    if len(ids) > MOST_FOUND:
        return asked
    return RawSQL(", ".join(str(pk) for pk in ids), []) if ids else []  # noqa: S611 - ids of our own


def _below(user, duty, own):
    return _units(UNITS_BELOW, user, duty, Reach.BELOW, own, with_grants=True)


def _assigned(user, duty, own):
    """The units at which a post gives the user the duty for what is assigned to that very unit."""
    return _units(UNITS_HELD, user, duty, Reach.ASSIGNED, own)


def _units(template, user, duty, reach, own, with_grants=False):
    """Written as SQL because it is asked many times a page: building it anew with the ORM cost more than running it."""
    for_others = HANDLES_FOR if own and duty == Duty.HANDLE else ()
    posts = [post.value for post in posts_with(duty, reach) if post not in for_others]
    if not _is_known(user) or not posts:
        return []
    today = connection.ops.adapt_datefield_value(timezone.localdate())
    marks = ", ".join(["%s"] * len(posts))
    givers, params = [APPOINTED.format(posts=marks)], [user.pk, *posts, today, today]
    if duty in STAND_INS:
        givers[0] += NOT_RELIEVED
        params += [*(post.value for post in STAND_INS[duty]), today, today]
    any_post = [post.value for post in posts_that_log_in()]
    here, there = HERE.format(posts=", ".join(["%s"] * len(any_post))), [user.pk, *any_post, today, today]
    if duty in DELEGABLE and not own:
        givers.append(LENT.format(posts=marks, here=here))
        params += [user.pk, *posts, today, today, today, today, *there]
    if with_grants and duty in GRANTABLE:
        givers.append(GRANTED.format(here=here))
        params += [user.pk, duty.value, today, today, *there]
    sql = template.format(givers="UNION ALL".join(givers))
    return RawSQL(sql, [*params, duty.value])  # noqa: S611 - every value is a parameter


def units_reached(user, duty, own=False):
    """The ids of the units over which, or at which, a post gives the user the duty today."""
    return _admitted(user, Duty(duty), True, True, own)


def street_of(user):
    """Tree ids of the streets where the user holds any post today."""
    if not _is_known(user):
        return []
    held = _valid_today().filter(user=user.pk, user__is_active=True, post__in=posts_that_log_in())
    return held.values_list("unit__tree_id", flat=True)


def appointments_of(user):
    """Every appointment, valid today, under which the user may act: their own, and those lent to them. One query."""
    mine = Q(user=user.pk) | Q(pk__in=lent_to(user))
    rows = _valid_today().filter(mine, user__is_active=True).select_related("unit", "user")
    return list(rows.order_by("-unit__level", "pk"))


def reaching(appointments, user, duty, unit):
    """Those of `appointments_of(user)` that carry a duty as far as a unit: own ones first, then the nearest."""
    ends = [unit, unit.merged_into] if unit.merged_into_id else [unit]
    found = [
        a
        for a in appointments
        if (a.user_id == user.pk or duty in DELEGABLE)
        and any(lies_in(end, a.unit) and a.post_reaches(duty, end) for end in ends)
    ]
    return sorted(found, key=lambda a: a.user_id != user.pk)


def lies_in(unit, home):
    """Is a unit another one, or below it, by the stored ranges?"""
    return home.tree_id == unit.tree_id and home.lft <= unit.lft and unit.rght <= home.rght


def record_condition(user, duty, model):
    """A condition on a record in a place: one reachable path of `model.unit_paths` admits.

    `model.unit_paths` maps a duty to the paths that count for it (`view` is the default);
    `model.assigned_paths` likewise names those that admit a post which sees only what its very unit was assigned.
    What is about the user, or about whom they act for, is not admitted.
    """
    duty = Duty(duty)
    return not_kept_from(user, duty, model, lambda own: _reached(user, duty, model, own))


def not_kept_from(user, duty, model, reached):
    """What `reached(own)` admits, but for what is about the user, and but for what they reach only by acting for whom it is about.

    What is withheld is seen by nobody, or only by whoever issues for the whole street.
    """
    if not _is_known(user):
        return Q(pk__in=[])
    if not origin_paths(model):
        return reached(False)
    admitted = not_kept_from_principals(user, duty, model, reached) & ~kept_from(model, user)
    return admitted & ~withheld_from(model, units_where(user, Duty.ISSUE))


def not_kept_from_principals(user, duty, model, reached):
    """The second half of it alone, for a further condition on what the gate has admitted."""
    if not _is_known(user):
        return Q(pk__in=[])
    about_principals = kept_from_principals(model, user, duty)
    return reached(False) if about_principals is None else reached(False) & (~about_principals | reached(True))


def paths_of(model, duty):
    """(paths under which a duty over a unit admits, paths that admit what that very unit was given).

    A duty that a model does not list is read by the paths of `view`, unless the model says `falls_back = False` or the
    duty is never implied; a list that is empty admits nobody.
    """
    falls_back = getattr(model, "falls_back", True) and duty not in NEVER_IMPLIED
    given = (model.unit_paths, model.assigned_paths)
    if duty not in model.unit_paths and not falls_back:
        return (), ()
    return tuple(paths.get(duty, paths.get(Duty.VIEW, ()) if falls_back else ()) for paths in given)


def _reached(user, duty, model, own):
    """Nothing, and whatever a path adds to it."""
    below, assigned = paths_of(model, duty)
    condition = Q(pk__in=[])
    for path in dict.fromkeys([*below, *assigned]):
        condition |= _through(model, path, _admitted(user, duty, path in below, path in assigned, own))
    return condition


def _admitted(user, duty, is_below, is_assigned, own):
    """The units that one path may end in. Of two ways one set, since a database looks up one set and tries out two."""
    ways = []
    if is_below:
        ways.append(_below(user, duty, own))
    if is_assigned:
        ways.append(_assigned(user, duty, own))
    ways = [way for way in ways if way]
    if len(ways) < 2:
        return _found(user, ways[0]) if ways else []
    both = RawSQL(" UNION ALL ".join(w.sql for w in ways), [p for w in ways for p in w.params])  # noqa: S611
    return _found(user, both)


def _through(model, path, units):
    """Rows whose path ends in one of the units; a path to many goes through a subquery, so that no row comes twice."""
    if _leads_to_one(model, path):
        return Q(**{f"{path}__in": units})
    return Q(pk__in=model._base_manager.filter(**{f"{path}__in": units}).values("pk"))


def _leads_to_one(model, path):
    for name in path.split("__"):
        field = model._meta.get_field(name)
        if field.one_to_many or field.many_to_many:
            return False
        model = field.related_model
    return True


class GatedQuerySet(QuerySet):
    """Rows of a record that lies in a place; every read of them starts with `where_user_may`."""

    def where_user_may(self, user, duty):
        return self.filter(record_condition(user, duty, self.model))

    def where_user_may_any(self, user, duties):
        """By one of the duties at least."""
        return reduce(or_, (self.where_user_may(user, duty) for duty in duties))

    def made_from(self, record):
        """Of a model that has `came_from`."""
        return self.filter(came_from=record.origin_id) if record.origin_id else self.none()


class AppointedUnitBackend(ObjectPermissionBackend):
    """guardian's backend, with the gate's own test: a row without a valid appointment permits nothing."""

    def has_perm(self, user_obj, perm, obj=None):
        codename = perm.rpartition(".")[2]
        if obj is None or codename not in Duty.values or not hasattr(type(obj).objects, "in_street_of"):
            return False
        return type(obj).objects.where_user_may(user_obj, codename).filter(pk=obj.pk).exists()

    def get_all_permissions(self, user_obj, obj=None):
        return {duty.value for duty in Duty if obj is not None and self.has_perm(user_obj, duty.value, obj)}
