from django.db import migrations, models

DONE_ON = """
UPDATE partybuilding_orderassignment SET done_on = (
  SELECT report.taken_on FROM partybuilding_assignmentstep accepted
  JOIN partybuilding_assignmentstep report ON report.id = accepted.report_id
  WHERE accepted.assignment_id = partybuilding_orderassignment.id AND accepted.verb = 'accept'
)
"""


class Migration(migrations.Migration):
    dependencies = [("partybuilding", "0023_lean_rows_of_a_run")]

    operations = [
        migrations.AddField(
            "OrderAssignment", "done_on", models.DateField(editable=False, null=True, verbose_name="办结日期")
        ),
        migrations.RunSQL(DONE_ON, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "OrderAssignment",
            models.CheckConstraint(
                condition=~models.Q(state="accepted") | models.Q(done_on__isnull=False),
                name="what_is_accepted_was_done_on_a_day",
            ),
        ),
        migrations.AddIndex("Appeal", models.Index(fields=["called_on"], name="appeal_day")),
    ]
