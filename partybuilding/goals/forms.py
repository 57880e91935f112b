from django.utils import timezone

from districts.duties import Duty
from districts.records.acting import ActingForm
from districts.records.editing import VersionedForm
from districts.units.models import Unit
from districts.workflow import ways_of_posts
from partybuilding.goals.models import Goal


class GoalForm(ActingForm, VersionedForm):
    class Meta:
        model = Goal
        fields = ["unit", "year", "title", "measure", "state"]
        labels = {"unit": "中心（片区）"}

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_acting(ways_of_posts(user, Duty.ISSUE))
        centers = Unit.objects.where_user_may(user, Duty.ISSUE).active().filter(kind=Unit.Kind.CENTER)
        self.fields["unit"].queryset = centers.order_by("tree_id", "lft")
        self.fields["unit"].empty_label = None
        this_year = timezone.localdate().year
        self.fields["year"].min_value, self.fields["year"].max_value = this_year - 5, this_year + 1
        self.fields["year"].widget.attrs |= {"min": this_year - 5, "max": this_year + 1}
        if not self.instance.pk:
            self.fields["year"].initial = this_year
