import sys

from django.shortcuts import render
from django.views.defaults import server_error as plain_server_error

from yuqiao_portal.full_disk import full_disk_page, is_full_disk


def csrf_failed(request, reason=""):
    return render(request, "403_csrf.html", status=403)


def server_error(request):
    """What no view answers for: a full disk, met by a middleware, in words; anything else as a fault."""
    if is_full_disk(sys.exc_info()[1]):
        return full_disk_page(request)
    return plain_server_error(request)
