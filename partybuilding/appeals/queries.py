from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from districts.access import GatedQuerySet
from districts.duties import Duty
from districts.keeping import withheld
from districts.records.searching import having


class AppealQuerySet(GatedQuerySet):
    def kept_from_nobody(self):
        """回避 keeps the others out of every figure that people may compare."""
        return self.filter(is_recused=False)

    def not_withheld(self):
        """Without 反映干部: in no list and in no figure, for nobody; only their own list shows those to be confirmed."""
        return self.filter(Q(is_recused=False) | ~withheld(self.model))

    def for_list(self):
        return self.select_related("unit").order_by("-called_at", "-pk")

    def called_between(self, starts_on, ends_on):
        """By the day of the call, both days included."""
        return self.filter(called_on__gte=starts_on, called_on__lte=ends_on)

    def waiting(self):
        """待分派: no unit of the street has it yet."""
        return self.filter(unit=F("street"), is_recused=False)

    def going_on(self):
        """The city has not closed it."""
        return self.filter(closed_at=None)

    def asking_center(self):
        """请片区协调: going on, and nobody from outside the unit has said anything since it asked."""
        steps = apps.get_model("partybuilding", "AppealStep").objects
        since = steps.filter(appeal=OuterRef("appeal"), pk__gt=OuterRef("pk"))
        answered = since.exclude(appointment__unit=OuterRef("appeal__unit"))
        asked = steps.filter(~Exists(answered), verb="ask_center")
        return self.going_on().filter(pk__in=asked.values("appeal"))

    def owed_by_hand(self, user):
        """手工办理: what a unit of the user's has still to handle here."""
        mine = self.where_user_may(user, Duty.HANDLE)
        return mine.going_on().filter(is_by_hand=True, state__in=self.model.UNDER_WAY)

    def late(self):
        return self.going_on().filter(due_at__lt=timezone.now())

    def search(self, words):
        return self.filter(having(words, "number", "title", "content", "topic", "spot"))
