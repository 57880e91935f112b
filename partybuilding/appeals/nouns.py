"""What the portal's pages know of appeals, and of reports against cadres."""

from django.db.models import F

from districts.duties import Duty, Post
from districts.nouns import BriefPart, Done, Given, Noun
from districts.records.models import done_by
from districts.units.models import Unit
from districts.waiting import Kind, Rank, count_row, row, to_judge
from partybuilding.appeals.importing.batches import streets_without_file
from partybuilding.appeals.leaving import APPEALS
from partybuilding.appeals.models import Appeal, AppealReport, AppealStep, CadreReport, Exclusion

MOST, SHOWN = 200, 8  # of a person's list, of a brief


def _called(appeal):
    return appeal.title or appeal.number


def _given(appeal):
    return Given(appeal.unit, _called(appeal), appeal.title, appeal.content)


def _done(person, reader, since, until):
    seen = Appeal.objects.where_user_may(reader, Duty.VIEW).values("pk")
    steps = AppealStep.objects.filter(done_by(person, since, until), appeal__in=seen)
    rows = steps.select_related("appeal__unit").order_by("-taken_at")[:MOST]
    return [
        (s.taken_on, f"{s.label}：{_called(s.appeal)}", s.appeal.unit.name, APPEAL.address_of(s.appeal)) for s in rows
    ]


def _waiting(user, posts):
    """What goes on, and what of it is past its limit; then what waits for whoever holds these posts."""
    seen = APPEAL.seen(user)
    found = [count_row("open", seen.going_on()), count_row("late", seen.late())]
    duties = {duty for post in posts for duty in post.duties}
    if Duty.HANDLE in duties:
        found.append(count_row("by_hand", seen.owed_by_hand(user)))
    if Duty.ISSUE in duties:
        centers = [post.unit_id for post in posts if post.unit.kind == Unit.Kind.CENTER and Duty.ISSUE in post.duties]
        found += [count_row("help", seen.asking_center().filter(unit__parent__in=centers))] if centers else []
    if any(post.post == Post.DISPATCHER for post in posts):
        found.append(row("file", streets_without_file(user), "pk", F("name")))
    if Duty.INTAKE in duties:
        waiting = Appeal.objects.where_user_may(user, Duty.INTAKE).not_withheld().waiting()
        found.append(count_row("dispatch", waiting))
    if Duty.ASSESS in duties:
        found.append(count_row("exclusions", to_judge(Exclusion, "grant", user)))
    if duties & set(AppealReport.WRITTEN_BY.values()):
        found.append(count_row("reports", to_judge(AppealReport, "finish", user)))
    return found


def _brief(user, units):
    rows = APPEAL.seen(user).going_on().filter(unit__in=units).order_by("due_at", "pk")
    lines = [
        (f"{_called(a)}（{a.unit.name}，{a.get_state_display()}）", "已过时限" if a.is_overdue else "")
        for a in rows.select_related("unit")[:SHOWN]
    ]
    return [BriefPart("在办的市民诉求", lines, "没有。")]


APPEAL = Noun(
    key="appeal",
    label="诉求",
    icon="phone",
    model=Appeal,
    address="appeal_detail",
    called=_called,
    narrowed=lambda rows: rows.not_withheld(),
    search=lambda rows, words: rows.search(words).for_list(),
    found="appeals/_found.html",
    paths={"unit": "所在单位"},
    gives=_given,
    done=(Done("办理市民诉求", _done),),
    kinds=(
        Kind("by_hand", Rank.UNSIGNED),
        Kind("file", Rank.DUE),
        Kind("dispatch", Rank.DISPATCH),
        Kind("help", Rank.HELP),
        Kind("exclusions", Rank.ANSWER),
        Kind("reports", Rank.DRAFT),
    ),
    notices=_waiting,
    notice="appeals/_waiting.html",
    cards="appeals/_card.html",
    brief=_brief,
    open_work=(APPEALS,),
)


def _to_confirm(user, posts):
    if not any(Duty.CONFIRM in post.duties for post in posts):
        return []
    return [count_row("to_confirm", to_judge(CadreReport, "confirm", user))]


CADRE_REPORT = Noun(
    key="cadre_report",
    label="反映干部的诉求",
    icon="shield-lock",
    model=CadreReport,
    address="cadre_reports",
    kinds=(Kind("to_confirm", Rank.ACCEPT),),
    notices=_to_confirm,
    notice="appeals/_notice.html",
)
