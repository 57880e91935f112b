"""What an appeal becomes when a ledger or a call-back table speaks of it: the same in whichever order they come."""

from datetime import timedelta
from functools import cache

from django.db.models import Q
from django.utils import timezone

from partybuilding.appeals.estates.matching import estates_of, which_estate
from partybuilding.appeals.importing.headings import CALLBACKS, LEDGER
from partybuilding.appeals.matching import merged_names_of, names_of, unit_named
from partybuilding.appeals.models import Appeal, AppealLimit

CALLBACK_FIELDS = {"is_valid": False, "is_contacted": None, "outcome": "", "satisfaction": ""}

CITY_FIELDS = (
    "kind",
    "topic",
    "subtopic",
    "item",
    "labels",
    "title",
    "content",
    "city_state",
    "caller",
    "caller_number",
    "result",
    "reply",
    "channel",
    "company",
    "nature",
    "place",
    "spot",
    "called_at",
    "closed_at",
    "grade",
)

KEPT = (
    *CITY_FIELDS,
    *CALLBACK_FIELDS,
    "unit_id",
    "state",
    "placed_by",
    "called_on",
    "due_at",
    "has_ledger",
    "has_callback",
    "is_sealed",
    "estate_id",
)

EMPTY = {f.attname: f.get_default() for f in Appeal._meta.concrete_fields if f.attname in KEPT}

LABELS = {f.attname: f.verbose_name for f in Appeal._meta.concrete_fields}


class Merger:
    """Merges rows into the appeals of one street, by its names and limits of today."""

    def __init__(self, street):
        self.street = street
        self.names, self.gone = names_of(street), merged_names_of(street)
        self.estates, self.zone = estates_of(street), timezone.get_default_timezone()
        self.limits = list(AppealLimit.objects.filter(Q(street=street) | Q(street=None)))
        self._unit_of, self._hours_of = cache(self._find_unit), cache(self._find_hours)

    def merged(self, old, facts):
        """The values of an appeal (`old`, or None for a new one) after {shape: facts}."""
        new = dict(old or EMPTY | {"unit_id": self.street.pk})
        if ledger := facts.get(LEDGER):
            self._ledger_speaks(new, ledger)
        if callback := facts.get(CALLBACKS):
            self._callback_speaks(new, callback)
        if new["is_sealed"]:
            new |= dict.fromkeys(Appeal.SEALED_FIELDS, "") | {"estate_id": None}
        new["called_on"] = new["called_at"].astimezone(self.zone).date()
        new["due_at"] = self._due_at(new)
        if new["estate_id"] not in self.estates.get(new["unit_id"], {}):  # what was found or chosen there stays
            new["estate_id"] = which_estate([*self.estates.get(new["unit_id"], {}).values()], new)
        return new

    def _ledger_speaks(self, new, facts):
        """Of what both files know the ledger is believed, but for the call-back."""
        new.update({name: facts[name] for name in CITY_FIELDS if name in facts})
        new["has_ledger"] = True
        if not new["has_callback"]:
            outcome = facts.get("outcome", "")
            new |= CALLBACK_FIELDS | {
                "is_valid": bool(outcome),
                "outcome": outcome,
                "satisfaction": facts.get("satisfaction", ""),
            }
        self._place(new, facts.get("place"), Appeal.PlacedBy.LEDGER, over=("", "callbacks", "ledger"))

    def _callback_speaks(self, new, facts):
        """A call-back outranks the ledger's own columns; everything else it only fills in."""
        facts = {"place": facts.get("handler", ""), **facts}
        speaks = CITY_FIELDS if not new["has_ledger"] else [n for n in CITY_FIELDS if new[n] in ("", None)]
        new.update({name: facts[name] for name in speaks if facts.get(name)})
        new |= {name: facts.get(name.removeprefix("is_"), blank) for name, blank in CALLBACK_FIELDS.items()}
        new["has_callback"] = True
        self._place(new, facts.get("handler"), Appeal.PlacedBy.CALLBACKS, over=("", "callbacks"))

    def _place(self, new, name, source, over):
        unit = (self._unit_of(name) or self._unit_then(name, new)) if name else None
        if unit and new["placed_by"] in over:
            new |= {"unit_id": unit, "placed_by": source.value, "state": Appeal.State.ASSIGNED.value}

    def _find_unit(self, name):
        return unit_named(name, self.names, self.street.name)

    def _unit_then(self, name, new):
        """Of a unit that was merged: its successor after its last day, or where the appeal is there already; else itself."""
        unit, last, successor = unit_named(name, self.gone, self.street.name) or (None, None, None)
        if unit is None or new["unit_id"] == successor:
            return successor
        return successor if new["called_at"].astimezone(self.zone).date() > last else unit

    def _due_at(self, new):
        hours = self._hours_of(new["grade"], new["called_on"])
        return new["called_at"] + timedelta(hours=hours) if hours is not None else None

    def _find_hours(self, grade, day):
        """The street's own limit before the one for all, the later before the earlier."""
        found = [x for x in self.limits if x.grade == grade and x.starts_on <= day]
        return max(((x.street_id is not None, x.starts_on, x.hours) for x in found), default=(None,))[-1]
