from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from partybuilding.assessment.periods.months import set_month_end


class Command(BaseCommand):
    help = "Set on which day the assessment month ends, from a month on: 18 for the 19th to the 18th, last for the calendar month."

    def add_arguments(self, parser):
        parser.add_argument("day", help="1 to 28, or last")
        parser.add_argument("--since", required=True, help="the first month that ends so, written 2027-01")

    def handle(self, *, day, since, **options):
        if day != "last" and not (day.isdecimal() and 1 <= int(day) <= 28):
            raise CommandError(f"截止日“{day}”不对，应为 1 到 28，或 last（自然月的最后一天）。")
        try:
            first, last = set_month_end(None if day == "last" else int(day), since)
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from None
        self.stdout.write(f"{since} 的考核月为 {first} 至 {last}，以后依此类推。")
