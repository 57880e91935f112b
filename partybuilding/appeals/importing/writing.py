"""Importing the city's files: read and clean, try, confirm, write: all or nothing, and the same file twice changes nothing."""

from collections import Counter
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils import timezone

from districts.locking import advisory_lock
from districts.privacy.rules import scrubbed
from districts.records.bulk import inserting, update_many
from districts.records.dirty import mark_dirty
from districts.trail.recording import record_event
from partybuilding.appeals.importing.asides import is_no_order, is_not_called, tomorrow, too_late
from partybuilding.appeals.importing.callers import full_name, without_name
from partybuilding.appeals.importing.cleaning import cells_to_mend, facts_of
from partybuilding.appeals.importing.merging import KEPT, LABELS, Merger
from partybuilding.appeals.importing.reading import read_file
from partybuilding.appeals.models import Appeal, CadreReport

IMPORT_LOCK = 1_024_110_114

AT_ONCE = 5000

WITHDRAWN = {
    "撤单",
    "已撤单",
    "撤销",
    "已撤销",
    "退回",
    "已退回",
    "退单",
    "已退单",
    "作废",
    "已作废",
}  # as the city says it

SHOWN = 200  # rows of a kind that a dry run names one by one


class ImportRefused(Exception):
    """Rows are wrong and nothing was imported; `faults` is [(file name, row number, sentences)]."""

    def __init__(self, faults):
        super().__init__(f"{len(faults)} 行有错")
        self.faults = faults


@dataclass(frozen=True)
class Cleaned:
    """A file after cleaning: [(row number, facts)] of its good rows and {row number: sentences} of the others."""

    name: str
    shape: str
    rows: list
    faults: dict
    blank: int
    cells: list  # [(row number, {column: text})] of every row where there are faults, for the file to mend
    heads: list = field(default_factory=list)  # [(column, heading)] of these
    aside: int = 0  # rows of totals, notes and instructions
    uncalled: int = 0  # rows of call-backs that nobody has made yet
    passed: list = field(default_factory=list)  # what is told of columns that mean the same as one that is read
    unknown: list = field(default_factory=list)  # headings of columns that no import reads


@dataclass
class Found:
    """What an import does or would do: counts, and the first rows of each kind by name."""

    counts: Counter = field(default_factory=Counter)
    changed: list = field(default_factory=list)  # (number, labels of what changes)
    repeated: list = field(default_factory=list)  # (file name, row number, number)
    unmatched: list = field(default_factory=list)  # (number, place)
    moved: list = field(default_factory=list)  # (number, places) of a repeated number that names several
    backwards: list = field(default_factory=list)  # (number, the two times) of what was closed before it was created

    def as_json(self):
        return {
            "counts": dict(self.counts),
            "changed": self.changed,
            "repeated": self.repeated,
            "unmatched": self.unmatched,
            "moved": self.moved,
            "backwards": self.backwards,
        }


def clean_file(file, street):
    """Read and clean one file. Raises ValidationError when it cannot be read at all."""
    file.name = scrubbed(file.name)  # before any sentence can quote it
    sheet, limit = read_file(file), tomorrow()
    rows, faults, callers, counts = [], {}, {""}, Counter()
    for number, row in sheet.rows:
        callers.add(full_name(row.get("caller")))
        try:
            facts = facts_of(row, sheet.shape, street.name)
        except ValidationError as fault:
            if is_no_order(row, is_first=not rows and not faults):
                counts["aside"] += 1
            elif is_not_called(row, sheet.shape):
                counts["uncalled"] += 1
            else:
                faults[number] = fault.messages
        else:
            rows.append((number, facts))
            if late := list(too_late(facts, limit)):
                faults[number] = late
    if not rows and not faults:
        raise ValidationError(
            f"“{sheet.name}”里没有工单，只有合计、说明行 {counts['aside']}，还没有回访的 {counts['uncalled']}。"
        )
    heads, cells = _to_mend(file, callers) if faults else ([], [])
    passed, unknown = ([_without_names(text, callers) for text in texts] for texts in sheet.beside)
    told = {**counts, "passed": passed, "unknown": unknown}
    return Cleaned(_without_names(sheet.name, callers), sheet.shape, rows, faults, sheet.blank, cells, heads, **told)


def _to_mend(file, callers):
    """The headings and the rows of the whole file, as they may be kept."""
    file.seek(0)
    sheet = read_file(file, is_whole=True)
    cells = [(number, cells_to_mend(row)) for number, row in sheet.rows]
    return [(str(c), _without_names(scrubbed(heading), callers)) for c, heading in sheet.heads.items()], cells


def _without_names(text, names):
    for name in names:
        text = without_name(text, name)
    return text


def import_files(files, street, *, dry_run=False):
    """Import files at once, from the shell. Raises ValidationError or ImportRefused; returns Found."""
    cleaned = [clean_file(file, street) for file in files]
    if faults := [(c.name, n, sentences) for c in cleaned for n, sentences in c.faults.items()]:
        raise ImportRefused(faults)
    if dry_run:
        return try_rows(cleaned, street)
    return write_rows(cleaned, street)


