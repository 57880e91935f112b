"""我的岗位, a colleague's page, and 为何可见."""

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.access import street_of
from districts.duties import Duty
from districts.nouns import nouns
from districts.posts.explaining import givers_of, reasons_for
from districts.posts.models import Appointment, Delegation, Grant, User
from districts.records.answering import takes_steps
from districts.records.fields import DaysForm
from districts.units.models import Unit
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import OrderAssignment
from yuqiao_portal.accounts.second_factor import device_of
from yuqiao_portal.people.duties import duties_of
from yuqiao_portal.people.looks import LookForm, needs_reason, record_look

LAST_REASON = "why_so_many_looks"  # session key: on a long night the reason is typed once


@require_safe
def my_posts(request):
    """Which posts I hold, what each lets me do and how far, what is lent to me and by me, until when."""
    user, today = request.user, timezone.localdate()
    duties = [(duty, givers_of(user, duty)) for duty in Duty]
    lent = Delegation.objects.filter(ends_on__gte=today).select_related(
        "delegate", "appointment__unit", "appointment__user"
    )
    return render(
        request,
        "people/my_posts.html",
        {
            "duties": [(duty, givers) for duty, givers in duties if givers],
            "past": Appointment.objects.filter(user=user, ends_on__lt=today).select_related("unit"),
            "lent_to_me": lent.filter(delegate=user),
            "lent_by_me": lent.filter(appointment__user=user),
            "grants": Grant.objects.filter(user=user, ends_on__gte=today).select_related("unit"),
            "device": device_of(user),
        },
    )


@require_safe
def why(request, kind, pk):
    """为何可见: the posts by which a record is in the user's sight."""
    noun = next((noun for noun in nouns() if noun.key == kind and noun.paths), None)
    if noun is None:
        raise Http404
    record = get_object_or_404(noun.model.objects.where_user_may(request.user, Duty.VIEW), pk=pk)
    return render(request, "people/why.html", {"record": record, "reasons": reasons_for(request.user, record)})


def colleagues(user):
    """The people who hold a post in a street where the user holds one: who holds which post is no secret there."""
    held = Appointment.objects.valid_on(timezone.localdate()).filter(unit__tree_id__in=street_of(user))
    return User.objects.filter(pk__in=held.values("user"), is_active=True)


@require_safe
def person_page(request, pk):
    """A colleague: posts, and what they have in hand where the reader may see it. Never a score."""
    person = get_object_or_404(colleagues(request.user), pk=pk)
    posts = person.appointments.filter(unit__tree_id__in=street_of(request.user)).select_related("unit")
    today = timezone.localdate()
    present = [a for a in posts.valid_on(today)]
    shares = OrderAssignment.objects.where_user_may(request.user, Duty.VIEW).owed()
    logs = WorkLog.objects.where_user_may(request.user, Duty.VIEW).standing().filter(created_by=person)
    return render(
        request,
        "people/person.html",
        {
            "person": person,
            "present": present,
            "past": posts.filter(ends_on__lt=today).order_by("-ends_on"),
            "shares": shares.filter(unit__in=[a.unit_id for a in present if Duty.HANDLE in a.duties]).for_list()[:8],
            "logs": logs.for_list()[:8],
            "may_read_duties": may_read_duties(request.user, person),
        },
    )


def may_read_duties(reader, person):
    """Themself, and the leaders of the street where the person holds a post."""
    if reader.pk == person.pk:
        return True
    led = Unit.objects.where_user_may(reader, Duty.SIGN).filter(parent=None).values("tree_id")
    return person.appointments.valid_on(timezone.localdate()).filter(unit__tree_id__in=led).exists()


@require_safe
def duties_page(request, pk):
    """履职清单 of a span of days, the running year at first."""
    person = get_object_or_404(colleagues(request.user), pk=pk)
    if not may_read_duties(request.user, person):
        raise Http404
    today = timezone.localdate()
    first = {"since": today.replace(month=1, day=1), "until": today}
    form = DaysForm(request.GET if "since" in request.GET else first)
    span = (form.cleaned_data["since"], form.cleaned_data["until"]) if form.is_valid() else None
    parts = duties_of(person, request.user, *span) if span else []
    context = {"person": person, "form": form, "parts": parts}
    return render(request, "people/duties.html", context, status=200 if span else 422)


@takes_steps(lambda request, pk: reverse("person", args=[pk]))
def reveal_phone(request, pk):
    """A colleague's number in full, to read or to dial: each look is one event. Beyond the day's number it asks why, no more."""
    person = get_object_or_404(colleagues(request.user).exclude(phone=""), pk=pk)
    context = {"person": person, "phone": person.phone, "dials": "dial" in request.POST}
    if not needs_reason(request.user, person):
        record_look(request.user, person)
        return render(request, "people/_phone.html", context)
    form = LookForm(request.POST if "reason" in request.POST else None, initial=request.session.get(LAST_REASON))
    if not form.is_valid():
        return render(request, "people/_phone.html", context | {"form": form, "most": settings.PHONE_LOOKS_A_DAY})
    request.session[LAST_REASON] = form.cleaned_data
    record_look(request.user, person, form.cleaned_data["reason"])
    return render(request, "people/_phone.html", context)
