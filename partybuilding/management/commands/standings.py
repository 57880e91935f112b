import json

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from partybuilding.appeals.streets import the_street
from partybuilding.assessment.models import ScoreSheet
from partybuilding.assessment.periods.months import month_code, parse_month
from partybuilding.assessment.scoring.explaining import items_of_sheets


class Command(BaseCommand):
    help = "Print the standings of a month, written 2026-10, of one street: groups in the order of their ranks."

    def add_arguments(self, parser):
        parser.add_argument("period")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--street", metavar="CODE", help="街道代码；只有一个街道时可省")

    def handle(self, *, period, street, **options):
        street = the_street(street)
        try:
            code = month_code(parse_month(period)[0])
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from None
        sheets = list(ScoreSheet.objects.current().filter(period__code=code, street=street).for_standings())
        if not sheets:
            raise CommandError(f"{street.name} {code} 还没有汇总，请先运行 rollup {code}。")
        items, groups = items_of_sheets(sheets), {}
        for sheet in sheets:
            groups.setdefault(sheet.group, []).append(_plain(sheet, items[sheet.pk]))
        if options["json"]:
            state = sheets[0].settlement.state
            answer = {"period": code, "street": street.name, "state": state, "groups": groups}
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for rows in groups.values():
            for row in rows:
                score = "不参评" if row["score"] is None else f"{row['score']:.2f}"
                self.stdout.write(f"{row['rank'] or '—'}\t{row['unit']}\t{score}\t{row['band']}")


def _plain(sheet, items):
    """Scores and points in points, counts in records; None for what is not scored."""
    return {
        "unit": sheet.unit.name,
        "score": None if sheet.score is None else sheet.score / 100,
        "rank": sheet.rank,
        "peer": sheet.peer,
        "bonus": sheet.bonus / 100,
        "is_eligible": sheet.is_eligible,
        "band": sheet.band,
        "is_final": sheet.is_final,
        "items": {
            i.code: {"part": i.part / 100, "whole": i.whole, "points": i.points / 100 if i.is_counted else None}
            for i in items
        },
    }
