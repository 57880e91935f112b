"""Which 小区 an appeal speaks of: one whose name stands there word for word; of several none, nothing is guessed."""

from districts.estates.models import Estate


def estates_of(street):
    """{unit id: {estate id: estate}} of a street."""
    found = {}
    for estate in Estate.objects.filter(unit__tree_id=street.tree_id).select_related("unit"):
        found.setdefault(estate.unit_id, {})[estate.pk] = estate
    return found


def which_estate(estates, values):
    """The id of the one of some estates of one unit that the values of an appeal name; None for none, and for several.

    The spot of the call goes before the column of the place, which must be the name and nothing else, and this before
    what the text says; only what stood on the day of the call. 和风里南区 does not name 和风里, nor does 和风里社区.
    """
    there = [estate for estate in estates if estate.stood_on(values["called_on"])]
    for named in (
        _named(there, values["spot"]),
        {estate.pk for estate in there if values["place"].strip() in estate.names},
        _named(there, f"{values['title']} {values['content']}"),
    ):
        if named:
            return named.pop() if len(named) == 1 else None
    return None


def _named(estates, text):
    """Ids of the estates of which a name stands in the text other than inside a longer one, or inside the unit's own."""
    names = [(name, estate.pk) for estate in estates for name in estate.names]
    names += [(estate.unit.name, None) for estate in estates[:1]]
    named = set()
    for name, pk in sorted(names, key=lambda found: (-len(found[0]), found[1] is None)):
        if name in text:
            named.add(pk)
            text = text.replace(name, "\0")
    return named - {None}
