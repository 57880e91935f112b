from datetime import date
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from districts.opening.loading import OpeningRefused, open_street
from districts.reading.faults import grouped


class Command(BaseCommand):
    help = "Load the opening workbook: units and people; posts wait for the security administrator. All or nothing."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--on", type=date.fromisoformat, help="from which day the tree holds; today")
        parser.add_argument("--dry-run", action="store_true")

    def handle(self, *, file, on, dry_run, **options):
        try:
            content = ContentFile(Path(file).read_bytes(), name=Path(file).name)
            opened = open_street(content, on or timezone.localdate(), dry_run=dry_run)
        except OSError:
            raise CommandError(f"文件 {file} 找不到或打不开。") from None
        except OpeningRefused as refusal:
            lines = [
                f"{sheet}{f' 第 {rows} 行' if rows else ''}：{text}" for sheet, rows, text in grouped(refusal.errors)
            ]
            raise CommandError("没有导入任何一行：\n" + "\n".join(lines)) from None
        self.stdout.write(
            f"{'试算，没有写入。' if dry_run else ''}新增单位 {len(opened.units_added)}，更改 {len(opened.units_changed)}；"
            f"新增人员 {len(opened.people_added)}；待开通权限 {len(opened.changes)}；未变 {opened.same}。"
        )
        if opened.units_changed:
            self.stdout.write(f"更改的单位：{'、'.join(opened.units_changed)}")
