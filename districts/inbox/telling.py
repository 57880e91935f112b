"""Tell the people of a unit what was done with a record of theirs: in the transaction of its cause, each person once."""

from django.utils import timezone

from districts.duties import Duty, posts_with
from districts.inbox.models import Notice, Quiet
from districts.inbox.quiet import quiet_about
from districts.keeping import persons_kept_from
from districts.nouns import noun_of
from districts.posts.models import Appointment, Delegation, User

POSTS = {*posts_with(Duty.HANDLE), *posts_with(Duty.ISSUE)}


def tell_of(record, done):
    """Tell of a step what its record says, by the row that it wrote. Returns how many there were to tell."""
    once = f"{done._meta.model_name}:{done.pk}"
    said = {"verb": done.verb, "label": done.label, "once": once, "at": done.taken_at}
    unless = (Quiet.What.PUBLISH,) if record.STEPS[done.verb].announces else ()
    return tell(record.told_of(done), by=done.by, unless=unless, **said)


def tell(told, *, verb, label, by, once, at, unless=(), to=None):
    """Write a Notice for everybody who works for the units of [(record, unit)] today, but for whoever did it or it is about.

    `to` are the ids of those who are told in their place; what was merged into another unit is told there. Whoever has
    switched off one of `unless` is not told: what is a duty leaves it empty. The same `once` reaches nobody twice, however
    often it is said. Returns how many there were to tell.
    """
    homes = {unit.pk: unit.merged_into_id or unit.pk for _, unit in told}
    people = working_for(set(homes.values())) if to is None else dict.fromkeys(homes.values(), _with_account(to))
    quiet = quiet_about(unless)
    kept = {record.pk: persons_kept_from(record) | quiet for record, _ in told}
    rows = [
        Notice(
            person_id=person,
            noun=noun_of(type(record)).key,
            record=record.pk,
            verb=verb,
            label=label,
            unit=unit,
            by=by,
            at=at,
            once=once,
        )
        for record, unit in told
        for person in people.get(homes[unit.pk], ())
        if (by is None or person != by.pk) and person not in kept[record.pk]
    ]
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _with_account(persons):
    return sorted(User.objects.filter(pk__in=persons, is_active=True).values_list("pk", flat=True))


def working_for(units):
    """{unit id: ids of the persons} who handle or issue in these very units today: by a post there, or lent it."""
    today = timezone.localdate()
    held = Appointment.objects.valid_on(today).filter(post__in=POSTS, unit__in=units, user__is_active=True)
    lent = Delegation.objects.valid_on(today).filter(appointment__in=held.values("pk"), delegate__is_active=True)
    found = {}
    for unit, person in [*held.values_list("unit", "user"), *lent.values_list("appointment__unit", "delegate")]:
        found.setdefault(unit, set()).add(person)
    return {unit: sorted(persons) for unit, persons in found.items()}
