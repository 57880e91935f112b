import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partybuilding", "0013_the_whole_default_scheme")]

    operations = [
        migrations.RemoveField(model_name="period", name="rolled_up_at"),
        migrations.RemoveField(model_name="period", name="version"),
        migrations.RemoveField(model_name="scheme", name="is_ranking_open"),
        migrations.AlterField(
            model_name="scoresheet",
            name="settlement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="sheets", to="partybuilding.settlement"
            ),
        ),
        migrations.AddConstraint(
            model_name="schemeitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gt", 0), ("weight__lte", 10000)), name="weight_of_an_item"
            ),
        ),
        migrations.DeleteModel(name="Leaf"),
    ]
