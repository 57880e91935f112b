"""Invented 12345 work orders of the fictional street, brought in by the importer itself."""

from datetime import datetime, time, timedelta

from django.utils import timezone

from districts.files.attachments import prepare_evidence
from partybuilding.appeals.exclusions.actions import answer_exclusion, ask_exclusion
from partybuilding.appeals.importing.headings import CALLBACKS, LEDGER
from partybuilding.appeals.importing.writing import Cleaned, write_rows
from partybuilding.appeals.models import Appeal, Exclusion
from partybuilding.appeals.reports.actions import draft_report, finish_report
from partybuilding.appeals.topics.actions import choose_topic
from yuqiao_portal.demo.estates import HALVES
from yuqiao_portal.demo.files import table

A_MONTH = 210
TALK = [
    ("供暖", "供暖温度", "温度不达标", "反映{spot}供暖温度偏低，希望尽快排查"),
    ("物业管理", "小区服务", "停车管理", "反映{spot}车位紧张、夜间乱停车，希望协调"),
    ("社会秩序", "消防安全", "楼道堆物", "反映{spot}楼道堆放杂物，存在消防隐患"),
    ("物业管理", "小区配套", "充电设施", "希望在{spot}增设电动自行车充电棚"),
    ("住房", "房屋修缮", "上下水", "反映{spot}上下水堵塞，多次报修未果"),
    ("噪音扰民", "生活噪音", "邻里噪音", "反映{spot}夜间噪声影响休息"),
    ("市容环卫", "垃圾清运", "桶站满溢", "反映{spot}垃圾桶站满溢，有异味"),
]
SPOTS = ["1号楼", "3号楼", "5号楼", "8号楼", "东门", "南门", "中心花园", "北侧小路"]
CALLERS = ["赵**", "钱**", "孙**", "李**", "周**", "吴**"]
UNKNOWN = "枣林社区"  # a name that no unit bears: it waits to be dispatched


def bring_appeals(units, root, rng, months, today):
    """Months of appeals up to the day before `today`; each call-back comes two weeks after the call."""
    targets = [u for u in units.values() if u.kind in {"community", "village"}]
    care = {u.pk: rng.uniform(0.65, 0.92) for u in targets}
    ledger, callbacks = [], []
    for month in months:
        days = [month + timedelta(n) for n in range(31)]
        days = [day for day in days if day.month == month.month and day < today]
        for day in sorted(rng.choices(days, k=A_MONTH * len(days) // 30)) if days else ():
            unit = rng.choice(targets)
            row = _call(rng, unit, day, today, len(ledger))
            ledger.append((len(ledger) + 2, row))
            if day + timedelta(14) < today and rng.random() < 0.9:
                callbacks.append((len(callbacks) + 2, _call_back(rng, row, care[unit.pk])))
    files = [("演示台账.xlsx", LEDGER, ledger), ("演示回访.xlsx", CALLBACKS, callbacks)]
    write_rows([Cleaned(name, shape, rows, {}, 0, []) for name, shape, rows in files], root)


def show_what_follows(unit, office, secretary, today):
    """A topic of the month, an appeal that waits for works, and the reports: yesterday's draft, last month's final."""
    root, month = unit.get_root(), today.replace(day=1)
    choose_topic(office, unit=unit, month=month, item="停车管理", title="挖潜车位，规范夜间停车")
    rows = Appeal.objects.filter(unit=unit, is_valid=True, outcome=Appeal.Outcome.UNSOLVED)
    if waits := rows.order_by("-called_at").first():
        note = "需等雨污管线改造，已列入改造计划。"
        asked = {"kind": Exclusion.Kind.SUSPENDED, "reason": Exclusion.Reason.WORKS, "note": note}
        plan = prepare_evidence(
            [table("改造计划（演示）.xlsx", [("项目", "计划完工"), ("雨污管线改造", "明年汛期前")])]
        )
        exclusion = ask_exclusion(waits, secretary, review_on=today + timedelta(days=60), evidence=plan, **asked)
        answer_exclusion(exclusion, office, is_granted=True, paper="区接诉即办专班〔演示〕1号")
    last = month - timedelta(days=1)
    finish_report(draft_report(root, "month", last.replace(day=1), last), office, remark="停车管理仍是第一位的诉求。")
    draft_report(root, "day", today - timedelta(days=1), today - timedelta(days=1))


def _call(rng, unit, day, today, n):
    topic, subtopic, item, words = rng.choice(TALK)
    spot = rng.choice(SPOTS)
    called = timezone.make_aware(datetime.combine(day, time(rng.randint(7, 21), rng.randint(0, 59))))
    closed = called + timedelta(hours=rng.randint(4, 200))
    place = (
        UNKNOWN
        if rng.random() < 0.01
        else unit.name + rng.choice(["", "", "居委会" if unit.kind == "community" else "村委会"])
    )
    text = words.format(spot=f"{unit.name}{spot}")
    row = {
        "number": f"YS{day:%Y%m%d}{n:05}",
        "kind": rng.choice(["诉求", "投诉", "求助"]),
        "topic": topic,
        "subtopic": subtopic,
        "item": item,
        "title": text[:24],
        "content": f"{text}。",
        "caller": rng.choice(CALLERS),
        "caller_number": "保密",
        "channel": "电话",
        "called_at": called,
        "place": place,
        "spot": f"{rng.choice(HALVES)}{spot}" if unit.kind == "community" else spot,
        "nature": "主办",
        "city_state": "办理中",
    }
    if closed < timezone.make_aware(datetime.combine(today, time(0))):
        row |= {"closed_at": closed, "city_state": "回复完成", "result": "已办结", "reply": "已联系市民并现场处理。"}
    return row


def _call_back(rng, row, care):
    if rng.random() < 0.2:
        return {"number": row["number"], "called_at": row["called_at"], "valid": False}
    solved = rng.random() < care
    moods = (
        ["satisfied", "satisfied", "satisfied", "basically"] if solved else ["basically", "dissatisfied", "satisfied"]
    )
    return {
        "number": row["number"],
        "called_at": row["called_at"],
        "valid": True,
        "contacted": rng.random() < 0.95,
        "outcome": "solved" if solved else "unsolved",
        "satisfaction": rng.choice(moods),
    }
