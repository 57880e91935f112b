"""投诉建议: what somebody says to the office or to the leaders of their street; of whoever does not sign nothing is kept."""

from django.db import models
from django.db.models import Q

from districts.access import GatedQuerySet, record_condition
from districts.duties import Duty
from districts.records import states

MOST = 1000  # characters of what is said, and of its answer


class SuggestionQuerySet(GatedQuerySet):
    def where_user_may(self, user, duty):
        """By ASSESS what is said to the office, by SIGN what is said to the leaders; seen by these and by whoever signed it."""
        if duty == Duty.VIEW:
            return self.filter(self._read_by(user) | _signed_by(user))
        return super().where_user_may(user, duty).filter(to=self.model.READERS.get(duty))

    def read_by(self, user):
        """What is addressed to the user: that they signed it themself makes nobody a reader."""
        return self.filter(self._read_by(user))

    def signed_by(self, user):
        return self.filter(_signed_by(user))

    def waiting(self):
        return self.filter(state=self.model.State.NEW)

    def _read_by(self, user):
        found = Q(pk__in=[])
        for duty, to in self.model.READERS.items():
            found |= record_condition(user, duty, self.model) & Q(to=to)
        return found


def _signed_by(user):
    """An account that is closed, or nobody's, signed nothing: an author of None is whoever did not sign."""
    return Q(author=user.pk) if user.pk and user.is_active else Q(pk__in=[])


class Suggestion(models.Model):
    """投诉建议: a text, to whom, and the day. Its number tells in which order they came, and nothing else tells when.

    No workflow of the engine: a step names a person, a post and a time, and of whoever does not sign there is neither.
    """

    class To(models.TextChoices):
        OFFICE = "office", "党群办"
        LEADERS = "leaders", "街道领导"

    class State(states.State):
        NEW = "new", "amber", "待处理"
        ANSWERED = "answered", "green", "已答复"

    READERS = {Duty.ASSESS: To.OFFICE, Duty.SIGN: To.LEADERS}

    street = models.ForeignKey("districts.Unit", verbose_name="街道", on_delete=models.PROTECT, related_name="+")
    to = models.CharField("给谁", max_length=7, choices=To.choices)
    text = models.CharField("内容", max_length=MOST)
    said_on = models.DateField("日期")
    author = models.ForeignKey(
        "districts.User", verbose_name="署名", null=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.NEW)
    answer = models.CharField("答复", max_length=MOST, blank=True)
    answered_by = models.ForeignKey(
        "districts.User", verbose_name="答复人", null=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_on = models.DateField("答复日期", null=True)

    objects = SuggestionQuerySet.as_manager()
    unit_paths = {duty: ("street",) for duty in (Duty.VIEW, *READERS)}
    assigned_paths = {}
    falls_back = False

    class Meta:
        verbose_name = verbose_name_plural = "投诉建议"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(state="new", answered_by=None, answered_on=None)
                | Q(state="answered", answered_by__isnull=False, answered_on__isnull=False),
                name="an_answer_says_whose_it_is",
            )
        ]

    def __str__(self):
        return f"给{self.get_to_display()}的投诉建议"
