import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("districts", "0017_estates"),
        ("partybuilding", "0038_figures_of_reports"),
    ]

    operations = [
        migrations.AddField(
            model_name="appeal",
            name="estate",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="appeals",
                to="districts.estate",
                verbose_name="小区",
            ),
        ),
    ]
