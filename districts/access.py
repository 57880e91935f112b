"""The one gate: which rows a user may touch for a duty, decided by one query.

A duty over a unit needs both a guardian row (who may, where) and an appointment valid today that gives it.
Below a unit means: inside its (tree_id, lft) range *and* under it by parent links. Where the two disagree the
tree is damaged, and the gate shows less, never more.
"""

from django.apps import apps
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.utils import timezone
from guardian.backends import ObjectPermissionBackend

from districts.posts.duties import Duty, Reach, posts_that_log_in, posts_with


def _valid_today():
    return apps.get_model("districts", "Appointment").objects.valid_on(timezone.localdate())


def held_posts(user, duty, reach):
    """Appointments of the user, valid today, whose post gives the duty with that reach, each backed by a guardian row."""
    rows = apps.get_model("districts", "UnitUserPermission").objects
    return _valid_today().filter(
        Exists(rows.filter(user=user.pk, permission__codename=duty.value, content_object=OuterRef("unit_id"))),
        user=user.pk,
        user__is_active=True,
        post__in=posts_with(duty, reach),
    )


def _is_known(user):
    return bool(user and user.is_authenticated and user.is_active)


# The units over which a person has a duty today. `home` is where a post is held; a unit is below it when the stored
# ranges and the parent links both say so. Parameters: duty, user, posts (one %s each), today, today.
UNITS_BELOW = """
SELECT u.id FROM districts_unit u
LEFT JOIN districts_unit p ON p.id = u.parent_id
LEFT JOIN districts_unit g ON g.id = p.parent_id
JOIN districts_unit home ON home.tree_id = u.tree_id AND home.lft <= u.lft AND home.rght >= u.rght
  AND home.id IN (u.id, u.parent_id, p.parent_id, g.parent_id)
JOIN districts_appointment a ON a.unit_id = home.id
JOIN districts_user person ON person.id = a.user_id AND person.is_active
JOIN districts_unituserpermission held ON held.user_id = a.user_id AND held.content_object_id = home.id
JOIN auth_permission duty ON duty.id = held.permission_id AND duty.codename = %s
WHERE a.user_id = %s AND a.post IN ({posts})
  AND a.starts_on <= %s AND (a.ends_on IS NULL OR a.ends_on >= %s)
"""


def units_where(user, duty):
    """The ids of the units over which the user has the duty today, for use in an `__in`: one subquery, written out.

    Written as SQL because it is asked many times a page: building it anew with the ORM cost more than running it.
    """
    posts = posts_with(Duty(duty), Reach.BELOW)
    if not _is_known(user) or not posts:
        return []
    today = connection.ops.adapt_datefield_value(timezone.localdate())
    sql = UNITS_BELOW.format(posts=", ".join(["%s"] * len(posts)))
    params = [Duty(duty).value, user.pk, *[post.value for post in posts], today, today]
    return RawSQL(sql, params)  # noqa: S611 - every value is a parameter


def street_of(user):
    """Tree ids of the streets where the user holds any post today."""
    if not _is_known(user):
        return []
    held = _valid_today().filter(user=user.pk, user__is_active=True, post__in=posts_that_log_in())
    return held.values_list("unit__tree_id", flat=True)


def appointment_for(user, duty, unit):
    """The appointment, valid today, under which the user has the duty over a unit: the nearest; None without one."""
    above = _valid_today().filter(
        user=user.pk, unit__tree_id=unit.tree_id, unit__lft__lte=unit.lft, unit__rght__gte=unit.rght
    )
    rows = above.filter(post__in=posts_with(duty)).select_related("unit").order_by("-unit__level", "pk")
    return next((a for a in rows if a.post_reaches(duty, unit)), None)


def record_condition(user, duty, model):
    """A condition on a record in a place: one reachable path of `model.unit_paths` admits.

    `model.unit_paths` maps a duty to the paths that count for it (`view` is the default);
    `model.assigned_paths` likewise names those that admit a post which sees only what its very unit was assigned.
    """
    duty = Duty(duty)
    if not _is_known(user):
        return Q(pk__in=[])
    reachable = units_where(user, duty)
    condition = Q()
    for path in model.unit_paths.get(duty, model.unit_paths[Duty.VIEW]):
        condition |= _through(model, path, reachable)
    if posts_with(duty, Reach.ASSIGNED):
        assigned = held_posts(user, duty, Reach.ASSIGNED).values("unit_id")
        for path in model.assigned_paths.get(duty, model.assigned_paths.get(Duty.VIEW, ())):
            condition |= _through(model, path, assigned)
    return condition


def _through(model, path, units):
    """Rows whose path ends in one of the units; a longer path goes through a subquery, so that no row comes twice."""
    if "__" not in path:
        return Q(**{f"{path}__in": units})
    return Q(pk__in=model._base_manager.filter(**{f"{path}__in": units}).values("pk"))


class GatedQuerySet(QuerySet):
    """Rows of a record that lies in a place; every read of them starts with `where_user_may`."""

    def where_user_may(self, user, duty):
        return self.filter(record_condition(user, duty, self.model))


class AppointedUnitBackend(ObjectPermissionBackend):
    """guardian's backend, with the gate's own test: a row without a valid appointment permits nothing."""

    def has_perm(self, user_obj, perm, obj=None):
        codename = perm.rpartition(".")[2]
        if obj is None or codename not in Duty.values or not hasattr(type(obj).objects, "in_street_of"):
            return False
        return type(obj).objects.where_user_may(user_obj, codename).filter(pk=obj.pk).exists()

    def get_all_permissions(self, user_obj, obj=None):
        return {duty.value for duty in Duty if obj is not None and self.has_perm(user_obj, duty.value, obj)}
