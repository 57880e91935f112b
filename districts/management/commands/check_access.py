from django.core.management.base import BaseCommand, CommandError

from districts.posts.appointing import access_faults


class Command(BaseCommand):
    help = "Compare guardian's rows with the appointments they come from; exit non-zero with a report on a difference."

    def handle(self, **options):
        faults = access_faults()
        if faults:
            raise CommandError(f"派生权限有 {len(faults)} 处与任职不符：\n" + "\n".join(faults))
        self.stdout.write("派生权限与任职一致。")
