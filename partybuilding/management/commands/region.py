from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from partybuilding.assessment.periods.regions import set_region


class Command(BaseCommand):
    help = (
        "Name the streets (by name or code) of a region, which one rollup job counts at once; without streets it goes."
    )

    def add_arguments(self, parser):
        parser.add_argument("name")
        parser.add_argument("streets", nargs="*")

    def handle(self, *, name, streets, **options):
        try:
            count = set_region(name, streets)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from None
        self.stdout.write(f"分区“{name}”：{count} 个街道。" if count else f"分区“{name}”已撤销。")
