import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, transaction

from districts.posts.models import User
from districts.units.models import Unit
from partybuilding.assessment.periods.months import month_code, months_before, parse_month
from yuqiao_portal.demo.city import build_city


class Command(BaseCommand):
    help = (
        "Make an invented city, the same one every time, in a database of its own: for trying the portal at that size."
    )

    def add_arguments(self, parser):
        parser.add_argument("--streets", type=int, default=343)
        parser.add_argument("--months", type=int, default=3)
        parser.add_argument("--until", default="2026-10", help="the last month with work, written 2026-10")
        parser.add_argument("--here", action="store_true", help="in this database, which must be empty")

    def handle(self, *, streets, months, until, here, **options):
        if streets < 1 or months < 1:
            raise CommandError("街道数和月数都要是正整数。")
        try:
            last = parse_month(until)[0]
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from None
        if here:
            self.fill(streets, [months_before(last, n) for n in range(months - 1, -1, -1)])
        else:
            self.fill_another([f"--streets={streets}", f"--months={months}", f"--until={month_code(last)}"])

    def fill(self, streets, months):
        if Unit.objects.exists() or User.objects.exists():
            raise CommandError("数据库里已有数据。虚构城市只能装进空库，什么都没有改动。")
        with transaction.atomic():
            records = build_city(streets, months)
        self.stdout.write(
            f"虚构城市已装好：{streets} 个街道，{Unit.objects.count()} 个单位，"
            f"{month_code(months[0])} 至 {month_code(months[-1])} 共 {records} 条可计的记录。"
        )

    def fill_another(self, options):
        """Create and migrate a database beside this one, and run the same command in it."""
        url = _beside()
        manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
        for command in (["migrate", "--verbosity=0"], ["make_city", "--here", *options]):
            done = subprocess.run(  # noqa: S603 - our own command with numbers and a month
                [*manage, *command],
                env={**os.environ, "DATABASE_URL": url},
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                raise CommandError(done.stderr.strip().removeprefix("CommandError: "))
        self.stdout.write(done.stdout.strip())
        self.stdout.write(f"它在自己的数据库里，与现有数据无关；汇总：DATABASE_URL={url} manage.py rollup 2026-10")


def _beside():
    """The address of the city's own database; on PostgreSQL it is created where it is not there yet."""
    known = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{Path(known['NAME']).with_name('city.sqlite3')}"
    name = f"{known['NAME']}_city"
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if not cursor.fetchone():
                cursor.execute(f"CREATE DATABASE {connection.ops.quote_name(name)}")
    except DatabaseError as error:
        raise CommandError(f"不能建数据库 {name}：{error}。请让数据库管理员建好这个空库，再运行一遍。") from None
    login = known["USER"] + (f":{known['PASSWORD']}" if known["PASSWORD"] else "")
    return f"postgres://{login}@{known['HOST']}:{known['PORT'] or 5432}/{name}"
