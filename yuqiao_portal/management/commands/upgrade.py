from django.core.management.base import BaseCommand, CommandError

from yuqiao_portal.operations.upgrade import UpgradeFailed, upgrade


class Command(BaseCommand):
    help = (
        "Back up, bring the database to this version of the program, check it; on a failure everything is taken back."
    )

    def add_arguments(self, parser):
        parser.add_argument("--backups", help="folder of the backup; DATA_DIR/backups")

    def handle(self, *, backups, **options):
        try:
            path, steps = upgrade(backups)
        except UpgradeFailed as failure:
            raise CommandError(str(failure)) from None
        self.stdout.write(f"升级完成，{steps} 步。升级前的备份：{path}")
