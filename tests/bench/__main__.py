"""`make bench`: ratios against a floor measured in the same run, interleaved. Only ratios mean anything on a shared machine.

CITY=n sets the streets of G1 to G5, APPEALS=n the workbook of G11, LOGS=n the logs and appeals of the lists, STREETS=n the size (default 2 streets of about 90 units, 6,000 shares each); DATABASE_URL chooses the database.
"""

import os
import statistics

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

import io
import re
import resource
import zipfile
from datetime import date, datetime, timedelta
from random import Random

from django.contrib import admin
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext, setup_databases, teardown_databases
from openpyxl import Workbook

from districts.posts.appointing import appoint
from districts.posts.models import Appointment, User
from districts.records.paging import CappedPaginator
from districts.units.models import Unit
from districts.units.tree import add_unit, move_unit
from partybuilding.appeals.importing.writing import clean_file, write_rows
from partybuilding.appeals.models import Appeal
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import AssignmentStep, Order, OrderAssignment
from tests.bench.assessment import at_size, growth
from tests.bench.bare import against_a_bare_view
from tests.bench.home import home_and_bell
from tests.bench.measuring import ratios, timed
from tests.bench.texts import texts
from tests.cast import LONG_AGO, log_in, make_user

FIRST, LAST = date(2026, 10, 1), date(2026, 10, 31)
STREETS, SHARES, LOGS = int(os.environ.get("STREETS", "2")), 6000, int(os.environ.get("LOGS", "20000"))
APPEALS, CITY = int(os.environ.get("APPEALS", "10000")), int(os.environ.get("CITY", "343"))


def build():
    rng = Random(1)
    for n in range(STREETS):
        root = add_unit("committee", f"{n}街道党建工作协调委员会", on=LONG_AGO, reason="测")
        centers = [add_unit("center", f"{n}-{c}中心", parent=root, on=LONG_AGO, reason="测") for c in range(10)]
        units = [
            add_unit("community", f"{n}-{u}社区", parent=centers[u % 10], on=LONG_AGO, reason="测") for u in range(24)
        ]
        leader = make_user(f"leader{n}")
        post = appoint(leader, "street_leader", root, starts_on=LONG_AGO, reason="测")
        secretary = make_user(f"secretary{n}")
        appoint(secretary, "secretary", units[0], starts_on=LONG_AGO, reason="测")
        appoint(make_user(f"center{n}"), "commissioner", centers[0], starts_on=LONG_AGO, reason="测")
        city = User.objects.filter(username="city").first() or make_user("city")
        appoint(city, "street_leader", root, starts_on=LONG_AGO, reason="测")
        fill(rng, root, units, leader, post)


