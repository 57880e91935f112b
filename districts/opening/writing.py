"""Write the 期初建账 workbook: the template, a street as it stands, or a refused file with its faults beside the rows."""

from collections import Counter

from django.utils import timezone
from openpyxl.worksheet.datavalidation import DataValidation

from districts.documents.download import dated, download
from districts.documents.excel import DAY, TEXT, XLSX, Column, Sheet, book_bytes, new_book, write_sheet
from districts.opening.sheets import KINDS, PEOPLE, POST_WORDS, POSTS, SHEETS, UNITS, kind_word, path_of
from districts.posts.models import Appointment
from districts.reading.cells import same_as
from districts.trail.recording import record_event
from districts.units.models import Placement, Unit

WIDTHS = {
    "名称": 28,
    "上级": 28,
    "单位": 28,
    "备注": 30,
    "依据": 30,
    "曾用名": 18,
    "岗位": 20,
    "问题": 60,
}


def template_response():
    return _response(_book("期初建账表模板", {title: [] for title in SHEETS}), "期初建账表模板")


def street_response(root):
    """A street as it stands today; read back in, it changes nothing."""
    record_event("export", f"期初建账表：{root.name}")
    return _response(_book(f"期初建账表 {root.name}", _rows_of(root)), dated("期初建账表"))


def as_read(sheets):
    """The bytes of a workbook that holds what was read of one, and no column or sheet beside it."""
    rows = {name: [[row[c] for c in SHEETS[name]] for _, row in found] for name, found in sheets.items()}
    return book_bytes(_book("期初建账表", rows))


def faults_response(sheets, errors):
    """The rows that were sent, each fault in a last column beside its row."""
    said = {}
    for sheet, number, text in errors:
        said.setdefault((sheet, number), []).append(text)
    rows = {
        name: [[row[c] for c in SHEETS[name]] + ["；".join(said.get((name, number), []))] for number, row in found]
        for name, found in sheets.items()
    }
    return _response(_book("期初建账表待改正", rows, ["问题"]), dated("期初建账表待改正"))


def _rows_of(root):
    units = list(Unit.objects.active().filter(tree_id=root.tree_id).order_by("lft").select_related("parent"))
    unsure = set(Placement.objects.filter(ends_on=None, is_confirmed=False).values_list("unit", flat=True))
    former = {}
    for unit, name in Unit.objects.filter(tree_id=root.tree_id, names__ends_on__isnull=False).values_list(
        "pk", "names__name"
    ):
        former.setdefault(unit, []).append(name)
    held = Appointment.objects.valid_on(timezone.localdate()).filter(unit__in=units)
    held = list(held.select_related("user", "unit__parent").order_by("unit__lft", "post", "pk"))
    people = {a.user_id: a.user for a in held}
    return {
        UNITS: [
            [
                kind_word(u),
                u.code or "",
                u.name,
                "、".join(former.get(u.pk, [])),
                u.parent.name if u.parent else "",
                "是" if u.name_confirmed else "否",
                "否" if u.pk in unsure else "是",
                u.remark,
            ]
            for u in units
        ],
        PEOPLE: [[p.username, p.name, p.staff_number or "", ""] for p in people.values()],
        POSTS: [*_posts_of(held, Counter(same_as(u.name) for u in units))],
    }


def _posts_of(held, named):
    """Where a name means several units the path says which."""
    for a in held:
        unit = a.unit.name if named[same_as(a.unit.name)] == 1 else path_of(a.unit)
        yield [a.user.username, a.user.name, a.get_post_display(), unit, a.title, a.starts_on, a.reason]


def _book(name, rows, more_columns=()):
    book = new_book(name)
    for title, headings in SHEETS.items():
        columns = [_column(heading) for heading in (*headings, *more_columns)]
        write_sheet(book, Sheet(columns, rows[title], title), name)
    _offer(book[UNITS], "A", KINDS)
    _offer(book[POSTS], "C", POST_WORDS)
    return book


def _column(heading):
    return Column(heading, DAY if heading == "起始日期" else TEXT, WIDTHS.get(heading, 14))


def _offer(sheet, column, words):
    """A drop-down of the words that a column takes."""
    choice = DataValidation(type="list", formula1=f'"{",".join(words)}"', allow_blank=True)
    choice.error = "请从下拉列表中选择。"
    sheet.data_validations.append(choice)
    choice.add(f"{column}2:{column}5000")


def _response(book, name):
    return download(book_bytes(book), name, "xlsx", XLSX)
