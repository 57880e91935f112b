from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from yuqiao_portal.operations.archive import BackupRefused, read_manifest
from yuqiao_portal.operations.backup import write_backup


class Command(BaseCommand):
    help = "Write one file with the database, every file and the trail's anchors into a folder, while people work."

    def add_arguments(self, parser):
        parser.add_argument("folder")
        parser.add_argument("--keep", type=int, help="delete all but the newest so many backups of the folder")

    def handle(self, *, folder, keep, **options):
        try:
            path = write_backup(folder)
            manifest = read_manifest(path)
        except (OSError, BackupRefused) as error:
            raise CommandError(f"没有备份成：{error}") from None
        for label in manifest["missing_attachments"]:
            self.stderr.write(f"警告：{label} 的文件不在磁盘上，或内容已不是原来的。")
        rows = sum(manifest["rows"].values())
        self.stdout.write(
            f"{path}：{rows} 行，{manifest['attachments']} 个附件，{path.stat().st_size / 1048576:.1f} MB。"
        )
        if keep:
            for old in sorted(Path(folder).glob("portal-*.backup"))[:-keep]:
                old.unlink()