def fill(rng, root, units, by, post):
    order = Order.objects.bulk_create(
        Order(
            kind="task",
            state="issued",
            title=f"事{s}",
            content="办",
            unit=root,
            street=root,
            lead_unit=units[0],
            year=2026,
            serial=s + 1,
            issued_on=FIRST,
            due_on=LAST,
            created_by=by,
        )
        for s in range(SHARES // 20)
    )
    shares = OrderAssignment.objects.bulk_create(
        OrderAssignment(
            order=o, unit=u, state="accepted", due_on=FIRST + timedelta(days=rng.randint(0, 60)), amber_on=LAST
        )
        for o in order
        for u in rng.sample(units, 20)
    )
    said = {
        "by": by,
        "appointment": post,
        "from_state": "received",
        "to_state": "reported",
        "taken_at": "2026-10-20T08:00Z",
    }
    reports = AssignmentStep.objects.bulk_create(
        AssignmentStep(assignment=s, verb="report", taken_on=s.due_on + timedelta(days=rng.randint(-5, 2)), **said)
        for s in shares
    )
    AssignmentStep.objects.bulk_create(
        AssignmentStep(assignment=r.assignment, verb="accept", report=r, taken_on=LAST, **said) for r in reports
    )
    WorkLog.objects.bulk_create(
        (
            WorkLog(unit=rng.choice(units), created_by=by, text=f"日志{n}", happened_on=FIRST + timedelta(days=n % 31))
            for n in range(min(LOGS, 20000))
        ),
        batch_size=5000,
    )


def more_logs():
    """Logs up to LOGS, made inside PostgreSQL; SQLite stays at street size."""
    missing = LOGS - WorkLog.objects.count()
    if connection.vendor != "postgresql" or missing <= 0:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO partybuilding_worklog (unit_id, created_by_id, created_at, updated_at, version, happened_on, place,"
            " text, category, basis) SELECT u.ids[1 + n %% array_length(u.ids, 1)], %s, now(), now(), 1,"
            " date '2024-01-01' + (n %% 1000)::int, '', '日志' || n, 'other', '' FROM generate_series(1, %s) n,"
            " (SELECT array_agg(id) ids FROM districts_unit WHERE kind = 'community') u",
            [User.objects.first().pk, missing],
        )
        cursor.execute("ANALYZE")


def tree_writes():
    """G6: a move with its lock, history and event, against one committed update of one row."""
    unit = Unit.objects.filter(kind="community").last()
    centers = list(Unit.objects.filter(kind="center", tree_id=unit.tree_id))
    day = [LONG_AGO]

    def move():
        day[0] += timedelta(days=1)
        fresh = Unit.objects.get(pk=unit.pk)
        move_unit(fresh, next(c for c in centers if c.pk != fresh.parent_id), on=day[0], reason="测")

    took = statistics.median(timed(move) for _ in range(15)) * 1000
    print(f"{'G6 a move of a community, with lock, history and event':<58} median {took:6.1f} ms")
    ratios(
        "G6 a move / one committed update of one row", lambda: Unit.objects.filter(pk=unit.pk).update(remark="测"), move
    )


def lists():
    """G7 to G10 on the list of logs: a street's leader, a centre's commissioner, a secretary, and a city user on every root."""
    people = {
        n: Appointment.objects.filter(user__username=n).first().user
        for n in ("leader0", "secretary0", "center0", "city")
    }
    clients = {name: log_in(Client(), user) for name, user in people.items()}
    leader = clients["leader0"]
    leader.get("/worklogs/")
    with CaptureQueriesContext(connection) as said:
        leader.get("/worklogs/")
    print(f"{'G7 queries of the page':<58} {len(said.captured_queries)}")
    against_a_bare_view("G7 50 gated logs", leader, "/worklogs/")
    with CaptureQueriesContext(connection) as said:
        leader.get("/")
    print(f"{'G7 queries of the workbench':<58} {len(said.captured_queries)}")
    for name in ("secretary0", "center0", "city"):
        ratios(
            f"G8 the list of {name} / of a street leader",
            lambda: leader.get("/worklogs/"),
            lambda c=clients[name]: c.get("/worklogs/"),
        )
    count = lambda: CappedPaginator(WorkLog.objects.where_user_may(people["leader0"], "view").for_list(), 50).is_capped  # noqa: E731
    exact = lambda: WorkLog.objects.where_user_may(people["leader0"], "view").count()  # noqa: E731
    print(f"{'G9 the capped count':<58} median {statistics.median(timed(count) for _ in range(9)) * 1000:6.1f} ms")
    ratios("G9 an exact count / the capped one", count, exact)
    ratios("G9 the last page / the first", lambda: leader.get("/worklogs/"), lambda: leader.get("/worklogs/?page=last"))
    site = admin.AdminSite("stock")
    site.get_app_list = lambda request, app_label=None: []  # no menu: the list alone
    stock = admin.ModelAdmin(WorkLog, site)
    request = RequestFactory().get("/")
    request.user = User(is_superuser=True)
    stock.has_view_permission = stock.has_change_permission = lambda *a: True
    ratios(
        "G10 the stock admin's changelist, unrendered / our page",
        lambda: leader.get("/worklogs/"),
        lambda: list(stock.get_changelist_instance(request).result_list),
    )


def a_workbook(rows):
    """G11: a workbook of so many invented orders."""
    book, out = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("工单")
    sheet.append(
        [
            "工单编号",
            "问题分类",
            "标题",
            "主要内容",
            "来电人",
            "来电人电话",
            "回复内容",
            "创建时间",
            "办结时间",
            "是否解决",
            "是否满意",
            "村/社区",
            "小区点位",
        ]
    )
    for n in range(rows):
        called = datetime(2026, 1, 1) + timedelta(minutes=n)
        sheet.append(
            [
                f"YS{n:011}",
                "物业管理->小区服务->停车管理",
                f"反映{n % 24}社区停车",
                f"{n} 号车位紧张、夜间乱停车，电话13800138000，希望协调。" * 3,
                "张三",
                "13912345678",
                "已联系市民并现场处理。",
                f"{called:%Y-%m-%d %H:%M:%S}",
                f"{called + timedelta(hours=9):%Y-%m-%d %H:%M:%S}",
                ("解决", "未解决")[n % 2],
                ("满意", "基本满意")[n % 2],
                f"0-{n % 24}社区",
                f"{n % 9}号楼",
            ]
        )
    book.save(out)
    return ContentFile(as_excel_writes(out.getvalue()), name="大.xlsx")


def as_excel_writes(workbook):
    """The same workbook with its text in UTF-8, where this writer spells every Chinese character out as &#24037;."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            with before.open(name) as source, after.open(name, "w") as copy:
                rest = b""
                while some := source.read(1 << 20):
                    whole, _, rest = (rest + some).rpartition(b">")
                    copy.write(re.sub(rb"&#(\d+);", lambda found: chr(int(found[1])).encode(), whole) + b">")
    return out.getvalue()


def imports():
    """G11: read, clean, match and write a workbook, against COPY of the finished rows into a table with the same indexes."""
    street = Unit.objects.filter(parent=None).first()
    file, table = a_workbook(APPEALS), Appeal._meta.db_table
    for what in ("new", "unchanged"):
        file.seek(0)
        took = timed(lambda: write_rows([clean_file(file, street)], street))
        print(f"{f'G11 {APPEALS} appeals, {what}':<58} {took:6.1f} s")
        if what == "new":
            first = took
    here, below = (
        resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    print(f"{'G11 most memory, this process and the reading one':<58} {here} MB, {below} MB")
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        lines = io.StringIO()
        cursor.copy_expert(f"COPY {table} TO STDOUT", lines)
        cursor.execute(f"CREATE TABLE copy_floor (LIKE {table} INCLUDING ALL)")
        lines.seek(0)
        base = timed(lambda: cursor.copy_expert("COPY copy_floor FROM STDIN", lines))
        cursor.execute("DROP TABLE copy_floor")
    print(f"{'G11 import of a workbook / COPY of its rows':<58} ratio {first / base:7.2f}   floor {base:8.1f} s")


def more_appeals():
    """Appeals up to LOGS, made inside PostgreSQL."""
    missing = LOGS - Appeal.objects.count()
    if connection.vendor != "postgresql" or missing <= 0:
        return
    names = ", ".join(connection.ops.quote_name(f.column) for f in Appeal._meta.concrete_fields if not f.primary_key)
    drawn = names.replace('"number"', "'N' || n").replace('"called_on"', "date '2024-01-01' + (n %% 1000)::int")
    drawn = drawn.replace('"called_at"', "timestamptz '2024-01-01' + (n %% 1000) * interval '1 day'")
    drawn = drawn.replace('"unit_id"', "u.ids[1 + n %% array_length(u.ids, 1)]")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO partybuilding_appeal ({names}) SELECT {drawn} FROM generate_series(1, %s) n,"
            " (SELECT * FROM partybuilding_appeal WHERE unit_id <> street_id LIMIT 1) a,"
            " (SELECT array_agg(id) ids FROM districts_unit WHERE kind = 'community') u",
            [missing],
        )
        cursor.execute("ANALYZE")


def appeal_pages():
    """G7 to G9 on appeals: the list, the rates and what is hot."""
    leader = log_in(Client(), User.objects.get(username="leader0"))
    secretary = log_in(Client(), User.objects.get(username="secretary0"))
    print(f"{'appeals':<58} {Appeal.objects.count()}")
    span = "?since=2026-09-19&until=2026-10-18"
    for name, address in [
        ("the list", "/appeals/"),
        ("the rates", f"/appeals/rates/{span}"),
        ("what is hot", f"/appeals/hot/{span}"),
    ]:
        against_a_bare_view(f"G7 appeals, {name}", leader, address)
    ratios(
        "G8 appeals: the list of a secretary / of a leader",
        lambda: leader.get("/appeals/"),
        lambda: secretary.get("/appeals/"),
    )
    ratios(
        "G9 appeals: the last page / the first",
        lambda: leader.get("/appeals/"),
        lambda: leader.get("/appeals/?page=last"),
    )


def assessment():
    """G1 to G5 at the size of a street and, on PostgreSQL, of a city of CITY streets; each in a database of its own."""
    measured = []
    for name, streets in [("a street", 1), ("a city", CITY)]:
        if streets > 1 and connection.vendor != "postgresql":
            break
        old = setup_databases(verbosity=0, interactive=False)
        try:
            measured.append(at_size(name, streets))
        finally:
            teardown_databases(old, verbosity=0)
    if len(measured) == 2:
        growth(*measured)


def pages():
    old = setup_databases(verbosity=0, interactive=False)
    try:
        build()
        more_logs()
        print(
            f"\n{connection.vendor}: {Unit.objects.count()} units, {OrderAssignment.objects.count()} shares, {WorkLog.objects.count()} logs"
        )
        tree_writes()
        lists()
        home_and_bell()
        imports()
        more_appeals()
        appeal_pages()
    finally:
        teardown_databases(old, verbosity=0)


if __name__ == "__main__":
    texts()
    assessment()
    pages()
