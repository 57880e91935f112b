from datetime import date

from django.core.management.base import BaseCommand, CommandError

from districts.units.loading import LoadRefused, load_street


class Command(BaseCommand):
    help = (
        "Load a street's tree from a CSV file: all or nothing; units absent from the file are reported, never retired."
    )

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument(
            "--on", type=date.fromisoformat, default=date(2022, 9, 28), help="from which day, 2022-09-28"
        )

    def handle(self, *, file, on, **options):
        try:
            loaded = load_street(file, on)
        except LoadRefused as refusal:
            raise CommandError("没有导入任何一行：\n" + "\n".join(refusal.errors)) from None
        self.stdout.write(f"新增 {len(loaded.added)}，更改 {len(loaded.changed)}，未变 {loaded.same}。")
        if loaded.absent:
            self.stdout.write(f"库中有而文件中没有（未作改动）：{'、'.join(loaded.absent)}")
