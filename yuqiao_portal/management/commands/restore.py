from datetime import datetime
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from districts.trail.anchors import write_anchor
from districts.trail.recording import record_event
from yuqiao_portal.operations.archive import BackupRefused
from yuqiao_portal.operations.restoring import restore_backup

UNPROVED = "警告：没有核对备份的封印，不能证明这份备份在保存期间没有被改动过。"
ANEW = "警告：旧的审计记录与现在的密钥对不上，已原样存到 {}，审计记录从头记起；已定的得分也不能再用旧封印核对。"


class Command(BaseCommand):
    help = "Bring a backup into an empty database of either kind, creating what it needs; refuses a damaged file."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument(
            "--without-seals",
            action="store_true",
            help="take a file of the first form, or one whose key is lost for good; says what it cannot promise",
        )

    def handle(self, *, file, without_seals, **options):
        try:
            done = restore_backup(file, without_seals=without_seals)
        except BackupRefused as refusal:
            raise CommandError(str(refusal)) from None
        call_command("migrate", interactive=False, verbosity=0)
        for label in done.missing:
            self.stderr.write(f"警告：{label} 的文件不在备份里。")
        made = timezone.localtime(datetime.fromisoformat(done.manifest["made_at"]))
        self.stdout.write(f"已恢复 {done.rows} 行、{done.attachments} 个附件（备份于 {made:%Y-%m-%d %H:%M}）。")
        self.stdout.write("两步验证的密钥不在备份里：用过两步验证的人请重新启用。")
        if without_seals:
            self.stderr.write(UNPROVED)
        if done.old_trail:
            self.stderr.write(ANEW.format(done.old_trail))
        record_event("operation", f"从备份恢复 {Path(file).name}{'，未核对封印' if without_seals else ''}")
        write_anchor()
        call_command("check_tree", stdout=self.stdout)
        call_command("check_access", stdout=self.stdout)
