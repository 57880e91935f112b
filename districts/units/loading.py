"""A street's tree from a CSV file: all or nothing, row-exact errors, the same file twice changes nothing."""

import re
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db.models import F, Value
from django.db.models.functions import Replace

from districts.locking import structure_lock
from districts.privacy.rules import scrubbed
from districts.reading.cells import figure, is_nothing, name_of, plain, same_as, text_of, yes_or_no
from districts.reading.delimited import lines_of
from districts.reading.tables import heading_of
from districts.records.fields import private_cells
from districts.units.models import Placement, Unit, UnitName
from districts.units.tree import add_unit, move_unit, rename_unit

COLUMNS = ["kind", "code", "name", "former_names", "parent", "name_confirmed", "placement_confirmed", "remark"]
HEADINGS = {
    "kind": "类型",
    "code": "代码",
    "name": "名称",
    "former_names": "曾用名",
    "parent": "上级",
    "remark": "备注",
    "name_confirmed": "名称已确认",
    "placement_confirmed": "归属已确认",
}
KINDS = {
    "街道": "committee",
    "中心": "center",
    "科室": "department",
    "社区": "community",
    "村": "village",
    "支部": "branch",
}
ORDER = list(KINDS.values())
REASON = "期初导入"
SPELLINGS = ((" ", ""), ("\u3000", ""), ("(", "（"), (")", "）"))  # of one name, as people type it


class LoadRefused(Exception):
    """The file was not loaded; `errors` are (row number or None, Chinese sentence without what is private in it)."""

    def __init__(self, errors):
        self.errors = [(row, scrubbed(text)) for row, text in errors]
        super().__init__("；".join(f"第 {row} 行：{text}" if row else text for row, text in self.errors))


@dataclass
class Loaded:
    """What a load did: names added, changed and unchanged (a count), units of the street absent from the file; its root."""

    added: list = field(default_factory=list)
    changed: list = field(default_factory=list)
    same: int = 0
    absent: list = field(default_factory=list)
    root: Unit | None = None


def load_street(path, on, by=None, *, is_fictional=False):
    """Load a street's units from a CSV file as of the day `on`. Raises LoadRefused with every faulty row."""
    return load_units(_read(path), on, by, is_fictional=is_fictional)


def load_units(rows, on, by=None, *, is_fictional=False):
    """Load a street's units from [(row number, {column: text})]. Raises LoadRefused with every faulty row."""
    rows = [(number, _as_meant(row)) for number, row in rows if any(row.values())]
    if errors := _row_errors(rows):
        raise LoadRefused(errors)
    loaded, errors, present, known = Loaded(), [], {}, set()
    with structure_lock():
        for number, row in sorted(rows, key=lambda r: ORDER.index(r[1]["kind"])):
            try:
                unit = _load_row(row, present, on, by, loaded, is_fictional)
                present[same_as(row["name"])] = unit
                known.add(unit.pk)
            except ValidationError as error:
                errors += [(number, message) for message in error.messages]
        if errors:
            raise LoadRefused(errors)
        root = present[next(same_as(r["name"]) for _, r in rows if r["kind"] == "committee")]
        loaded.root = Unit.objects.get(pk=root.pk)
        mine = Unit.objects.active().filter(tree_id=loaded.root.tree_id)
        loaded.absent = [u.name for u in mine.order_by("lft") if u.pk not in known]
    return loaded


def _read(path):
    """[(line number, row)] of a file that is sound in itself; raises LoadRefused."""
    try:
        lines = enumerate(lines_of(str(path), Path(path).read_bytes()), 1)
        number, cells = next(((n, cells) for n, cells in lines if any(cells)), (1, []))
        known = {heading_of(heading): column for column, heading in HEADINGS.items()} | {c: c for c in COLUMNS}
        heads = [known.get(heading_of(cell)) for cell in cells]
        if missing := [c for c in COLUMNS if c not in heads]:
            raise LoadRefused(
                [(number, f"缺少列 {'、'.join(missing)}。应有：{','.join(COLUMNS)}，或{'、'.join(HEADINGS.values())}")]
            )
        if twice := [HEADINGS[c] for c in COLUMNS if heads.count(c) > 1]:
            raise LoadRefused([(number, f"“{'”“'.join(twice)}”有两列，请删去不用的一列。")])
        return [
            (n, dict.fromkeys(COLUMNS, "") | {c: cell for c, cell in zip(heads, row, strict=False) if c})
            for n, row in lines
        ]
    except OSError:
        raise LoadRefused([(None, f"文件 {path} 找不到或打不开。")]) from None
    except ValidationError as error:
        raise LoadRefused([(None, text) for text in error.messages]) from None


def _as_meant(row):
    """A row in the words of `Unit`, whatever way they are written in."""
    row = {column: "" if is_nothing(text := text_of(cell)) else text for column, cell in row.items()}
    said = {"kind": plain(row["kind"]), "code": figure(row["code"])}
    names = {column: name_of(row[column]) for column in ("name", "parent")}
    sure = {
        c: {True: "yes", False: "no"}.get(yes_or_no(row[c]), row[c]) for c in ("name_confirmed", "placement_confirmed")
    }
    return row | said | names | sure | {"kind": KINDS.get(said["kind"], said["kind"])}


