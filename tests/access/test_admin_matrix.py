"""Every admin URL x method x person: the three administrators see what is theirs and no business record."""

import os

import pytest
from django.urls import reverse
from django.utils import timezone

from districts.units.models import ServiceLink
from tests.access.asking import GROUPS, all_urls, ask, client_of, has_its_headers, keep_cells
from tests.access.marks import MARK
from tests.access.seed import seed
from tests.access.slices.admin import ADMIN_MODELS, ADMIN_PAGES, DELETABLE, NEVER_ADDED
from tests.cast import ADMINS, LONG_AGO


def admin_wanted(login, bare):
    """The declared answer of an admin URL to a GET."""
    if login not in ADMINS:
        return {404} if bare == "login" and login != "anonymous" else {302}
    rule = ADMIN_PAGES.get(bare)
    if rule == "tree":
        return {200} if login == "sysadmin" else {302, 403}
    if rule == "reset":
        return {200} if login == "sysadmin" else {302, 403, 404}
    if rule:
        return {"staff": {200, 302}, "leaves": {405}, "nobody": {302, 403, 404}, "app": {200, 404}}[rule]
    model, _, page = bare.rpartition("_")
    if not bare or page in {"", "user"}:
        return {200, 302, 404}
    may_look, may_change = ADMIN_MODELS[model]
    if page == "add":
        return {200} if login in may_change and model not in NEVER_ADDED else {403}
    if page == "delete":
        return {200} if login in may_change and model in DELETABLE else {403}
    return {200} if login in may_look else {403}


@pytest.mark.django_db
@pytest.mark.parametrize("logins", GROUPS, ids=",".join)
def test_admin(logins):
    world = seed()
    wrong = [fault for login in logins for fault in admin_faults(login, world)]
    assert wrong == []


def asked_urls():
    """(name, pattern) of every page of the administrators, or of those that MATRIX_URLS names."""
    named = os.environ.get("MATRIX_URLS", "").split()
    left_out = {"", "app_list", "view_on_site", "logout"}
    urls = [(name, entry) for name, entry in all_urls() if name.startswith("admin:")]
    return [(n, entry) for n, entry in urls if n.removeprefix("admin:") not in left_out and (n in named or not named)]


def admin_faults(login, world):
    from auditlog.models import LogEntry

    from districts.calendar.models import CalendarDay
    from districts.posts.models import Delegation, Grant
    from districts.trail.models import Event
    from districts.units.tree import link_service

    CalendarDay.objects.filter(day="2027-02-06").delete()
    ServiceLink.objects.all().delete()
    client = client_of(login, world)
    ids = {
        "districts_unit": world.street.units["东一社区"].pk,
        "districts_user": world.street.people["worker"].pk,
        "districts_appointment": world.street.people["worker"].appointments.get().pk,
        "auditlog_logentry": LogEntry.objects.first().pk,
        "districts_appointmentchange": world.changes[0].pk,
        "districts_delegation": Delegation.objects.filter(ends_on__gte=timezone.localdate()).get().pk,
        "districts_grant": Grant.objects.filter(ends_on__gte=timezone.localdate()).get().pk,
        "districts_servicelink": link_service(
            world.street.units["东中心"], world.street.units["西村"], on=LONG_AGO, reason="联"
        ).pk,
        "districts_calendarday": CalendarDay.objects.create(day="2027-02-06", is_working=True, note="通知").pk,
        "districts_event": Event.objects.first().pk,
        "districts_job": world.jobs[0].pk,
        "opening": world.street.units["槐花街道党建工作协调委员会"].pk,
        "auth_user_password": world.street.people["worker"].pk,
    }
    wrong, cells = [], []
    for name, entry in asked_urls():
        bare = name.removeprefix("admin:")
        args = (
            [ids[bare.rpartition("_")[0]]]
            if "object_id" in str(entry.pattern) or "<id>" in str(entry.pattern) or "<int:pk>" in str(entry.pattern)
            else []
        )
        for method in ("GET", "POST"):
            response, text = ask(client, method, reverse(name, args=args), htmx=False)
            wanted = admin_wanted(login, bare)
            # an empty POST is at worst a form with errors; it never does what a GET of it would refuse
            fine = response.status_code in (wanted if method == "GET" else wanted | {200, 302, 403, 404, 405})
            fine = fine and has_its_headers(response)
            refused = wanted == {403} and method == "POST" and response.status_code == 200
            leaks = MARK.findall(text)
            cells.append((login, method, name, args, "", sorted(wanted), response.status_code, len(leaks)))
            if leaks or not fine or refused:
                wrong.append((login, method, name, wanted, response.status_code, leaks))
    keep_cells(f"admin-{login}", cells)
    return wrong
