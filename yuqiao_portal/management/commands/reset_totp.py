from django.core.management.base import BaseCommand, CommandError

from districts.posts.administrators import reset_second_factor
from districts.posts.models import User


class Command(BaseCommand):
    help = "Forget a person's second factor, for a lost phone; they set up another at the next log-in."

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username, **options):
        try:
            user = User.objects.get_by_login(username)
        except User.DoesNotExist:
            raise CommandError(f"没有用户名或工号为 {username} 的人员。") from None
        had_one = reset_second_factor(user)
        self.stdout.write(f"已清除{user.name}的两步验证。" if had_one else f"{user.name}没有启用两步验证。")
