"""A form that static/sending.js sends learns where it is led instead of being led there: the page is then opened once, by the browser."""

SENDS, LED_TO = "X-Sends-Form", "X-Led-To"


class LedByWord:
    """Behind the log-in: what leads elsewhere before a view is reached, such as to the log-in, was not taken and stays as it is."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.is_reached = False
        response = self.get_response(request)
        if request.is_reached and response.status_code == 302:
            response.status_code = 204
            response.headers[LED_TO] = response.headers["Location"]
            del response.headers["Location"]
        return response

    def process_view(self, request, view, args, kwargs):
        request.is_reached = SENDS in request.headers
