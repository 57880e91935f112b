"""Where a record came from, and from whom it and what was made from it are kept."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ID = ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"))


class Migration(migrations.Migration):
    dependencies = [("districts", "0007_structure_is_marked")]

    operations = [
        migrations.CreateModel(
            name="Origin",
            fields=[
                ID,
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="建立时间")),
                (
                    "above",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="below",
                        to="districts.origin",
                    ),
                ),
            ],
            options={"verbose_name": "来源", "verbose_name_plural": "来源", "default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Recusal",
            fields=[
                ID,
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="录入时间")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="录入人",
                    ),
                ),
                (
                    "origin",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="recusals", to="districts.origin"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="回避人",
                    ),
                ),
            ],
            options={
                "verbose_name": "回避",
                "verbose_name_plural": "回避",
                "default_permissions": (),
                "constraints": [models.UniqueConstraint("origin", "person", name="recused_once_of_an_origin")],
            },
        ),
    ]
