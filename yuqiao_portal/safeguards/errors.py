import sys

from django.contrib.admin.exceptions import DisallowedModelAdminLookup, DisallowedModelAdminToField
from django.core.exceptions import DisallowedHost
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.defaults import server_error as plain_server_error

from yuqiao_portal.safeguards.not_taken import page_of, reason_of

OF_A_LIST = (DisallowedModelAdminLookup, DisallowedModelAdminToField)


def csrf_failed(request, reason=""):
    return render(request, "403_csrf.html", status=403)


def bad_request(request, exception):
    """Made without the request: what it says of itself was refused."""
    host = request.META.get("HTTP_HOST", "")[:100] if isinstance(exception, DisallowedHost) else ""
    back = request.path if isinstance(exception, OF_A_LIST) else ""
    return HttpResponse(render_to_string("400.html", {"refused_host": host, "back": back}), status=400)


def server_error(request):
    """What no view answers for: what a middleware could not take, in words; anything else as a fault."""
    reason = reason_of(sys.exc_info()[1])
    return page_of(reason, request) if reason else plain_server_error(request)


class NotAllowedInWords:
    """Who opens an address that only takes what a button sends is told so, instead of an empty page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 405 and not response.content:
            response.content = render_to_string("405.html")
        return response
