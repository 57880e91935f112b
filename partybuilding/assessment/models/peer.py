from django.db import models
from django.db.models import F, Q

from districts.access import GatedQuerySet
from districts.duties import Duty
from districts.units.models import Dated, Unit
from districts.units.queries import in_force


class PeerMemberQuerySet(GatedQuerySet):
    def as_of(self, on):
        return self.filter(in_force(on))


class PeerMember(Dated):
    """难度组: units that have it equally hard, such as estates without property management, are ranked among themselves.

    Without a row a unit is ranked with the others of its kind.
    """

    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    name = models.CharField("难度组", max_length=30)

    objects = PeerMemberQuerySet.as_manager()
    part_of = "sheet"
    unit_paths = {Duty.VIEW: ("unit",)}
    assigned_paths = {}

    class Meta:
        verbose_name = verbose_name_plural = "难度组"
        default_permissions = ()
        ordering = ["name", "unit_id", "starts_on"]
        constraints = [
            models.UniqueConstraint("unit", condition=Q(ends_on=None), name="one_present_peer_group"),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="peer_group_ends_after_it_starts"
            ),
        ]

    def __str__(self):
        return self.name
