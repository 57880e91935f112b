"""Where and when a city counts: regions, each counted by one run, and the day on which an assessment month ends."""

from django.db import models
from django.db.models import Q

from districts.units.models import Unit


class Region(models.Model):
    """汇总分区: a named set of streets that one run counts at once. Streets in none are the one region there is by default."""

    name = models.CharField("名称", max_length=30, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = "汇总分区"
        default_permissions = ()

    def __str__(self):
        return self.name


class RegionStreet(models.Model):
    """分区街道: a street is in one region at most."""

    region = models.ForeignKey(Region, on_delete=models.CASCADE, related_name="streets")
    street = models.OneToOneField(Unit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = "分区街道"
        default_permissions = ()


class MonthEnd(models.Model):
    """考核月截止日: from the month `since` (2026-10) on, the day on which it ends; none is the calendar month's last."""

    since = models.CharField("自", max_length=7, unique=True)
    day = models.PositiveSmallIntegerField("截止日", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "考核月截止日"
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(day=None) | Q(day__range=(1, 28)), name="a_day_of_any_month")]
