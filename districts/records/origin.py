"""Where a record came from: what is kept from somebody, or emptied, is kept or emptied with all that was made from it."""

from django.db import models, transaction

from districts.files.attachments import Attachment, drop_files

EMPTIED = "（已只留编号，原文不再保存）"


class Origin(models.Model):
    """来源: what a record stands for where others are made from it. Made at first use; it knows no other record.

    The record holds it as `origin`, what was made from it as `came_from`; `above` is the origin of what the record
    itself came from.
    """

    class Withheld(models.TextChoices):
        NOTHING = "", "—"
        STREET = "street", "只给能为全街道交办的人看"
        ALL = "all", "谁也不给看"

    above = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="below")
    withheld = models.CharField("隐去", max_length=6, choices=Withheld.choices, blank=True, default=Withheld.NOTHING)
    street = models.ForeignKey("districts.Unit", null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("建立时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "来源"
        default_permissions = ()
        indexes = [models.Index(fields=["withheld"], condition=~models.Q(withheld=""), name="origin_withheld")]

    def __str__(self):
        return f"来源 {self.pk}"


class Recusal(models.Model):
    """回避: a person whom a record is about; they never meet it nor what was made from it, in no list and no count."""

    origin = models.ForeignKey(Origin, on_delete=models.PROTECT, related_name="recusals")
    person = models.ForeignKey("districts.User", verbose_name="回避人", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey("districts.User", verbose_name="录入人", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("录入时间", auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = "回避"
        default_permissions = ()
        constraints = [models.UniqueConstraint("origin", "person", name="recused_once_of_an_origin")]

    def __str__(self):
        return f"{self.person} 回避"


@transaction.atomic
def origin_of(record):
    """The origin of a record, made at first use; whoever its own origin is kept from is kept from it."""
    if record is None:
        return None
    row = type(record)._base_manager.select_for_update().get(pk=record.pk)
    if row.origin_id is None:
        above = row.came_from and Origin.objects.select_for_update().get(pk=row.came_from.pk)
        like = {"withheld": above.withheld, "street": above.street} if above else {}
        row.origin = Origin.objects.create(above=above, **like)
        row.save(update_fields=["origin"])
        for recusal in above.recusals.all() if above else ():
            row.origin.recusals.create(person=recusal.person, by=recusal.by)
    record.origin = row.origin
    return row.origin


@transaction.atomic
def recuse_from(origin, person, by):
    """Keep a record from a person, and all that was made from it, however far; returns the origins of all these."""
    origins = list(_with_below(origin.pk))
    for one in origins:
        Recusal.objects.get_or_create(origin=one, person=person, defaults={"by": by})
    return origins


@transaction.atomic
def withhold(origin, withheld, street):
    """Withhold a record and all that was made from it, or give it back; returns the origins of all these."""
    origins = list(_with_below(origin.pk))
    Origin.objects.filter(pk__in=[one.pk for one in origins]).update(withheld=withheld, street=street)
    return origins


def _with_below(pk):
    """Locked one by one, so that none made meanwhile is missed."""
    origin = Origin.objects.select_for_update().get(pk=pk)
    yield origin
    for below in origin.below.all():
        yield from _with_below(below.pk)


def made_from(origins):
    """Querysets, ungated, of what was made from some origins: one for each model that has any."""
    models_made = [r.related_model for r in Origin._meta.related_objects if r.field.name == "came_from"]
    found = (model._base_manager.filter(came_from__in=origins) for model in models_made)
    return [rows for rows in found if rows.exists()]


@transaction.atomic
def empty(rows):
    """只留编号: the words of some records, of what hangs on them and of what was made from them are not kept.

    A model says by `EMPTIES` what stands in its fields afterwards, by `EMPTIED_WITH` what hangs on it. Files go.
    """
    model, found = rows.model, list(rows.values_list("pk", flat=True))
    if not found:
        return
    rows = model._base_manager.filter(pk__in=found)
    if issubclass(model, Attachment):
        drop_files(rows, rows)
        return
    if model.EMPTIES:
        rows.update(**model.EMPTIES)
    for name in model.EMPTIED_WITH:
        relation = model._meta.get_field(name)
        empty(relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": found}))
    if any(field.name == "origin" for field in model._meta.fields):
        origins = list(rows.exclude(origin=None).values_list("origin", flat=True))
        for made in made_from(origins):
            empty(made)
