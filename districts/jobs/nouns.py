"""What stands still is told to the office on its first page, beside the system administrator."""

from django.db.models import F

from districts.duties import Duty
from districts.jobs.models import Alarm
from districts.nouns import Noun
from districts.waiting import Kind, Rank, row


def _alarms(user, posts):
    is_office = any(Duty.ASSESS in post.duties for post in posts)
    return [row("alarm", Alarm.objects.filter(ended_at=None), "pk", F("text"))] if is_office else []


ALARM = Noun(
    key="alarm",
    label="告警",
    icon="alert-triangle",
    model=Alarm,
    address="health",
    kinds=(Kind("alarm", Rank.ALARM, is_news=True),),
    notices=_alarms,
    notice="workbench/_alarm.html",
)
