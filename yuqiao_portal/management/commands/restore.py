from datetime import datetime

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from districts.trail.recording import record_event
from yuqiao_portal.operations.backup import BackupRefused, restore_backup


class Command(BaseCommand):
    help = "Bring a backup into an empty database of either kind, creating what it needs; refuses a damaged file."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument(
            "--without-seals", action="store_true", help="the key of the trail's seals is lost for good"
        )

    def handle(self, *, file, without_seals, **options):
        try:
            manifest = restore_backup(file, without_seals=without_seals)
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from None
        call_command("migrate", interactive=False, verbosity=0)
        rows, made = sum(manifest["rows"].values()), timezone.localtime(datetime.fromisoformat(manifest["made_at"]))
        self.stdout.write(f"已恢复 {rows} 行、{manifest['attachments']} 个附件（备份于 {made:%Y-%m-%d %H:%M}）。")
        if not without_seals:
            record_event("operation", "从备份恢复")
        call_command("check_tree", stdout=self.stdout)
        call_command("check_access", stdout=self.stdout)
