import secrets

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from districts.posts.administrators import create_admins


class Command(BaseCommand):
    help = "Make the three administrators that are missing and print their one-time passwords."

    def handle(self, **options):
        try:
            made = create_admins(lambda: secrets.token_urlsafe(12))
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from None
        for user, password in made:
            self.stdout.write(f"{user.get_admin_role_display()}  用户名 {user.username}  一次性密码 {password}")
        if not made:
            self.stdout.write("三位管理员都已存在，没有改动。")
