import sys

from django.core.management.base import BaseCommand

from partybuilding.assessment.settling.verifying import verify_all


class Command(BaseCommand):
    help = "Recompute every final sheet from the records of today and check every seal. A broken seal exits with 1."

    def handle(self, **options):
        broken = 0
        for verdict in verify_all():
            for said in verdict.broken:
                self.stdout.write(f"{verdict.settlement}：封签不符：{said}。")
            for said in verdict.differs:
                self.stdout.write(f"{verdict.settlement}：今天重算有差异，因为{said}。")
            if not verdict.broken and not verdict.differs:
                self.stdout.write(f"{verdict.settlement}：一致。")
            broken += bool(verdict.broken)
        if broken:
            self.stdout.write(f"{broken} 个月的封存被改动过，请核查数据库的写入记录。")
            sys.exit(1)
