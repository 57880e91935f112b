from datetime import date

from django.core.management.base import BaseCommand, CommandError

from districts.reading.faults import grouped
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
            faults = grouped([("", row, text) for row, text in refusal.errors])
            lines = [f"第 {rows} 行：{text}" if rows else text for _, rows, text in faults]
            raise CommandError("没有导入任何一行：\n" + "\n".join(lines)) from None
        self.stdout.write(f"新增 {len(loaded.added)}，更改 {len(loaded.changed)}，未变 {loaded.same}。")
        if loaded.absent:
            self.stdout.write(f"库中有而文件中没有（未作改动）：{'、'.join(loaded.absent)}")
