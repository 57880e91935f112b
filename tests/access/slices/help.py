"""The help pages and their pictures."""

from tests.access.rules import alone, always, known

URLS = {
    "help": (alone, {"GET": known}),
    "help_page": (always("secretary"), {"GET": known}),
    "help_picture": (always("order-phone.png"), {"GET": known}),
}
