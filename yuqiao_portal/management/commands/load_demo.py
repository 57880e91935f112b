from datetime import date
from importlib import resources
from random import Random

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from faker import Faker

from districts.files.strays import files_settled
from districts.posts.administrators import create_admins
from districts.posts.models import User
from districts.units.loading import load_street
from districts.units.models import Unit
from partybuilding.assessment.periods.months import month_code, months_before, parse_month
from partybuilding.assessment.rollup.run import roll_up
from partybuilding.matters.logs.models import WorkLog
from partybuilding.matters.orders.models import Order
from yuqiao_portal.demo.appeals import bring_appeals, show_what_follows
from yuqiao_portal.demo.circulars import show_circulars
from yuqiao_portal.demo.estates import build_estates
from yuqiao_portal.demo.files import hang_on_logs, hang_on_order
from yuqiao_portal.demo.settled import settle_months
from yuqiao_portal.demo.street import PASSWORD, build_street
from yuqiao_portal.demo.voice import count_what_was_typed, speak
from yuqiao_portal.demo.work import Work, remind_on_the_last_working_day

MONTHS = 4


class Command(BaseCommand):
    help = "Fill an empty database with the demo: the real tree as structure only, and a fictional street at work."

    def add_arguments(self, parser):
        parser.add_argument("--seed", type=int, default=20260928)
        parser.add_argument("--here-too", action="store_true", help="outside the demo as well")
        parser.add_argument("--until", default=None, help="the last month with work, 2026-10; default: this month")

    def handle(self, *, seed, until, here_too, **options):
        if not (settings.DEBUG or here_too):
            raise CommandError(
                "这是正式系统，没有装入演示数据。试用请运行 make demo；确实要装进这里的空库，加 --here-too。"
            )
        if any(model.objects.exists() for model in (Unit, User, Order, WorkLog)):
            raise CommandError("数据库里已有数据。演示数据只能装进空库，什么都没有改动。")
        today = timezone.localdate()
        try:
            last = parse_month(until)[0] if until else today.replace(day=1)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from None
        months = [months_before(last, n) for n in range(MONTHS, -1, -1)]
        with files_settled(), transaction.atomic():
            self._load(seed, months, min(today, parse_month(month_code(last))[1]) if until else today)
            for month in months:
                roll_up(month_code(month))
            office, secretary = (User.objects.get(username=login) for login in ("dangqun", "shuji"))
            settle_months(Unit.objects.get(parent=None, is_fictional=True), months, office, secretary, today)
        self.stdout.write(f"演示数据已装好：{Unit.objects.count()} 个单位，{WorkLog.objects.count()} 条日志。")

    def _load(self, seed, months, today):
        rng, faker = Random(seed), Faker("zh_CN")
        faker.seed_instance(seed)
        load_street(resources.files("districts") / "data" / "yuqiao.csv", date(2022, 9, 28))
        work = Work(build_street(faker, rng), rng, today)
        for month in months:
            work.month(month)
        work.showcase(work.units["海棠里社区"])
        work.save()
        work.extras(work.units["海棠里社区"])
        hang_on_logs(work.units["海棠里社区"])
        hang_on_order(work.units["海棠里社区"])
        show_circulars(work.units, work.root, work.units["海棠里社区"])
        build_estates(work.units, work.root, User.objects.get(username="chuzhi"))
        bring_appeals(work.units, work.root, rng, months, today)
        people = {login: User.objects.get(username=login) for login in ("dangqun", "shuji")}
        show_what_follows(work.units["海棠里社区"], people["dangqun"], people["shuji"], today)
        speak(work.root, people["dangqun"], people["shuji"])
        count_what_was_typed(work.root)
        remind_on_the_last_working_day(today)
        for user, _ in create_admins(lambda: PASSWORD):
            User.objects.filter(pk=user.pk).update(must_change_password=False)
