"""How an appeal stands, in a word and a colour. Written here because a list draws it fifty times."""

from django.utils import timezone

from partybuilding.appeals.models import Appeal


def pills_of(appeal):
    """(colour, words) pairs: whether it counts, then how far it has come."""
    aside = [("grey", "不计入")] if appeal.is_excluded else []
    return [*aside, _standing(appeal)]


def _standing(appeal):
    if appeal.is_recused:
        return "grey", "回避"
    if appeal.state == Appeal.State.WAITING:
        return "amber", "待分派"
    if appeal.is_overdue:
        return "red", "已过时限"
    if not appeal.closed_at:
        due = timezone.localtime(appeal.due_at) if appeal.due_at else None
        return "blue", f"{due.month}月{due.day}日 {due:%H:%M} 前" if due else "办理中"
    if appeal.is_valid:
        return (
            "green" if appeal.outcome == Appeal.Outcome.SOLVED else "grey"
        ), appeal.get_outcome_display() or "已回访"
    return "grey", "已办结"
