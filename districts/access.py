"""The one gate: which rows a user may touch for a duty, decided by one query.

A duty over a unit needs both a guardian row (who may, where) and an appointment valid today that gives it.
Below a unit means: inside its (tree_id, lft) range *and* under it by parent links. Where the two disagree the
tree is damaged, and the gate shows less, never more.
"""

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from guardian.backends import ObjectPermissionBackend

from districts.posts.duties import Duty, Reach, posts_with


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


def _under(held):
    links = ["pk", "parent_id", "parent__parent_id", "parent__parent__parent_id"]
    linked = Q()
    for link in links:
        linked |= Q(unit_id=OuterRef(link))
    return Exists(
        held.filter(
            linked, unit__tree_id=OuterRef("tree_id"), unit__lft__lte=OuterRef("lft"), unit__rght__gte=OuterRef("rght")
        )
    )


def units_where(user, duty):
    """A condition on `Unit`: the user has the duty over it, holding a post there or above."""
    if not _is_known(user):
        return Q(pk__in=[])
    return Q(_under(held_posts(user, Duty(duty), Reach.BELOW)))


def street_of(user):
    """Tree ids of the streets where the user holds any post today."""
    if not _is_known(user):
        return []
    held = _valid_today().filter(user=user.pk, user__is_active=True)
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
    `model.assigned_paths` are those that admit a post which sees only what its very unit was assigned.
    """
    duty = Duty(duty)
    if not _is_known(user):
        return Q(pk__in=[])
    reachable = apps.get_model("districts", "Unit").objects.where_user_may(user, duty).values("pk")
    condition = Q()
    for path in model.unit_paths.get(duty, model.unit_paths[Duty.VIEW]):
        condition |= _through(model, path, reachable)
    if posts_with(duty, Reach.ASSIGNED):
        assigned = held_posts(user, duty, Reach.ASSIGNED).values("unit_id")
        for path in model.assigned_paths:
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
