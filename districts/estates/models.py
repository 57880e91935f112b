import re

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from districts.access import GatedQuerySet
from districts.duties import Duty
from districts.units.models import Unit

BETWEEN = re.compile(r"[、，,;；/\s]+")


class Estate(models.Model):
    """小区: a place in a community or village, with the names under which people know it. Retired, never deleted."""

    unit = models.ForeignKey(Unit, verbose_name="社区、村", on_delete=models.PROTECT, related_name="estates")
    name = models.CharField("小区名", max_length=40)
    former_names = models.CharField(
        "曾用名、俗称", max_length=200, blank=True, help_text="几个用顿号隔开，如“玉桥东里南区、南院”"
    )
    starts_on = models.DateField("起", null=True, blank=True, help_text="可不填：一直有")
    ends_on = models.DateField("止", null=True, blank=True, help_text="可不填：至今；拆迁、合并的填最后一天")

    objects = GatedQuerySet.as_manager()
    part_of = ""
    unit_paths = {Duty.VIEW: ("unit",)}
    assigned_paths = {}

    class Meta:
        verbose_name = verbose_name_plural = "小区"
        default_permissions = ()
        ordering = ["unit__tree_id", "unit__lft", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                "unit", "name", name="an_estate_once_in_a_community", violation_error_message="这个社区已有同名的小区。"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="an_estate_ends_after_it_starts",
                violation_error_message="“止”早于“起”。",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def names(self):
        """The present name first, then those it bore."""
        return [self.name, *filter(None, BETWEEN.split(self.former_names))]

    def stood_on(self, day):
        return self.existed_within(day, day)

    def existed_within(self, since, until):
        """On one of those days at least."""
        return (self.starts_on is None or self.starts_on <= until) and (self.ends_on is None or since <= self.ends_on)

    @property
    def is_over(self):
        return self.ends_on is not None and self.ends_on < timezone.localdate()

    def clean(self):
        super().clean()
        if any(len(name) < 2 for name in self.names):
            raise ValidationError({"former_names": "一个字的名称会认错，请写两个字以上。"})
        others = Estate.objects.filter(unit=self.unit_id).exclude(pk=self.pk) if self.unit_id else ()
        for other in others:
            if same := set(self.names) & set(other.names):
                raise ValidationError(f"“{same.pop()}”已经是“{other.name}”的名称，一个名称只能指一个小区。")
