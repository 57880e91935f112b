from django.core.management.base import BaseCommand, CommandError

from yuqiao_portal.operations.upgrade import UpgradeFailed, cut_off, upgrade

NOT_AGAIN = 78  # a service that starts again by itself does not for this (deploy/yuqiao-office.service)


class Command(BaseCommand):
    help = (
        "Back up, bring the database to this version of the program, check it; on a failure everything is taken back."
    )

    def add_arguments(self, parser):
        parser.add_argument("--backups", help="folder of the backup; DATA_DIR/backups")

    def handle(self, *, backups, **options):
        if said := cut_off():
            self.stdout.write(said)
        try:
            path, steps = upgrade(backups)
        except UpgradeFailed as failure:
            raise CommandError(f"{failure} 请换回旧程序。", returncode=NOT_AGAIN) from None
        self.stdout.write(f"升级完成，{steps} 步。升级前的备份：{path}")
