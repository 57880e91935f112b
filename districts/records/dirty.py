"""Which counts may have changed since they were last made: a mark beside every change of a fact that an assessment counts."""

from django.db import models


class DirtyKeyQuerySet(models.QuerySet):
    def between(self, starts_on, ends_on):
        return self.filter(day__gte=starts_on, day__lte=ends_on)


class DirtyKey(models.Model):
    """待重算: what a unit has on a day counts anew. Only ever added, and taken away by the run that counted."""

    unit = models.ForeignKey("districts.Unit", on_delete=models.CASCADE, related_name="+", db_constraint=False)
    day = models.DateField(db_index=True)
    is_structural = models.BooleanField(default=False)  # the tree itself changed: the street is counted anew as a whole

    objects = DirtyKeyQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "待重算"
        default_permissions = ()


def mark_dirty(keys, *, is_structural=False):
    """Mark (unit id, day) pairs, in the transaction of the change itself."""
    rows = [DirtyKey(unit_id=unit, day=day, is_structural=is_structural) for unit, day in sorted(set(keys))]
    DirtyKey.objects.bulk_create(rows)
