"""What a person has switched off, and who has switched something off."""

from django.db import transaction

from districts.inbox.models import Quiet


def switched_off(user):
    return set(Quiet.objects.filter(person=user.pk).values_list("what", flat=True))


@transaction.atomic
def switch_off(user, what):
    """Switch off these and nothing else."""
    mine = Quiet.objects.filter(person=user.pk)
    mine.exclude(what__in=what).delete()
    Quiet.objects.bulk_create([Quiet(person_id=user.pk, what=each) for each in what], ignore_conflicts=True)


def quiet_about(what):
    """Ids of the persons who have switched off any of these."""
    return set(Quiet.objects.filter(what__in=what).values_list("person", flat=True)) if what else set()
