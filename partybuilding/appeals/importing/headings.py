"""The heading of the city's tables: where it stands, and which column is which. Of two that mean one thing never the first."""

from dataclasses import dataclass, field
from itertools import zip_longest

from django.core.exceptions import ValidationError

from districts.privacy.rules import scrubbed
from districts.reading.tables import CITY, OWN, groups_above, heading_of, one_of_twins
from districts.reading.workbooks import letters_of

HEADER_WITHIN = 20  # rows in which the header is looked for

LEDGER, CALLBACKS = "ledger", "callbacks"

FAULTS = "问题"  # the last column of a file to mend

SHAPES = {LEDGER: "工单台账", CALLBACKS: "回访结果"}

# Column: the headings under which files are known to carry it, the surest first; that is the template's.
COLUMNS = {
    "number": ["工单编号", "工单号", "诉求编号", "工单流水号", "受理编号"],
    "kind": ["工单类型", "诉求类型"],
    "category": ["问题分类", "诉求分类", "分类"],
    "topic": ["一级分类", "一级问题"],
    "subtopic": ["二级分类", "二级问题"],
    "item": ["三级分类", "三级问题"],
    "labels": ["标签"],
    "title": ["标题", "工单标题"],
    "content": ["主要内容", "工单内容", "诉求内容", "问题描述"],
    "city_state": ["工单状态", "状态"],
    "caller": ["来电人", "诉求人", "反映人"],
    "caller_number": ["来电人电话", "来电号码", "联系电话"],
    "town": ["被反映街乡镇", "街乡镇", "属地街乡镇"],
    "result": ["办理结果"],
    "reply": ["回复内容", "答复内容"],
    "channel": ["处理受理方式", "受理方式", "诉求来源"],
    "called_at": ["创建时间", "来电时间", "受理时间"],
    "dispatched_at": ["派单时间", "派发时间", "转派时间"],
    "closed_at": ["办结时间", "办结日期"],
    "company": ["企业名称"],
    "grade": ["紧急程度", "工单等级", "等级"],
    "nature": ["工单性质"],
    "place": ["村/社区", "社区/村", "社区(村)", "所属社区", "社区"],
    "spot": ["小区点位", "点位", "小区"],
    "handler": ["二级承办单位简称", "二级承办单位", "承办单位简称", "承办单位"],
    "valid": ["是否有效回访", "有效回访"],
    "contacted": ["是否联系", "是否响应"],
    "outcome": ["是否解决", "解决情况"],
    "satisfaction": ["是否满意", "满意情况", "满意度"],
}

NEEDED = {LEDGER: ("number", "called_at", "content"), CALLBACKS: ("number", "called_at", "valid", "contacted")}

NOT_ASKED = {"序号", FAULTS}

_BY_HEADING = {heading_of(h): (column, rank) for column, said in COLUMNS.items() for rank, h in enumerate(said)}

_MOST_NAMED = 12


@dataclass
class Header:
    """{column: place}, the cells that say so, and what the trial tells of other columns: as well read, or not known."""

    places: dict
    cells: list
    passed: list = field(default_factory=list)
    unknown: list = field(default_factory=list)

    def said_unknown(self):
        return f"认不出的列：{'、'.join(self.unknown)}。" if self.unknown else ""


def find_header(page, lines):
    """(Header, number of its last row, the lines below it). Raises ValidationError."""
    best, best_cells, above = {}, [], []
    for number, cells in lines:
        found = _headings(cells)
        if "number" in found and len(found) >= 4:
            return _complete(page, number, found, cells, above, lines)
        if len(found) > len(best):
            best, best_cells = found, cells
        if number >= HEADER_WITHIN:
            break
        above = cells
    if not best:
        raise ValidationError(
            f"“{page.file}”的前 {HEADER_WITHIN} 行里没有认得的表头。请上传 12345 的工单台账或回访结果，或下载模板对照。"
        )
    missing = [COLUMNS[c][0] for c in NEEDED[LEDGER] if c not in best]
    lacks = f"缺少：{'、'.join(missing)}" if missing else f"只认出 {len(best)} 列，不足 4 列"
    unknown = Header({}, best_cells, unknown=_unknown(best_cells)).said_unknown()
    raise ValidationError(f"“{page.file}”的表头{lacks}。{unknown}请下载模板对照补上。")


