import os

from django.core.management import call_command
from django.core.management.base import BaseCommand

from districts.posts.models import Appointment, User
from yuqiao_portal.demo.street import ACCOUNTS, PASSWORD
from yuqiao_portal.operations.serving import become_server


class Command(BaseCommand):
    help = "Set up the demo database if there is none, print its accounts, and serve it with worker and beat inside."

    def handle(self, **options):
        call_command("migrate", verbosity=0)
        if not User.objects.exists():
            self.stdout.write("正在装入演示数据……")
            call_command("load_demo", stdout=self.stdout)
        bind = os.environ.get("PORTAL_BIND", "127.0.0.1:8000")
        self.stdout.write(f"\n演示数据，纯属虚构。打开 http://{bind} ，密码都是 {PASSWORD}\n")
        names = [username for username, _, _ in ACCOUNTS]
        rows = Appointment.objects.filter(user__username__in=names).select_related("user", "unit")
        for row in sorted(rows, key=lambda a: names.index(a.user.username)):
            self.stdout.write(f"  {row.user.username:<10} {row.get_post_display()} · {row.unit.name}")
        for user in User.objects.exclude(admin_role="").order_by("pk"):
            self.stdout.write(f"  {user.username:<10} {user.get_admin_role_display()}（管理后台）")
        hosts = os.environ.get("DJANGO_ALLOWED_HOSTS", "127.0.0.1,localhost")
        become_server(DJANGO_ALLOWED_HOSTS=hosts, TOTP_FOR_ADMINS="0")
