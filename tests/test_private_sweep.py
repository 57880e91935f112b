"""Valid numbers planted in every field, file name, header and token of every door: none of them is ever written."""

import io
import json
import re
from collections import namedtuple

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.urls import resolve, reverse

from partybuilding.assessment.models import Survey
from tests.access.asking import all_urls
from tests.access.collected import PORTAL
from tests.access.seed import seed
from tests.cast import log_in
from tests.doors import PageForm, forms_of
from tests.privacy import leaks, texts_of_file
from tests.private_ones import IDENTITY, PHONE, handlers

DIGITS = "110105194912310003"  # an ID number that also fits where a number is asked
PLANTED = {"证件号": IDENTITY, "电话": PHONE, "数字": DIGITS}
PRIVATE = f"证件 {IDENTITY}，电话 {PHONE}。"
PLAIN = "按规定办理。"
HEADERS = {
    "User-Agent": f"{IDENTITY} {PHONE}",
    "Referer": f"http://testserver/?q={IDENTITY}{PHONE}",
    "Accept-Language": PHONE,
    "X-Real-IP": IDENTITY,
    "X-Forwarded-For": IDENTITY,
    "X-Forwarded-Port": PHONE,
    "X-Correlation-ID": f"{IDENTITY}-{PHONE}",
    "X-Request-ID": f"{IDENTITY}-{PHONE}",
}
# Who meets which forms, on which page; of each kind of record the first few.
FIRST = 4
PAGES = {
    "office": [
        "appeal_detail",
        "appeal_import",
        "appeal_register",
        "appeal_report",
        "appeal_reports",
        "appeal_rules",
        "appeal_topics",
        "appointment_table",
        "estate",
        "estates",
        "outside_organisation",
        "outside_organisations",
        "adjust",
        "adjustment",
        "circular_detail",
        "circular_new",
        "objection",
        "order_detail",
        "order_edit",
        "order_new",
        "peers",
        "password_change",
        "scheme_edit",
        "scheme_version",
        "schemes",
        "second_factor",
        "standings_period",
        "suggestion",
        "survey",
        "surveys",
    ],
    "leader": ["adjustment"],
    "discipline": ["cadre_reports"],
    "commissioner": ["goal_edit", "goal_new", "order_detail"],
    "secretary": ["object_to", "order_detail", "voice", "worklog_detail", "worklog_edit", "worklog_new"],
    "sysadmin": [
        "districts_unit",
        "districts_user",
        "districts_calendarday",
        "districts_servicelink",
        "opening",
        "auth_user_password",
    ],
    "secadmin": ["districts_appointment", "districts_appointmentchange", "districts_delegation", "districts_grant"],
}
ALIKE = {"worklog_new": "worklog_guess", "appointment_prepare": "appointment_preview"}  # what is sent while typing
# The doors that take a text: first those that this test's plain answers satisfy; and the POSTs that take none (the paper
# of a scheme's approval is met by the contract of the classes alone).
TAKE = {
    "adjust",
    "adjustment",
    "admin:districts_appointmentchange_change",
    "appeal_exclusion",
    "appeal_exclusion_answer",
    "appeal_register",
    "appeal_report_finish",
    "appeal_rules",
    "appeal_step write_note",
    "appeal_topics",
    "appointment_prepare",
    "assignment_step return",
    "cadre_report_return",
    "circular_new",
    "circular_step withdraw",
    "estate",
    "estates",
    "goal_edit",
    "goal_new",
    "objection",
    "order_edit",
    "peers",
    "settlement_step recompute",
    "suggestion_answer",
    "survey",
    "voice",
    "worklog_edit",
    "worklog_new",
    "worklog_withdraw",
}
REFUSE = TAKE | {
    "admin:auth_user_password_change",
    "admin:districts_appointment_add",
    "admin:districts_appointment_change",
    "admin:districts_calendarday_add",
    "admin:districts_delegation_add",
    "admin:districts_grant_add",
    "admin:districts_servicelink_add",
    "admin:districts_unit_add",
    "admin:districts_unit_change",
    "admin:districts_user_add",
    "admin:districts_user_change",
    "appeal_exclusion_review",
    "appointment_preview",
    "outside_organisation",
    "outside_organisations",
    "serve_estate",
    "object_to",
    "order_new",
    "scheme_edit",
    "second_factor",
    "surveys",
    "worklog_guess",
}
WITHOUT_TEXT = {
    "appeal_cadre",
    "appeal_exclusion_withdraw",
    "appeal_import",
    "appeal_import_confirm",
    "appeal_recuse",
    "appeal_reports",
    "appeal_seal",
    "appointment_withdraw",
    "cadre_report_confirm",
    "inbox_quiet",
    "inbox_read",
    "login_code",
    "logout",
    "order_accept_several",
    "order_award",
    "order_issue",
    "serving_end",
    "password_change",
    "person_phone",
    "rollup",
    "scheme_step",
    "schemes",
    "second_factor_off",
    "unit_group_drop",
}
# A code and passwords are named with their reason; what is sent while typing is not kept, nor shown again.
OTHERWISE = {"second_factor", "admin:auth_user_password_change", *ALIKE.values()}
ADMIN_URLS = {name for name, _ in all_urls() if name.startswith("admin:")}
Door = namedtuple("Door", "login form")


