"""Load the 期初建账 workbook: units and people at once, posts as changes that the security administrator authorises.

All or nothing; every fault names its sheet and row; the same file twice changes nothing; a dry run changes nothing.
"""

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction

from districts.locking import structure_lock
from districts.opening.sheets import PEOPLE, POST_WORDS, POSTS, UNITS, day_of, path_of, read_sheets, unit_row
from districts.posts.changes import prepare_change
from districts.posts.models import Appointment, AppointmentChange, User
from districts.privacy.rules import scrubbed
from districts.reading.cells import name_of, same_as
from districts.records.fields import private_cells
from districts.trail.recording import record_event
from districts.units.loading import LoadRefused, load_units
from districts.units.models import Unit


class OpeningRefused(Exception):
    """Nothing was loaded; `errors` are (sheet, row number or None, Chinese sentence without what is private)."""

    def __init__(self, errors):
        errors = [(sheet, row, scrubbed(text)) for sheet, row, text in errors]
        super().__init__(
            "；".join(f"{sheet}{f'第 {row} 行' if row else ''}：{text}" for sheet, row, text in errors[:5])
        )
        self.errors = errors


@dataclass
class Opened:
    """What the workbook did, or would do."""

    units_added: list = field(default_factory=list)
    units_changed: list = field(default_factory=list)
    units_absent: list = field(default_factory=list)
    people_added: list = field(default_factory=list)
    changes: list = field(default_factory=list)
    same: int = 0
    aside: int = 0  # rows of totals and notes that were passed over


def open_street(file, on, by=None, *, dry_run=False):
    """Load a workbook as of the day `on`. Raises OpeningRefused, changing nothing."""
    try:
        sheets = read_sheets(file)
    except ValidationError as error:
        raise OpeningRefused([("文件", None, text) for text in error.messages]) from None
    with structure_lock():
        opened, errors = Opened(aside=sheets.aside), [*_personal_numbers(sheets)]
        street = _load_units(sheets[UNITS], on, by, opened, errors)
        people = _load_people(sheets[PEOPLE], opened, errors)
        if street is not None:
            _prepare_posts(sheets[POSTS], street, people, by, opened, errors)
        elif sheets[POSTS]:
            errors.append((POSTS, None, "“任职”表要等“单位”表改好后再检查。"))
        if errors:
            raise OpeningRefused(errors)
        record_event(
            "structure",
            f"期初建账：{len(opened.units_added)} 个单位、{len(opened.people_added)} 人、{len(opened.changes)} 项待开通权限",
            by=by,
        )
        transaction.set_rollback(dry_run)
    return opened


def _personal_numbers(sheets):
    """Of people and posts; the units' rows are read by `load_units`."""
    for sheet, may_be_private in ((PEOPLE, {"手机"}), (POSTS, set())):
        for number, row in sheets[sheet]:
            yield from ((sheet, number, said) for said in private_cells(row, may_be_private))


def _load_units(rows, on, by, opened, errors):
    """Returns the street's root; None where the sheet has faults."""
    rows = [(number, unit_row(row)) for number, row in rows]
    try:
        with transaction.atomic():
            loaded = load_units(rows, on, by)
    except LoadRefused as refusal:
        errors += [(UNITS, number, text) for number, text in refusal.errors]
        return None
    opened.units_added, opened.units_changed = loaded.added, loaded.changed
    opened.units_absent, opened.same = loaded.absent, loaded.same
    return loaded.root


def _load_people(rows, opened, errors):
    """{user name: user} of the sheet's sound rows."""
    people, seen = {}, {}
    for number, row in rows:
        username = row["用户名"]
        try:
            if username in seen:
                raise ValidationError(f"用户名“{username}”与第 {seen[username]} 行重复。")
            seen[username] = number
            people[username] = _person(row, opened)
        except ValidationError as error:
            errors += [(PEOPLE, number, text) for text in error.messages]
    return people


def _person(row, opened):
    if not row["用户名"] or not row["姓名"]:
        raise ValidationError("用户名和姓名都要填。")
    known = User.objects.filter(username=row["用户名"]).first()
    if known is not None:
        if known.admin_role or name_of(known.name) != row["姓名"]:
            raise ValidationError(f"用户名“{known.username}”已属于{known.name}，请换一个。")
        opened.same += 1
        return known
    user = User(
        username=row["用户名"],
        name=row["姓名"],
        staff_number=row["工号"] or None,
        phone=row["手机"],
        must_change_password=True,
    )
    user.set_unusable_password()
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        raise ValidationError(
            [f"{_label(name)}：{text}" for name, texts in error.message_dict.items() for text in texts]
        ) from None
    user.save(force_insert=True)
    opened.people_added.append(user.name)
    return user


def _label(name):
    return User._meta.get_field(name).verbose_name if name != "__all__" else "人员"


def _prepare_posts(rows, street, people, by, opened, errors):
    units = {}
    for unit in Unit.objects.active().filter(tree_id=street.tree_id).select_related("parent").order_by("lft"):
        for name in (unit.name, path_of(unit)):
            units.setdefault(same_as(name), {})[unit.pk] = unit
    single = {}
    for number, row in rows:
        try:
            change = _change(row, units, people)
            key = (change.post, change.unit.pk)
            if change.post.is_single and key in single:
                raise ValidationError(
                    f"“{change.unit.name}”的“{change.post.label}”与第 {single[key]} 行重复，这个岗位只有一人。"
                )
            single[key] = number
            if _is_known(change):
                opened.same += 1
            elif not row["依据"]:
                raise ValidationError("请写明任职的文件或依据。")
            else:
                opened.changes.append(str(prepare_change(change, by)))
        except ValidationError as error:
            errors += [(POSTS, number, text) for text in error.messages]


def _change(row, units, people):
    person = people.get(row["用户名"]) or User.objects.filter(username=row["用户名"], admin_role="").first()
    if person is None:
        raise ValidationError(f"用户名“{row['用户名']}”不在“人员”表里（或该行有误）。")
    if row["姓名"] and row["姓名"] != name_of(person.name):
        raise ValidationError(f"用户名“{person.username}”是{person.name}，不是{row['姓名']}。")
    if row["岗位"] not in POST_WORDS:
        raise ValidationError(f"岗位“{row['岗位']}”不认识，应为下列之一：{'／'.join(POST_WORDS)}。")
    found = list(units.get(same_as(row["单位"]), {}).values())
    if len(found) != 1:
        paths = f"有同名的几个，请写明是哪一个：{'、'.join(map(path_of, found[:5]))}。"
        raise ValidationError(f"单位“{row['单位']}”{paths if found else '不在“单位”表里，请核对。'}")
    return AppointmentChange(
        user=person,
        post=POST_WORDS[row["岗位"]],
        unit=found[0],
        title=row["职务名称"],
        on=day_of(row["起始日期"]),
        reason=row["依据"],
    )


def _is_known(change):
    """Already held, or already prepared: the same file twice asks nothing twice."""
    same = {"user": change.user, "post": change.post, "unit": change.unit}
    held = Appointment.objects.filter(**same).overlapping(change.on, None)
    return held.exists() or AppointmentChange.objects.filter(state="prepared", kind="appoint", **same).exists()
