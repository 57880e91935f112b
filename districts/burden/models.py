"""负担: what the portal itself asked of the people of a unit in a month. Of no person, and of no hour."""

from django.db import models

from districts.access import GatedQuerySet, record_condition
from districts.duties import Duty

READERS = (Duty.SIGN, Duty.ASSESS)


class AskedQuerySet(GatedQuerySet):
    def where_user_may(self, user, duty):
        """Seen by the leaders and the office of a street alone: of a unit of one person it is that person's number."""
        if duty != Duty.VIEW:
            return super().where_user_may(user, duty)
        signing, assessing = (record_condition(user, reader, self.model) for reader in READERS)
        return self.filter(signing | assessing)


class Asked(models.Model):
    """门户占用: forms that were taken, fields filled in, files sent and reminders written, of a unit in a month."""

    unit = models.ForeignKey("districts.Unit", verbose_name="单位", on_delete=models.PROTECT, related_name="+")
    month = models.DateField("月份", help_text="当月 1 日")
    forms = models.PositiveIntegerField("表单", default=0)
    fields = models.PositiveIntegerField("填写项", default=0)
    photos = models.PositiveIntegerField("照片和文件", default=0)
    reminders = models.PositiveIntegerField("提醒", default=0)

    objects = AskedQuerySet.as_manager()
    part_of = ""
    unit_paths = {duty: ("unit",) for duty in (Duty.VIEW, *READERS)}
    assigned_paths = {}
    falls_back = False

    class Meta:
        verbose_name = verbose_name_plural = "门户占用"
        default_permissions = ()
        constraints = [models.UniqueConstraint("unit", "month", name="asked_once_a_month")]
