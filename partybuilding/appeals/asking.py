"""An appeal from which a log is written or an order drawn up in one tap."""

from districts.posts.duties import Duty
from partybuilding.appeals.models import Appeal


def appeal_asked_for(request):
    """The appeal named in the address, where the user may see it."""
    named = request.GET.get("appeal", "")
    if not (named.isdecimal() and len(named) < 18):
        return None
    return Appeal.objects.where_user_may(request.user, Duty.VIEW).filter(pk=named).first()


def from_appeal(form, user):
    """On a new record's form: the appeal that it comes from, hidden; it is never changed afterwards."""
    if form.instance.pk:
        del form.fields["appeal"]
    else:
        form.fields["appeal"].queryset = Appeal.objects.where_user_may(user, Duty.VIEW)
