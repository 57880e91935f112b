from django.core.management.base import BaseCommand, CommandError

from districts.units.health import tree_faults


class Command(BaseCommand):
    help = "Compare mptt's columns, parent links and placements; exit non-zero with a report when they disagree."

    def handle(self, **options):
        faults = tree_faults()
        if faults:
            raise CommandError(f"组织树有 {len(faults)} 处不一致：\n" + "\n".join(faults))
        self.stdout.write("组织树完好。")
