from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from districts.privacy.rules import scrubbed
from districts.reading.faults import grouped
from partybuilding.appeals.importing.writing import ImportRefused, import_files
from partybuilding.appeals.streets import the_street

WORDS = {
    "rows": "工单",
    "new": "新增",
    "changed": "更新",
    "same": "未变",
    "repeated": "重复行",
    "blank": "空行",
    "unmatched": "待分派",
    "aside": "合计、说明行",
    "uncalled": "还没有回访",
}


class Command(BaseCommand):
    help = "导入 12345 工单台账或回访结果（.xlsx、.csv）：全部成功或全部不导；文件本身不动"

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="只试算，不导入")
        parser.add_argument("--street", metavar="CODE", help="街道代码；只有一个街道时可省")

    def handle(self, files, dry_run, street, **options):
        street = the_street(street)
        try:
            opened = [File(path.open("rb"), name=path.name) for path in files]
            found = import_files(opened, street, dry_run=dry_run)
        except OSError as error:
            raise CommandError(f"文件打不开：{scrubbed(str(error.filename))}") from None
        except ValidationError as refusal:
            raise CommandError("；".join(refusal.messages)) from None
        except ImportRefused as refusal:
            faults = grouped([(name, row, text) for name, row, said in refusal.faults for text in said])
            lines = [f"{name} 第 {rows} 行：{text}" for name, rows, text in faults]
            raise CommandError("\n".join(["没有导入任何一行：", *lines])) from None
        counts = "，".join(f"{word} {found.counts[key]}" for key, word in WORDS.items())
        self.stdout.write(f"{'试算（未导入）' if dry_run else '已导入'}：{counts}")
        for number, place in found.unmatched:
            self.stdout.write(f"  待分派 {number}：{place or '（没有写单位）'}")
