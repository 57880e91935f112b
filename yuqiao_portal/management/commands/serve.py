import os
import secrets
from datetime import date
from importlib import resources

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from districts.posts.administrators import create_admins
from districts.units.loading import load_street
from districts.units.models import Unit
from yuqiao_portal.addresses import OWN, own_addresses
from yuqiao_portal.operations import serving
from yuqiao_portal.operations.upgrade import cut_off, pending


class Command(BaseCommand):
    help = "Serve the street's own portal to the office network: one process, SQLite, the real tree on first start."

    def handle(self, **options):
        if Unit._meta.db_table in connection.introspection.table_names() and (cut_off() or pending()):
            call_command("upgrade", stdout=self.stdout)
        call_command("migrate", verbosity=0)
        if not Unit.objects.exists():
            load_street(resources.files("districts") / "data" / "yuqiao.csv", date(2022, 9, 28))
            self.stdout.write(f"已装入本街道组织架构 {Unit.objects.count()} 个单位（带“示例”标记的请核实）。")
        for user, password in create_admins(lambda: secrets.token_urlsafe(12)):
            self.stdout.write(f"  {user.get_admin_role_display()}  用户名 {user.username}  一次性密码 {password}")
        bind = os.environ.get("PORTAL_BIND", "0.0.0.0:8000")
        hosts = os.environ.get("DJANGO_ALLOWED_HOSTS") or OWN
        port = bind.rpartition(":")[2]
        found = own_addresses() if hosts == OWN else hosts.split(",")
        self.stdout.write("在浏览器打开：" + "  ".join(f"http://{host}:{port}" for host in found))
        self.stdout.write("局域网内未加密，只供内网试用；正式使用请按 docs/operating.md 配置 HTTPS。")
        serving.become_server(PORTAL_BIND=bind, DJANGO_ALLOWED_HOSTS=hosts)
