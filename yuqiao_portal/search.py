"""One box over everything that the reader may see: units by present and former names, people, and every kind of record."""

from django.db.models import Q
from django.shortcuts import render
from django.views.decorators.http import require_safe

from districts.nouns import nouns
from districts.records.searching import called, without_committee
from districts.units.models import Unit
from yuqiao_portal.people.views import colleagues

SHOWN, MOST = 10, 60


@require_safe
def search(request):
    words = request.GET.get("q", "").replace("\x00", "").strip()
    if len(words) > MOST:
        said = f"写了 {len(words):,} 字，最多 {MOST} 字，请只留几个词。"
        return render(request, "search.html", {"words": words, "refused": said}, status=422)
    return render(request, "search.html", {"words": words, **(_found(request.user, words) if words else {})})


def _found(user, words):
    place = without_committee(words)
    named = called(words, "name", "names__name") | called(place, "name", "names__name")
    units = Unit.objects.in_street_of(user).filter(named | Q(code=words))
    units = units.distinct().order_by("tree_id", "lft").prefetch_related("names")[:SHOWN]
    searched = [noun for noun in nouns() if noun.search]
    return {
        "units": [(unit, _former(unit, place)) for unit in units],
        "people": colleagues(user).filter(called(words, "name")).order_by("name")[:SHOWN],
        "kinds": [(noun, rows) for noun in searched if (rows := list(noun.search(noun.seen(user), words)[:SHOWN]))],
    }


def _former(unit, words):
    """The former name by which a unit was found; empty when the present one has the words."""
    if words in unit.name:
        return ""
    return next((n.name for n in unit.names.all() if words in n.name), "")
