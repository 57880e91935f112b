from django.conf import settings
from django.core.management.base import BaseCommand

from yuqiao_portal.operations.incident import write_pack


class Command(BaseCommand):
    help = "Write one file that shows what is wrong and holds no secret and nothing about anybody; also without the database."

    def add_arguments(self, parser):
        parser.add_argument("folder", nargs="?", help="DATA_DIR/incidents")

    def handle(self, *, folder, **options):
        path = write_pack(folder or settings.DATA_DIR / "incidents")
        self.stdout.write(f"事故包：{path}（不含密钥、密码和个人信息）")
