"""Nobody sees or does anything outside their posts: every URL x method x person x place, with and without htmx."""

import html
import io
import os
import re
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path, reverse

from partybuilding.appeals.models import Appeal
from tests.access import expected as e
from tests.access.seed import OTHER, STREET, mark, seed
from tests.access.table import ADMIN_MODELS, ADMIN_PAGES, PORTAL
from tests.cast import log_in

MARK = re.compile(r"⟦[A-Z]\d+⟧")
CELLS = Path(settings.BASE_DIR) / "var" / "access-matrix"
VERBS = list(e.BY_VERB)
PHONE = "13812345678"


def all_urls(patterns=None, space=""):
    """(namespaced name, pattern) of every URL that the resolver knows."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            yield from all_urls(entry.url_patterns, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name or ''}", entry


def undeclared(urls):
    """Names of URLs that the declared table does not mention."""
    missing = []
    for name, entry in urls:
        space, _, bare = name.rpartition(":")
        if space == "admin":
            model, _, _ = bare.rpartition("_")
            known = bare in ADMIN_PAGES or model in ADMIN_MODELS or not bare
        else:
            known = bare in PORTAL or str(entry.pattern) in {"admin/login/", "admin/password_change/"}
        if not known:
            missing.append(name or str(entry.pattern))
    return missing


def test_every_url_is_in_the_declared_table():
    assert undeclared(all_urls()) == []


@pytest.mark.django_db
def test_a_url_without_a_rule_is_reported_and_refused_to_the_unknown():
    from django.http import HttpResponse

    extra = [path("forgotten/", lambda request: HttpResponse("⟦L1⟧"), name="forgotten")]
    assert undeclared(all_urls(extra)) == ["forgotten"]
    urls = type("urls", (), {"urlpatterns": [*get_resolver().url_patterns, *extra]})
    with override_settings(ROOT_URLCONF=urls):
        response = Client().get("/forgotten/")
    assert (response.status_code, response.headers["Location"]) == (302, "/login/?next=%2Fforgotten%2F")


def targets(world, kind):
    """(arguments for reverse, record) of every seeded thing that a URL can be about."""
    units = list(world.street.units.values())
    return {
        None: [((), None)],
        "unit": [((u.pk,), u) for u in units],
        "log": [((r.pk,), r) for r in world.logs],
        "order": [((r.pk,), r) for r in world.orders],
        "step": [((s.pk, verb), (s, verb)) for s in world.shares for verb in VERBS],
        "period": [((world.month,), None)],
        "sheet": [((s.pk,), s) for s in world.sheets],
        "sheet_item": [((s.pk, "orders_on_time"), s) for s in world.sheets],
        "monthly_file": [((world.month, "xlsx"), None), ((world.month, "docx"), None)],
        "span": [((world.month[:4],), None)],
        "settlement_step": [
            ((s.pk, v), s) for s in world.settlements for v in ("publish", "recompute", "settle", "correct")
        ],
        "objection": [((o.pk,), o) for o in world.objections],
        "objection_evidence": [((v.pk,), v) for v in world.objection_evidence],
        "adjustment": [((a.pk,), a) for a in world.adjustments],
        "adjustment_evidence": [((v.pk,), v) for v in world.adjustment_evidence],
        "survey": [((s.pk,), s) for s in world.surveys],
        "version": [((v.pk,), v) for v in world.versions],
        "scheme_step": [((v.pk, verb), (v, verb)) for v in world.versions for verb in ("try", "redraft", "approve")],
        "job": [((world.job.pk,), None)],
        "help": [(("secretary",), None)],
        "picture": [(("order-desk.png",), None)],
        "person": [((p.pk,), p) for p in world.street.people.values()],
        "why": [(("log", r.pk), r) for r in world.logs] + [(("order", r.pk), r) for r in world.orders],
        "change": [((c.pk,), c) for c in world.changes],
        "attachment": [((a.pk,), a) for a in world.attachments],
        "goal": [((g.pk,), g) for g in world.goals],
        "appeal": [((a.pk,), a) for a in world.appeals],
        "appeal_step": [
            ((a.pk, verb), (a, verb))
            for n, a in enumerate(world.appeals)
            for verb in e.APPEAL_VERBS
            if n < 2 or verb not in Appeal.BY_HAND
        ],
        "cadre_report": [((r.pk,), r) for r in world.cadre_reports],
        "exclusion": [((x.pk,), x) for x in world.exclusions],
        "evidence": [((v.pk,), v) for v in world.evidence],
        "report": [((r.pk,), r) for r in world.reports],
        "report_file": [((r.pk, "xlsx"), r) for r in world.reports],
        "batch": [((b.pk,), b) for b in world.batches],
        "shape": [(("ledger",), None)],
    }[kind]


def wanted_status(login, rule, record, world):
    """The declared answer to one request: a status, or a set of them."""
    known, posted = login != "anonymous", login in e.HELD
    if rule == "open":
        return 200
    if rule == "login":
        return 302 if known else 200
    if rule == "bounced":
        return 302
    if not known:
        return "login"
    shares = world.shares
    allowed = {
        "known": lambda: True,
        "posted": lambda: True,
        "leaves": lambda: True,
        "issuer": lambda: any("issue" in e.DUTIES[post] for post, _ in e.HELD.get(login, []) + e.LENT.get(login, [])),
        "assessor": lambda: any("assess" in e.DUTIES[post] for post, _ in e.HELD.get(login, [])),
        "registers": lambda: e.reaches(login, "issue", "槐花街道党建工作协调委员会"),
        "assess_unit": lambda: e.reaches(login, "assess", record.unit.name),
        "colleague": lambda: e.are_colleagues(login, record.username),
        "reads_duties": lambda: e.reads_duties(login, record.username),
        "colleague_with_phone": lambda: e.are_colleagues(login, record.username) and record.username in e.WITH_PHONE,
        "why": lambda: (
            e.sees_log(login, record) if hasattr(record, "happened_on") else e.sees_order(login, record, shares)
        ),
        "view_unit": lambda: e.reaches(login, "view", record.name),
        "view_attachment": lambda: e.sees_log(login, record.log),
        "view_numbered": lambda: record.serial is not None and e.sees_order(login, record, shares),
        "sets_goals": lambda: any(e.reaches(login, "issue", unit) for unit in ("东中心", "西中心", "外中心")),
        "issue_goal": lambda: e.reaches(login, "issue", record.unit.name),
        "sysadmin": lambda: login == "sysadmin",
        "street": lambda: e.in_street(login, record.name),
        "view_log": lambda: e.sees_log(login, record),
        "edit_log": lambda: e.edits_log(login, record),
        "view_order": lambda: e.sees_order(login, record, shares),
        "issue_order": lambda: e.issues_order(login, record),
        "assess": lambda: e.reaches(login, "assess", "槐花街道党建工作协调委员会"),
        "view_sheet": lambda: e.reaches(login, "view", record.unit.name),
        "assess_settlement": lambda: e.reaches(login, "assess", record.street.name),
        "view_street": lambda: any(e.reaches(login, "view", name) for name in (STREET, OTHER)),
        "object_to": lambda: e.objects_to(login, record),
        "view_objection": lambda: e.reaches(login, "view", record.sheet.unit.name),
        "decide_objection": lambda: e.reaches(login, "assess", record.sheet.unit.name),
        "view_objection_evidence": lambda: e.reaches(login, "view", record.objection.sheet.unit.name),
        "assess_sheet": lambda: e.reaches(login, "assess", record.unit.name),
        "view_adjustment": lambda: e.reaches(login, "view", record.unit.name),
        "sign_adjustment": lambda: e.reaches(login, "sign", record.unit.name),
        "view_adjustment_evidence": lambda: e.reaches(login, "view", record.adjustment.unit.name),
        "assess_survey": lambda: e.reaches(login, "assess", record.street.name),
        "view_version": lambda: e.sees_version(login, record),
        "edit_version": lambda: record.state == "draft" and e.writes_version(login, record),
        "try_version": lambda: e.writes_version(login, record, ("assess", "sign")),
        "take_scheme_step": lambda: e.writes_version(
            login, record[0], ("sign" if record[1] == "approve" else "assess",)
        ),
        "view_appeal": lambda: e.sees_appeal(login, record),
        "recuse_appeal": lambda: e.reaches(login, "issue", e.root_of(record)) and e.sees_appeal(login, record),
        "confirmer": lambda: any("confirm" in e.DUTIES[post] for post, _ in e.HELD.get(login, [])),
        "confirm_report": lambda: e.confirms_report(login, record),
        "ask_exclusion": lambda: e.asks_exclusion(login, record),
        "answer_exclusion": lambda: e.reaches(login, "assess", record.appeal.unit.name),
        "review_exclusion": lambda: record.kind == "suspended" and e.reaches(login, "assess", record.appeal.unit.name),
        "reads_report": lambda: e.reads_report(login, record),
        "view_evidence": lambda: e.sees_appeal(login, record.exclusion.appeal),
        "take_appeal_step": lambda: e.takes_appeal_step(login, *record),
        "assess_street": lambda: e.reaches(login, "assess", record.street.name),
        "assess_refused": lambda: record.state == "refused" and e.reaches(login, "assess", record.street.name),
        "view_job": lambda: e.reaches(login, "view", "槐花街道党建工作协调委员会"),
        "take_step": lambda: e.takes_step(login, *record),
    }[rule]()
    if rule in {"take_step", "take_appeal_step"}:
        return allowed
    if rule == "posted" and not posted:
        return 302  # administrators go to their own pages
    if rule == "leaves":
        return 302
    return {200, 302, 409, 422} if allowed else 404


def text_of(response):
    if response.headers.get("Content-Type", "").endswith("spreadsheetml.sheet"):
        book = zipfile.ZipFile(io.BytesIO(response.content))
        return html.unescape("".join(book.read(name).decode("utf-8", "replace") for name in book.namelist()))
    content = b"".join(response.streaming_content) if response.streaming else response.content
    return content.decode("utf-8", "replace")


def visible_marks(login, world):
    logs = {mark(r) for r in world.logs if e.sees_log(login, r)}
    orders = {mark(r) for r in world.orders if e.sees_order(login, r, world.shares)}
    goals = {mark(g) for g in world.goals if e.reaches(login, "view", g.unit.name, assigned=True)}
    files = {mark(a) for a in world.attachments if e.sees_log(login, a.log)}
    files |= {mark(a) for a in world.appeals if e.sees_appeal(login, a)}
    files |= {mark(v) for v in world.evidence if e.sees_appeal(login, v.exclusion.appeal)}
    files |= {mark(r) for r in world.cadre_reports if e.confirms_report(login, r) or e.sees_appeal(login, r.appeal)}
    files |= {mark(b) for b in world.batches if e.reaches(login, "assess", b.street.name)}
    files |= {mark(t) for t in world.topics if e.reaches(login, "view", t.unit.name, assigned=True)}
    files |= {mark(r) for r in world.reports if e.reads_report(login, r)}
    files |= {mark(o) for o in world.objections if e.reaches(login, "view", o.sheet.unit.name)}
    files |= {mark(v) for v in world.objection_evidence if e.reaches(login, "view", v.objection.sheet.unit.name)}
    files |= {mark(a) for a in world.adjustments if e.reaches(login, "view", a.unit.name)}
    files |= {mark(v) for v in world.adjustment_evidence if e.reaches(login, "view", v.adjustment.unit.name)}
    files |= {mark(s) for s in world.surveys if e.reaches(login, "assess", s.street.name)}
    files |= {mark(v) for v in world.versions if e.sees_version(login, v)}
    return logs | orders | goals | files | {mark(s) for s in world.shares if e.sees_share(login, s)}


def ask(client, method, url, htmx):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/"} if htmx else {}
    with transaction.atomic():
        response = getattr(client, method.lower())(url, headers=headers)
        text = text_of(response)
        transaction.set_rollback(True)
    return response, text


def is_as_wanted(response, wanted, htmx):
    if wanted == "login":
        if htmx:
            return response.headers.get("HX-Redirect", "").startswith("/login/")
        return response.status_code == 302 and response.headers["Location"].startswith("/login/")
    return response.status_code in wanted if isinstance(wanted, set) else response.status_code == wanted


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def has_its_headers(response):
    """Of a page, fragment, redirect, download or error: what a browser must be told."""
    policy = response.headers.get("Content-Security-Policy", "")  # its directives come in any order
    told = ("default-src 'self'" in policy or "default-src 'none'" in policy) and "unsafe" not in policy
    kept_private = "no-store" in response.headers.get("Cache-Control", "")
    kept_apart = "HX-Request" in response.headers.get("Vary", "")  # a part is never taken for the whole
    return (
        told
        and kept_private
        and kept_apart
        and all(response.headers.get(name) == value for name, value in HEADERS.items())
    )


GROUPS = [e.ACTORS[n::9] for n in range(9)]


@pytest.mark.django_db
@pytest.mark.parametrize("logins", GROUPS, ids=",".join)
def test_portal(logins):
    """Each cell is asked in a savepoint that is rolled back, so that one seed serves many people."""
    world = seed()
    wrong = [fault for login in logins for fault in portal_faults(login, world)]
    assert wrong == []


def asked_urls():
    """Rows of the table: all, or those that MATRIX_URLS names (`make mutants` asks one at a time)."""
    named = os.environ.get("MATRIX_URLS", "").split()
    return [(name, PORTAL[name]) for name in named or PORTAL]


def asked_here(number, login):
    """The first two records of a kind are asked by everybody on both databases; of the rest each person asks every fourth
    on either, another person other ones. MATRIX=all asks all."""
    if number < 2 or os.environ.get("MATRIX") == "all":
        return True
    return (number + e.ACTORS.index(login)) % 4 == (2 if connection.vendor == "postgresql" else 0)


def asked_with_htmx(kind, number):
    """Both ways for the first record of a kind; of the rest every other one with, every other one without."""
    if number < 1:
        return (False, True)
    return (number // 2 % 2 == 0,)


def portal_faults(login, world):
    client = Client()
    if login != "anonymous":
        log_in(client, world.street.people[login])
    cookie = client.cookies.output(header="", sep="; ").strip()
    allowed, wrong, cells = visible_marks(login, world), [], []
    for name, (kind, rules) in asked_urls():
        for number, (args, record) in enumerate(targets(world, kind)):
            if not asked_here(number, login):
                continue
            for method in ("GET", "POST"):
                if method not in rules and record is not None and record is not targets(world, kind)[0][1]:
                    continue  # a method that the URL does not have is asked once
                for htmx in asked_with_htmx(kind, number):
                    client.cookies.load(cookie)
                    wanted = wanted_status(login, rules[method], record, world) if method in rules else None
                    response, text = ask(client, method, reverse(name, args=args), htmx)
                    leaks = set(MARK.findall(text)) - allowed
                    leaks |= {PHONE} & ({PHONE} if PHONE in text and name != "person_phone" else set())
                    fine = response.status_code < 500 if wanted is None else is_as_wanted(response, wanted, htmx)
                    fine = fine and has_its_headers(response)
                    cells.append(
                        f"{login}\t{method}\t{name}\t{args}\t{htmx}\t{wanted}\t{response.status_code}\t{len(leaks)}"
                    )
                    if leaks or not fine:
                        wrong.append((login, method, name, args, htmx, wanted, response.status_code, sorted(leaks)))
    CELLS.mkdir(parents=True, exist_ok=True)
    (CELLS / f"portal-{login}.tsv").write_text("\n".join(cells))
    return wrong


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["office", "commissioner", "secretary", "lead_secretary", "lapsed", "double"])
def test_lists_show_all_that_is_allowed_and_nothing_else(login):
    world = seed()
    client = log_in(Client(), world.street.people[login])
    allowed = visible_marks(login, world)
    logs = {m for m in allowed if m.startswith("⟦L")}
    assert set(MARK.findall(text_of(client.get("/worklogs/")))) == logs
    assert set(MARK.findall(text_of(client.get("/worklogs/export/")))) - allowed == set()
    issued = {mark(r.order) for r in world.shares if e.sees_share(login, r)}
    assert set(MARK.findall(text_of(client.get("/orders/?state=")))) == issued
    exported = {m for m in MARK.findall(text_of(client.get("/orders/export/?state="))) if m.startswith("⟦O")}
    assert exported == issued - {mark(r) for r in world.orders if r.state == "draft"}
