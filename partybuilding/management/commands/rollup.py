from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from partybuilding.assessment.rollup.run import roll_up


class Command(BaseCommand):
    help = "Roll a month, written 2026-10, up the tree of every street, here and now."

    def add_arguments(self, parser):
        parser.add_argument("period")

    def handle(self, *, period, **options):
        try:
            outcome = roll_up(period)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from None
        sheets = outcome.period.sheets
        self.stdout.write(
            f"{outcome.period}：{sheets.count()} 张得分单，{sheets.filter(score=None).count()} 个不参评，写入 {outcome.written} 行。"
        )
        if outcome.strays:
            self.stdout.write(f"注意：{outcome.strays} 个单位当期不在组织架构内，其记录未计入。")
