"""门户负担: counts what the portal asks of people while it asks, and shows it to the leaders and the office of a street."""

from django.contrib.messages import ERROR, SUCCESS, get_messages
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from districts.burden.counting import count_asked
from districts.burden.models import READERS
from districts.burden.noting import noting
from districts.burden.queries import burden_of, last_months

# What somebody does for themself; and the box of 投诉建议, of which nothing else is written while somebody speaks.
NOT_ASKED = {"inbox_read", "inbox_quiet", "logout", "password_change", "second_factor", "second_factor_off", "voice"}
TAKEN = 302  # a form that was taken leads on


class BurdenCounted:
    """Middleware behind the log-in: a form that was taken counts for the unit of its sender's first post, never for them.

    What leads elsewhere before a view is reached, such as a password that must be changed first, was not taken.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method != "POST" or not request.posts:
            return self.get_response(request)
        request.is_asked = False
        with noting() as filled:
            response = self.get_response(request)
        if request.is_asked and response.status_code == TAKEN and not _is_refused(request):
            files = sum(len(sent) for _, sent in request.FILES.lists())
            count_asked(request.posts[0].unit_id, forms=1, fields=sum(filled), photos=files)
        return response

    def process_view(self, request, view, args, kwargs):
        request.is_asked = request.resolver_match.url_name not in NOT_ASKED


def _is_refused(request):
    """Led back to the page with the sentence that says why and nothing done; the sentence still waits there to be read."""
    said = get_messages(request)
    levels = {message.level for message in said}
    said.used = False
    return ERROR in levels and SUCCESS not in levels


@require_safe
def page(request):
    """The last months, and each unit in the order of the tree: all of them together, or one month that the address names."""
    if not any(duty in post.duties for post in request.posts for duty in READERS):
        raise Http404
    months = last_months(timezone.localdate())
    asked = request.GET.get("month", "")
    chosen = next((month for month in months if f"{month:%Y-%m}" == asked), None)
    context = {"burden": burden_of(request.user, months, chosen), "chosen": chosen, "since": months[-1]}
    return render(request, "burden/page.html", context)
