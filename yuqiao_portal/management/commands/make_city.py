from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from districts.posts.models import User
from districts.units.models import Unit
from partybuilding.assessment.periods import month_code, months_before, parse_month
from yuqiao_portal.demo.city import build_city


class Command(BaseCommand):
    help = "Fill an empty database with an invented city, the same one every time: for trying the portal at that size."

    def add_arguments(self, parser):
        parser.add_argument("--streets", type=int, default=343)
        parser.add_argument("--months", type=int, default=3)
        parser.add_argument("--until", default="2026-10", help="the last month with work, written 2026-10")

    def handle(self, *, streets, months, until, **options):
        if Unit.objects.exists() or User.objects.exists():
            raise CommandError("数据库里已有数据。虚构城市只能装进空库，什么都没有改动。")
        if streets < 1 or months < 1:
            raise CommandError("街道数和月数都要是正整数。")
        try:
            last = parse_month(until)[0]
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from None
        spans = [months_before(last, n) for n in range(months - 1, -1, -1)]
        with transaction.atomic():
            records = build_city(streets, spans)
        self.stdout.write(
            f"虚构城市已装好：{streets} 个街道，{Unit.objects.count()} 个单位，"
            f"{month_code(spans[0])} 至 {month_code(last)} 共 {records} 条可计的记录。"
        )
