import re
from functools import partial

from django.apps import apps
from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery
from django.utils import timezone

from districts.access import (
    GatedQuerySet,
    held_posts,
    not_kept_from,
    not_kept_from_principals,
    record_condition,
    units_reached,
    units_where,
)
from districts.apart import did_none_of
from districts.calendar.workdays import working_days_back
from districts.duties import Duty
from districts.keeping import kept_from_anybody
from districts.records.searching import closed_up, having

URGED_AGAIN_AFTER = 3  # working days
NUMBER = re.compile(r"(?P<word>\D*?)(?:[〔\[［（(【](?P<year>\d{4})[〕\]］）)】])?(?P<serial>\d{1,7})号?")


class OrderQuerySet(GatedQuerySet):
    def where_user_may(self, user, duty):
        """A draft is seen only where it is drawn up; a 玉字令 is signed, everything else issued, by its own duty."""
        rows = super().where_user_may(user, duty)
        return rows.filter(~Q(state="draft") | drawn_up_by(user, self.model, "unit"))

    def for_list(self):
        return self.select_related("unit", "lead_unit", "created_by").order_by("-issued_on", "-pk")

    def search(self, words):
        if not words:
            return self
        return self.filter(having(words, "title", "content") | self._numbered(closed_up(words)))

    def _numbered(self, words):
        """The condition on a number, whole or in part: 玉字令〔2026〕1号, with any brackets, 玉字令1号, 1号, 1."""
        said = NUMBER.fullmatch(words)
        if not said:
            return Q(pk=None)
        found = Q(serial=int(said["serial"])) & (Q(year=int(said["year"])) if said["year"] else Q())
        kinds = [kind for kind in self.model.Kind if said["word"] in ("", kind.number_word, kind.label)]
        return found & Q(kind__in=kinds)


def drawn_up_by(user, model, path):
    """The condition on what the gate has admitted that its place, to which the path leads, is one where the user draws up."""

    def reached(own):
        return Q(**{f"{path}__in": units_where(user, Duty.ISSUE, own)})

    return not_kept_from_principals(user, Duty.ISSUE, model, reached)


def in_charge(user, model):
    """The condition on a share that its unit is covered by the user's own posts: not seen as issuer or as lead only."""
    return not_kept_from(user, Duty.VIEW, model, lambda own: Q(unit__in=units_reached(user, Duty.VIEW, own)))


def handled_by(user):
    """The condition on a share that the user's own post handles it: nobody accepts or urges that."""
    return Q(unit__in=units_reached(user, Duty.HANDLE))


def _answered_by(user, own=False):
    """The condition on a share that the user answers for it: row twin of the property `answering_unit`."""
    issuing = units_where(user, Duty.ISSUE, own)
    tree, lft, rght = F("order__unit__tree_id"), F("order__unit__lft"), F("order__unit__rght")
    is_below = Q(unit__tree_id=tree, unit__lft__gte=lft, unit__rght__lte=rght)
    return (is_below & Q(order__unit__in=issuing)) | (~is_below & Q(unit__parent__in=issuing))


class AssignmentQuerySet(GatedQuerySet):
    def where_user_may(self, user, duty):
        return self.filter(self.permitted(user, duty))

    def permitted(self, user, duty):
        """The gate's condition; on top of it drafts' shares stay with the drafter, and acceptance has its two further ones."""
        duty = Duty(duty)
        if duty == Duty.ISSUE:
            found = not_kept_from(user, duty, self.model, partial(_answered_by, user))
        else:
            found = record_condition(user, duty, self.model)
        found &= ~Q(state="planned") | drawn_up_by(user, self.model, "order__unit")
        if duty == Duty.ACCEPT:
            # A 玉字令 is accepted from where it was signed.
            found &= ~handled_by(user) & (Q(order__kind="task") | Q(order__unit__in=units_where(user, Duty.ACCEPT)))
        if duty == Duty.ISSUE:
            found &= ~Q(unit__in=held_posts(user, Duty.HANDLE).values("unit_id"))
        return found

    def kept_from_nobody(self):
        """回避 keeps the others out of every figure that people may compare."""
        return self.exclude(kept_from_anybody(self.model))

    def issued(self):
        return self.exclude(state__in=self.model.NOT_ISSUED)

    def with_acceptance(self):
        """With `acceptance`, the only accepting step, where there is one; it names the report by which a share is judged."""
        return self.annotate(acceptance=FilteredRelation("steps", condition=Q(steps__verb="accept")))

    def with_report_day(self):
        """With `reported_on`, the day of the last report."""
        reports = apps.get_model("partybuilding", "AssignmentStep").objects.filter(
            verb="report", assignment=OuterRef("pk")
        )
        return self.annotate(reported_on=Subquery(reports.order_by("-pk").values("taken_on")[:1]))

    def in_charge_of(self, user):
        return self.filter(in_charge(user, self.model))

    def current(self):
        """What still waits for somebody, or was due this month until today: the past is not read for today's figures."""
        today = timezone.localdate()
        in_month = Q(due_on__gte=today.replace(day=1), due_on__lte=today)
        return self.filter(Q(state__in=self.model.WAITING) | in_month)

    def owed(self):
        return self.filter(state__in=self.model.OWED)

    def running(self):
        """The unit's clock runs: not while an extension waits for its answer."""
        return self.filter(state__in=self.model.RUNNING)

    def overdue(self):
        return self.running().filter(due_on__lt=timezone.localdate())

    def with_light(self, light):
        """Row twin of the property `light`."""
        today = timezone.localdate()
        if light == "red":
            return self.overdue()
        if light == "amber":
            return self.running().filter(due_on__gte=today, amber_on__lte=today)
        if light == "green":
            return self.running().filter(due_on__gte=today).exclude(amber_on__lte=today)
        return self.exclude(state__in=self.model.RUNNING)

    def for_list(self):
        return self.select_related("order", "order__unit", "unit").order_by("due_on", "pk")

    def waiting_for(self, user, todo):
        return self.filter(self.waits_for(user, todo))

    def waits_for(self, user, todo):
        """The condition of what a person has to do: `handle` what their unit owes or may claim, `accept` reports,
        `answer` extensions, `urge` what is overdue elsewhere and was not urged lately, by anybody."""
        if todo == "accept":
            mine = self.permitted(user, Duty.ACCEPT) & did_none_of(self.model, ("report",), user)
            return Q(state="reported") & mine
        if todo == "answer":
            return Q(state="paused") & self.permitted(user, Duty.ISSUE) & did_none_of(self.model, ("extend",), user)
        if todo == "urge":
            return self._to_urge() & self.permitted(user, Duty.ISSUE) & ~handled_by(user)
        return Q(state__in=[*self.model.RUNNING, "open"]) & self.permitted(user, Duty.HANDLE)

    def _to_urge(self):
        today = timezone.localdate()
        long_ago = working_days_back(today, URGED_AGAIN_AFTER)
        return Q(state__in=self.model.RUNNING, due_on__lt=today) & (Q(urged_on=None) | Q(urged_on__lte=long_ago))