def gather(cleaned, found):
    """{number: {shape: facts}} over all files; of a number repeated in one file one row has the last word."""
    gathered = {}
    for file in cleaned:
        found.counts += Counter(blank=file.blank, aside=file.aside, uncalled=file.uncalled)
        for row, facts in file.rows:
            mine = gathered.setdefault(facts["number"], {})
            if file.shape in mine:
                found.counts["repeated"] += 1
                found.repeated.append((file.name, row, facts["number"]))
                facts = _last_word(mine[file.shape], facts, found)
            mine[file.shape] = facts
    found.repeated = found.repeated[:SHOWN]
    found.counts["rows"] = len(gathered)
    return gathered


def _last_word(before, after, found):
    """The later dispatch says more than the earlier; where that is not known the later row does, and two places are told."""
    times = [facts.get("dispatched_at") for facts in (before, after)]
    if None not in times:
        return after | before if times[0] > times[1] else before | after
    places = [facts.get("place") or facts.get("handler") for facts in (before, after)]
    if all(places) and places[0] != places[1] and len(found.moved) < SHOWN:
        found.moved.append((after["number"], "、".join(places)))
    return before | after


def try_rows(cleaned, street):
    """What an import would do, without doing it."""
    found = Found()
    for _ in _changes(gather(cleaned, found), Merger(street), found):
        pass
    return found


def write_rows(cleaned, street, by=None, report=lambda percent, doing: None):
    """Do it, in one transaction; returns Found."""
    found = Found()
    gathered = gather(cleaned, found)
    with advisory_lock(IMPORT_LOCK), inserting(Appeal) as insert:
        merger = Merger(street)
        for done, (new, changed, dirty) in enumerate(_changes(gathered, merger, found), 1):
            insert(new)
            mark_dirty(dirty)
            _update(changed, timezone.now())
            settled = min(done * AT_ONCE, len(gathered))
            report(20 + 79 * settled // len(gathered), f"已写入 {settled}/{len(gathered)} 条")
        counts = found.counts
        said = f"导入 12345 工单 {counts['rows']} 条：新增 {counts['new']}，更新 {counts['changed']}，未变 {counts['same']}"
        record_event("operation", f"{street.name}：{said}", by=by)
    return found


def _changes(gathered, merger, found):
    """For each some thousand numbers ([values] of new ones, [(id, values, names of what changes)], {(unit, day) to count anew})."""
    items, known = list(gathered.items()), _known(gathered, merger.street)
    silent = _silent(merger.street)
    for some in (items[n : n + AT_ONCE] for n in range(0, len(items), AT_ONCE)):
        old = _stored([number for number, _ in some if number in known], merger.street)
        new, changed, dirty = [], [], set()
        for number, facts in some:
            before = old.get(number)
            if before and before["pk"] in silent:
                continue  # as if nothing had changed
            values = merger.merged({name: before[name] for name in KEPT} if before else None, facts)
            if before is None:
                new.append(values | {"street_id": merger.street.pk, "number": number})
                dirty.add((values["unit_id"], values["called_on"]))
            elif names := [name for name in KEPT if values[name] != before[name]]:
                dirty |= {(row["unit_id"], row["called_on"]) for row in (before, values)}
                changed.append((before["pk"], values, names))
                if len(found.changed) < SHOWN:
                    found.changed.append((number, [LABELS[name] for name in names]))
            _remark(found, number, values)
        found.counts += Counter(new=len(new), changed=len(changed), same=len(some) - len(new) - len(changed))
        yield new, changed, dirty


def _remark(found, number, values):
    """Count and name what somebody should look at before it is imported."""
    if values["placed_by"] == "":
        found.counts["unmatched"] += 1
        if len(found.unmatched) < SHOWN:
            found.unmatched.append((number, values["place"]))
    if (closed := values["closed_at"]) and closed < values["called_at"] and len(found.backwards) < SHOWN:
        found.backwards.append(
            (
                number,
                "，".join(
                    f"{timezone.localtime(t):%Y-%m-%d %H:%M} {word}"
                    for t, word in ((values["called_at"], "创建"), (closed, "办结"))
                ),
            )
        )
    if values["satisfaction"] and not values["outcome"] and not values["has_callback"]:
        found.counts["unasked"] += 1
    if values["city_state"] in WITHDRAWN:
        found.counts["withdrawn"] += 1


def _known(gathered, street):
    """Which numbers are stored already: few are asked for, many are picked out of all that the street has."""
    stored = Appeal.objects.filter(street=street)
    if len(gathered) <= AT_ONCE:
        stored = stored.filter(number__in=list(gathered))
    return {number for number in stored.values_list("number", flat=True).iterator() if number in gathered}


def _silent(street):
    """Ids of the appeals that only the 纪检监察工委 knows of: a file says nothing more of them, and they count as unchanged."""
    reports = CadreReport.objects.filter(state=CadreReport.State.CONFIRMED, appeal__street=street)
    return set(reports.values_list("appeal", flat=True))


def _stored(numbers, street):
    """{number: what is kept of it}."""
    rows = Appeal.objects.filter(street=street, number__in=numbers).values("pk", "number", *KEPT)
    return {row["number"]: row for row in rows}  # asks nothing when there are no numbers


def _update(rows, now):
    """Only what changes is written."""
    update_many(Appeal, [(pk, {n: values[n] for n in names} | {"updated_at": now}) for pk, values, names in rows])