def _row_errors(rows):
    errors, names, codes = [], {}, {}
    for number, row in rows:
        errors += [(number, fault) for fault in _faults(row)]
        for seen, said, word in [(names, row["name"], "名称"), (codes, row["code"], "代码")]:
            key = same_as(said)
            if key and (key in seen) and not (word == "名称" and row["kind"] == "branch"):
                errors.append((number, f"{word}“{said}”与第 {seen[key]} 行重复。"))
            seen.setdefault(key, number)
    roots = [number for number, row in rows if row["kind"] == "committee"]
    if len(roots) != 1:
        errors.append((None, f"文件里应当正好有 1 行类型是街道，现有 {len(roots)} 行。"))
    return errors


def _faults(row):
    if row["kind"] not in ORDER:
        yield f"类型“{row['kind']}”不认识，应为{'、'.join(KINDS)}之一。"
    if not row["name"]:
        yield "名称为空。"
    for column in ("name_confirmed", "placement_confirmed"):
        if row[column] not in {"yes", "no"}:
            yield f"{HEADINGS[column]}应填是或否，现在是“{row[column]}”。"
    for column in ("name", "remark"):
        longest = Unit._meta.get_field(column).max_length
        if len(row[column]) > longest:
            yield f"{HEADINGS[column]}有 {len(row[column])} 个字，最多 {longest} 个。"
    is_odd = row["code"] and not re.fullmatch(r"\d{12}", row["code"])
    if is_odd and not Unit.objects.filter(code=row["code"]).exists():
        yield f"代码“{row['code']}”应为 12 位数字。"
    yield from private_cells({HEADINGS[column]: row[column] for column in COLUMNS})


def _load_row(row, present, on, by, loaded, is_fictional):
    parent = present.get(same_as(row["parent"])) if row["parent"] else None
    if row["parent"] and parent is None:
        raise ValidationError(f"上级“{row['parent']}”不在文件中（或该行有误）。每个单位的上级也要在文件里。")
    unit = _find(row, parent)
    sure = {column: row[column] == "yes" for column in ("name_confirmed", "placement_confirmed")}
    if unit is None:
        unit = add_unit(
            row["kind"],
            row["name"],
            on=on,
            reason=REASON,
            by=by,
            parent=parent,
            code=row["code"],
            is_confirmed=sure["placement_confirmed"],
            name_confirmed=sure["name_confirmed"],
            remark=row["remark"],
            is_fictional=is_fictional,
        )
        loaded.added.append(unit.name)
        changed = True
    else:
        changed = _update(unit, row, parent, sure, on, by)
        loaded.changed += [row["name"]] if changed else []
    changed_names = _keep_former_names(unit, row, on, by)
    loaded.same += not (changed or changed_names)
    return Unit.objects.get(pk=unit.pk)


def _find(row, parent):
    """The unit that a row means: by code, then by name, then by former name, within its street."""
    by_code = Unit.objects.filter(code=row["code"]).first() if row["code"] else None
    if by_code:
        return by_code
    same_kind = Unit.objects.active().filter(kind=row["kind"])
    if parent is not None:
        same_kind = same_kind.filter(tree_id=parent.tree_id)
        if row["kind"] == "branch":
            same_kind = same_kind.filter(parent=parent)
    found = same_kind.filter(name=row["name"]).first() or same_kind.filter(names__name=row["name"]).first()
    return (
        found or same_kind.annotate(spelled=_spelled(F("name"), Replace)).filter(spelled=_spelled(row["name"])).first()
    )


def _spelled(name, replace=str.replace):
    """A name in one of its spellings, in Python or in the database."""
    wrap = str if replace is str.replace else Value
    return reduce(lambda said, pair: replace(said, *map(wrap, pair)), SPELLINGS, name)


def _update(unit, row, parent, sure, on, by):
    if unit.kind != row["kind"]:
        raise ValidationError(
            f"“{unit.name}”已登记为{unit.get_kind_display()}，类型不能改为{Unit.Kind(row['kind']).label}。"
        )
    changed = False
    if parent is not None and unit.parent_id != parent.pk:
        move_unit(unit, parent, on=on, reason=REASON, by=by, is_confirmed=sure["placement_confirmed"])
        changed = True
    if same_as(unit.name) != same_as(row["name"]):
        rename_unit(unit, row["name"], on=on, reason=REASON, by=by)
        changed = True
    plain = {
        "code": row["code"] or unit.code,
        "name_confirmed": sure["name_confirmed"],
        "remark": row["remark"] or unit.remark,
    }
    if any(getattr(unit, name) != value for name, value in plain.items()):
        Unit.objects.filter(pk=unit.pk).update(**plain)
        changed = True
    present = Placement.objects.filter(unit=unit, ends_on=None).exclude(is_confirmed=sure["placement_confirmed"])
    return bool(present.update(is_confirmed=sure["placement_confirmed"])) or changed


def _keep_former_names(unit, row, on, by):
    names = [n for n in re.split(r"[;；、,，]", row["former_names"]) if n.strip()]
    have = set(UnitName.objects.filter(unit=unit).values_list("name", flat=True))
    fresh = [n.strip() for n in names if n.strip() not in have]
    UnitName.objects.bulk_create(
        UnitName(unit=unit, name=n, starts_on=None, ends_on=on, reason="曾用名", entered_by=by) for n in fresh
    )
    return bool(fresh)
