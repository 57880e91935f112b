"""Logging in and out, and one's own password and second factor."""

from tests.access.rules import alone, known, sent_elsewhere, to_log_in


def leaves(login, record, world):
    return 302


URLS = {
    "login": (alone, {"GET": to_log_in}),
    "login_code": (alone, {"GET": sent_elsewhere, "POST": sent_elsewhere}),
    "second_factor": (alone, {"GET": known, "POST": known}),
    "second_factor_off": (alone, {"GET": known, "POST": known}),
    "logout": (alone, {"POST": leaves}),
    "password_change": (alone, {"GET": known, "POST": known}),
}
