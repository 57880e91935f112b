import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("districts", "0008_origin"),
        ("partybuilding", "0025_what_came_from_what"),
    ]

    operations = [
        migrations.AddField(
            model_name="orderassignment",
            name="inherited_from",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="districts.unit",
                verbose_name="原承办单位",
            ),
        ),
    ]