def addresses(world, page):
    if page in PORTAL:
        return [reverse(page, args=args) for args, _ in PORTAL[page][0](world)[:FIRST]]
    worker = world.street.people["worker"]
    records = {
        "districts_unit": world.street.units["东一社区"],
        "districts_user": worker,
        "auth_user_password": worker,
        "districts_appointment": worker.appointments.get(),
        "districts_appointmentchange": world.changes[0],
    }
    found = [reverse(f"admin:{page}{end}") for end in ("", "_add") if f"admin:{page}{end}" in ADMIN_URLS]
    return found + ([reverse(f"admin:{page}_change", args=[records[page].pk])] if page in records else [])


def entered(world, login):
    """A client that is logged in, and its cookie."""
    client = log_in(Client(), world.street.people[login])
    return client, client.cookies.output(header="", sep="; ").strip()


def doors(world):
    """{(name of the URL and its verb, fields): who and the form} as the people meet them on their pages."""
    found = {}
    for login, pages in PAGES.items():
        client, cookie = entered(world, login)
        for address in (a for page in pages for a in addresses(world, page)):
            with transaction.atomic():
                response = client.get(address)
                transaction.set_rollback(True)
            client.cookies.load(cookie)
            for form in forms_of(address, response.content.decode()) if response.status_code == 200 else ():
                name = name_of(form.action)
                fields = re.sub(r"\d+", "n", " ".join(sorted({field[0] for field in form.fields})))
                found.setdefault((name, fields), Door(login, form))
                if other := ALIKE.get(name):
                    found.setdefault((other, fields), Door(login, PageForm(reverse(other), form.fields)))
    return found


def name_of(address):
    asked = resolve(address.partition("?")[0])
    return f"{asked.view_name} {asked.kwargs.get('verb', '')}".strip()


class Written:
    """What statements write."""

    def __init__(self):
        self.texts = []

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip().startswith(("INSERT", "UPDATE")):
            self.texts.append((sql[:80], json.dumps(params, ensure_ascii=False, default=str)))
        return execute(sql, params, many, context)


def send(client, form, data, written):
    """The answer to a form sent with planted headers and token; what it wrote is taken back."""
    with transaction.atomic():
        with connection.execute_wrapper(written):
            response = client.post(form.action, data | {"once": f"{IDENTITY}{PHONE}"}, headers=HEADERS)
        kept = dict(client.session.items()) if client.session else {}
        transaction.set_rollback(True)
    written.texts.append((f"session at {form.action}", json.dumps(kept, ensure_ascii=False, default=str)))
    return response


def sent_everywhere(world, written):
    """(names of the doors that refuse, faults of those that do not, names of the doors that took a plain text)."""
    refused, faults, taken = set(), [], set()
    clients = {login: entered(world, login) for login in PAGES}
    for (name, _), (login, form) in world.doors.items():
        client, cookie = clients[login]
        client.cookies.load(cookie)
        if form.texts:
            response = send(client, form, form.filled(PRIVATE, PRIVATE), written)
            client.cookies.load(cookie)
            page = response.content.decode()
            fine = (
                response.status_code in {200, 422}
                and IDENTITY in page
                and "像身份证号" in page
                and "像电话号码" in page
            )
            faults += [] if fine or name in OTHERWISE else [(name, response.status_code)]
            refused.add(name)
        if form.fields:
            send(client, form, {field[0]: DIGITS for field in form.fields}, written)
        client.cookies.load(cookie)
        if send(client, form, form.filled(PLAIN, PRIVATE), written).status_code == 302 and form.texts:
            taken.add(name)
    return refused, faults, taken


@pytest.mark.django_db
def test_numbers_planted_in_every_field_file_name_and_header_of_every_door_are_never_written():
    world = seed()
    Survey.objects.update(state="confirmed", confirmed_by=world.street.people["commissioner"])
    world.doors = doors(world)
    written, log = Written(), io.StringIO()
    before = {handler: handler.setStream(log) for handler in handlers()}
    try:
        refused, faults, taken = sent_everywhere(world, written)
        send(Client(), PageForm(reverse("login")), {"username": PHONE, "password": IDENTITY}, written)
    finally:
        for handler, stream in before.items():
            handler.setStream(stream)
    files = [p for p in settings.DATA_DIR.rglob("*") if p.is_file() and "sqlite3" not in p.name]
    texts = [text for path in files for text in texts_of_file(path.name, path.read_bytes())]
    assert leaks(PLANTED, [*written.texts, ("log", log.getvalue()), *texts]) == []
    assert faults == []
    posting = {name for name, (_, rules) in PORTAL.items() if "POST" in rules}
    assert refused == REFUSE
    assert taken == TAKE
    assert posting - {name.partition(" ")[0] for name in refused} == WITHOUT_TEXT
