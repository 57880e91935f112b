from django.core.management.base import BaseCommand, CommandError

from yuqiao_portal.operations.cleaning import PARTS, clean_up


class Command(BaseCommand):
    help = "Do now what is done every night: ended log-ins, jobs long done, files of killed processes and full logs go."

    def handle(self, **options):
        gone = clean_up()
        for what, number in gone.items():
            self.stdout.write(f"{what}：{number}")
        if failed := PARTS.keys() - gone.keys():
            raise CommandError(f"没有做成：{'、'.join(sorted(failed))}。原因见日志。")
