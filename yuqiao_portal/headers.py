"""Headers that no other middleware sets."""

SENSITIVE_FEATURES = "camera=(), microphone=(), geolocation=(), payment=(), usb=()"


class PrivateByDefault:
    """No shared cache keeps a page that was made for one person; no page asks for a device."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", SENSITIVE_FEATURES)
        if not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "no-store, private")
        return response