def _headings(cells):
    """{column: [(rank of its heading, place)]} of the cells that are known headings."""
    found = {}
    for place, cell in enumerate(cells):
        column, rank = _BY_HEADING.get(heading_of(cell), (None, 0)) if cell else (None, 0)
        if column:
            found.setdefault(column, []).append((rank, place))
    return found


def _complete(page, number, found, cells, above, lines):
    """The header with its second row, where the upper one is merged over several columns."""
    below = next(lines, None)
    groups = groups_above(above)
    if below and _is_lower(below[1], found):
        number, lower = below
        mine = _headings(lower)
        if len(mine) >= 2:
            found = mine | found
            groups |= {place: group for place, group in groups_above(cells).items() if _known_at(mine, place)}
        else:  # 是否解决 above, and whose it is below
            found = {column: _spread(places, cells, lower) for column, places in found.items()}
            groups = {place: heading_of(cell) for place, cell in enumerate(lower)}
        cells = [below or above for above, below in zip_longest(cells, lower)]
    elif below:
        lines = _again(below, lines)
    header = Header({}, cells, unknown=_unknown(cells))
    for column, places in found.items():
        header.places[column] = _chosen(page, header, column, places, groups)
    if "called_at" not in header.places and "dispatched_at" in header.places:
        header.places["called_at"] = header.places.pop("dispatched_at")
    return header, number, lines


def _again(line, lines):
    yield line
    yield from lines


def _is_lower(cells, found):
    """Whether a row belongs to the heading above it: it has no number, but headings, or whose columns these are."""
    filled = {place for place, cell in enumerate(cells) if cell not in ("", None)}
    if filled & {place for _, place in found["number"]}:
        return False
    whose = [cell for cell in map(heading_of, cells) if len(cell) < 12 and (OWN.search(cell) or CITY.search(cell))]
    has_time = filled & {place for _, place in found.get("called_at", [])}
    return len(_headings(cells)) >= 2 or (len(whose) >= 2 and not has_time)


def _known_at(found, place):
    return any(place == at for places in found.values() for _, at in places)


def _spread(places, upper, lower):
    """The places of a heading and of the empty ones beside it that have something below."""
    spread = list(places)
    for rank, place in places:
        at = place + 1
        while at < len(lower) and lower[at] and not (at < len(upper) and upper[at]):
            spread.append((rank, at))
            at += 1
    return spread


def _chosen(page, header, column, places, groups):
    """The one place of a column: by whose it is, or else by the surer heading. Raises ValidationError that names both."""
    if len(places) == 1:
        return places[0][1]
    surest = [place for rank, place in places if rank == min(places)[0]]
    place = one_of_twins([place for _, place in places], groups)
    if place is None and len(surest) == 1:
        place = surest[0]
    names = [_named(page, header.cells, at, groups) for _, at in places]
    if place is None:
        raise ValidationError(
            f"“{page.file}”里有 {len(names)} 列都是“{COLUMNS[column][0]}”：{'、'.join(names)}，分不清用哪一列。"
            "请删去不用的，或把它的表头改成别的名称（如“街道自查是否解决”）再上传。"
        )
    chosen = _named(page, header.cells, place, groups)
    header.passed += [f"{name}没有读，读的是{chosen}" for name in names if name != chosen]
    return place


def _named(page, cells, place, groups):
    group, heading = groups.get(place, ""), str(cells[place] or "").strip()
    heading = f"{group}·{heading}" if group and group != heading_of(heading) else heading
    return f"“{scrubbed(heading)[:20]}”（{letters_of(place + page.start)} 列）"


def _unknown(cells):
    texts = [scrubbed(str(cell).strip())[:20] for cell in cells if cell and heading_of(cell) not in _BY_HEADING]
    return [text for text in dict.fromkeys(texts) if text and text not in NOT_ASKED][:_MOST_NAMED]


def is_heading(row):
    """Whether a row says the heading again, as printed tables do on each page."""
    return all(_BY_HEADING.get(heading_of(row.get(name)), ("",))[0] == name for name in ("number", "called_at"))
