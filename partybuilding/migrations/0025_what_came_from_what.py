"""A log and an order point at the origin of the appeal that they came from; recusals hang on it, in districts."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def _settle(schema_editor):
    """PostgreSQL alters no table whose deferred checks are still to come."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def carry(apps, schema_editor):
    """An origin for every appeal that is kept from somebody or from which something was made."""
    appeals, made = apps.get_model("partybuilding", "Appeal").objects, ("Order", "WorkLog")
    origins = apps.get_model("districts", "Origin").objects
    used = set(apps.get_model("partybuilding", "Recusal").objects.values_list("appeal", flat=True))
    for name in made:
        rows = apps.get_model("partybuilding", name).objects.exclude(appeal=None)
        used |= set(rows.order_by().values_list("appeal", flat=True).distinct())
    for pk in sorted(used):
        appeals.filter(pk=pk).update(origin=origins.create())
    for name in made:
        rows = apps.get_model("partybuilding", name).objects.exclude(appeal=None)
        rows.update(came_from=Subquery(appeals.filter(pk=OuterRef("appeal")).values("origin")[:1]))
    carried = apps.get_model("districts", "Recusal")
    for old in apps.get_model("partybuilding", "Recusal").objects.select_related("appeal").order_by("pk"):
        new = carried.objects.create(origin_id=old.appeal.origin_id, person_id=old.person_id, by_id=old.by_id)
        carried.objects.filter(pk=new.pk).update(created_at=old.created_at)
    _settle(schema_editor)


def carry_back(apps, schema_editor):
    appeals, old = apps.get_model("partybuilding", "Appeal").objects, apps.get_model("partybuilding", "Recusal")
    for name in ("Order", "WorkLog"):
        rows = apps.get_model("partybuilding", name).objects.filter(
            came_from__in=appeals.exclude(origin=None).values("origin")
        )
        rows.update(appeal=Subquery(appeals.filter(origin=OuterRef("came_from")).values("pk")[:1]))
    for new in apps.get_model("districts", "Recusal").objects.order_by("pk"):
        for appeal in appeals.filter(origin=new.origin_id):
            row = old.objects.create(appeal=appeal, person_id=new.person_id, by_id=new.by_id)
            old.objects.filter(pk=row.pk).update(created_at=new.created_at)
    apps.get_model("districts", "Recusal").objects.all().delete()
    for model, name in (("Order", "came_from"), ("WorkLog", "came_from"), ("WorkLog", "origin"), ("Appeal", "origin")):
        apps.get_model("partybuilding", model).objects.exclude(**{name: None}).update(**{name: None})
    origins = apps.get_model("districts", "Origin").objects
    origins.update(above=None)
    origins.all().delete()
    _settle(schema_editor)


def _link(kind, name, **more):
    return kind(
        blank=True,
        editable=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name=name,
        to="districts.origin",
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("districts", "0008_origin"),
        ("partybuilding", "0024_what_was_said_can_be_taken_back"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("appeal", "origin", _link(models.OneToOneField, "appeal")),
        migrations.AddField("order", "came_from", _link(models.ForeignKey, "orders", verbose_name="来自")),
        migrations.AddField("worklog", "came_from", _link(models.ForeignKey, "logs", verbose_name="来自")),
        migrations.AddField("worklog", "origin", _link(models.OneToOneField, "log")),
        migrations.RunPython(carry, carry_back),
        migrations.RemoveField("order", "appeal"),
        migrations.RemoveField("worklog", "appeal"),
        migrations.DeleteModel("Recusal"),
    ]
