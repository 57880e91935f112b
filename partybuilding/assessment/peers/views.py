"""The page of the difficulty groups."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from districts.duties import Duty
from partybuilding.assessment.models import PeerMember
from partybuilding.assessment.peers.actions import put_into_group
from partybuilding.assessment.peers.forms import PeerForm
from partybuilding.assessment.surveys.views import _street


@require_http_methods(["GET", "HEAD", "POST"])
def peers_page(request):
    """The difficulty groups of the street, as they are and as they were."""
    street = _street(request.user)
    form = PeerForm(request.POST or None, street=street)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            put_into_group(street, list(data.pop("units")), request.user, **data)
            messages.success(request, "已保存，从所填日期起生效；过去的月份不变。")
            return redirect("peers")
        except ValidationError as refusal:
            form.add_error(None, refusal)
    members = PeerMember.objects.where_user_may(request.user, Duty.ASSESS).select_related("unit")
    context = {"form": form, "members": members.order_by("-starts_on", "name", "unit__lft")}
    return render(request, "assessment/peers.html", context, status=422 if form.is_bound else 200)
