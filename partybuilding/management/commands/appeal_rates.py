import json
from argparse import ArgumentTypeError
from datetime import date

from django.core.management.base import BaseCommand, CommandError

from districts.units.models import Unit
from partybuilding.appeals.models import Appeal
from partybuilding.appeals.rates.counting import rates_by_unit
from partybuilding.appeals.streets import the_street


class Command(BaseCommand):
    help = "一段日期（含首尾两天，按创建时间）的响应率、解决率、满意率和综合得分"

    def add_arguments(self, parser):
        parser.add_argument("start", type=_day, metavar="START")
        parser.add_argument("end", type=_day, metavar="END")
        parser.add_argument("--json", action="store_true")
        parser.add_argument("--street", metavar="CODE", help="街道代码；只有一个街道时可省")

    def handle(self, start, end, street, **options):
        if end < start:
            raise CommandError("结束日期早于开始日期。")
        street = the_street(street)
        rates = rates_by_unit(
            Appeal.objects.filter(street=street).kept_from_nobody().called_between(start, end), street, end
        )
        units = Unit.objects.filter(pk__in=rates).order_by("lft")
        named = {kinds: {u.name: _plain(rates[u.pk]) for u in units if u.kind in kinds} for kinds in (CENTERS, UNITS)}
        answer = {"street": _plain(rates[street.pk]), "centers": named[CENTERS], "units": named[UNITS]}
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for name, row in [(street.name, answer["street"]), *named[CENTERS].items(), *named[UNITS].items()]:
            said = [f"{word} {'—' if row[k] is None else f'{100 * row[k]:.1f}%'}" for k, word in WORDS.items()]
            self.stdout.write(
                f"{name}：受理 {row['received']}，有效回访 {row['valid']}，{'，'.join(said)}，综合 {'—' if row['composite'] is None else row['composite']}"
            )


WORDS = {"response": "响应率", "resolution": "解决率", "satisfaction": "满意率"}
CENTERS, UNITS = (Unit.Kind.CENTER,), (Unit.Kind.COMMUNITY, Unit.Kind.VILLAGE)


def _day(text):
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"日期“{text}”看不懂，请写成 2026-10-18。") from None


def _plain(rates):
    """Rates as plain numbers: fractions of 1, the composite × 100, None for nothing to count."""
    shares = {name: getattr(rates, name) for name in ("response", "resolution", "satisfaction")}
    plain = {name: None if share is None else float(share) for name, share in shares.items()}
    composite = None if rates.composite is None else float(rates.composite)
    return {"received": rates.counts["received"], "valid": rates.counts["valid"], **plain, "composite": composite}
