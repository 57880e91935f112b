from django.core.management.base import BaseCommand, CommandError
from django_otp.plugins.otp_totp.models import TOTPDevice

from districts.posts.models import User
from districts.trail.recording import record_event


class Command(BaseCommand):
    help = "Forget a person's second factor, for a lost phone; an administrator sets up another at the next log-in."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        try:
            user = User.objects.get_by_login(username)
        except User.DoesNotExist:
            raise CommandError(f"没有用户名或工号为 {username} 的人员。") from None
        count, _ = TOTPDevice.objects.filter(user=user).delete()
        record_event("password", f"清除 {user.username} 的两步验证")
        self.stdout.write(f"已清除{user.name}的两步验证。" if count else f"{user.name}没有启用两步验证。")
