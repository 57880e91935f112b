"""Headers that no other middleware sets, and the one method that no view answers."""

from django.utils.cache import patch_vary_headers

SENSITIVE_FEATURES = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"

ABOUT_THE_BODY = ("Content-Disposition", "Content-Length", "Content-Type")


class PrivateByDefault:
    """No shared cache keeps a page that was made for one person, or takes a part for the whole; no page asks for a device."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", SENSITIVE_FEATURES)
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "no-store, private")
            patch_vary_headers(response, ["HX-Request"])
        return response


class OptionsAsGet:
    """OPTIONS is answered by what GET of the address would say, without its body: it shows nothing that GET hides.

    Innermost, so that every gate before a view sees a GET.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method != "OPTIONS":
            return self.get_response(request)
        request.method = "GET"
        return _without_body(self.get_response(request))


def _without_body(response):
    if response.streaming:
        response.streaming_content = ()
    else:
        response.content = b""
    for name in ABOUT_THE_BODY:
        response.headers.pop(name, None)
    return response
