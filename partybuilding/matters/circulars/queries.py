from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from districts.access import GatedQuerySet, held_posts
from districts.duties import Duty
from districts.records.searching import having


class CircularQuerySet(GatedQuerySet):
    def for_list(self):
        return self.select_related("unit").order_by("-sent_on", "-pk")

    def search(self, words):
        return self.filter(having(words, "title", "content"))

    def current(self):
        """Row twin of the property `is_current`."""
        return self.filter(state="sent", last_on__gte=timezone.localdate())

    def to_open(self, user):
        """What a unit of the user's has not opened yet, and may still."""
        return self.current().filter(pk__in=_to_open(user).values("circular"))

    def with_to_open(self, user):
        """With `is_to_open`: whether a unit of the user's has not opened it."""
        return self.annotate(is_to_open=Exists(_to_open(user).filter(circular=OuterRef("pk"))))


def _to_open(user):
    return apps.get_model("partybuilding", "CircularUnit").objects.opened_by(user).filter(is_opened=False)


class CircularUnitQuerySet(GatedQuerySet):
    def opened_by(self, user):
        """Those that a visit of the user opens: where a post of theirs, or lent to them, handles in the very unit.

        Also in the one that the unit was merged into; never over the head of a unit below.
        """
        own = held_posts(user, Duty.HANDLE).values("unit_id")
        mine = Q(unit__in=own) | Q(unit__merged_into__in=own)
        return self.where_user_may(user, Duty.HANDLE).filter(mine)

    def waiting(self):
        """Row twin of the property `is_waiting`."""
        return self.filter(is_opened=False).exclude(unit__retired_on__isnull=False, unit__merged_into=None)

    def for_page(self):
        return self.select_related("unit").order_by("unit__tree_id", "unit__lft")
