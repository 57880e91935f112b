"""Logs in every place, each with a file."""

from partybuilding.matters.logs.models import LogAttachment, WorkLog
from tests.access import expected as e
from tests.access.marks import Rows, attach, mark
from tests.access.rules import alone, each, known
from tests.cast import make_log

AUTHORS = {
    "槐花街道党建工作协调委员会": "office",
    "东中心": "commissioner",
    "东一社区": "secretary",
    "东一支部": "branch_secretary",
    "东二社区": "neighbour",
    "西中心": "far_commissioner",
    "西一社区": "far_secretary",
    "城管科": "head",
    "外街道党建工作协调委员会": "stranger",
    "外社区": "strange_secretary",
}
CITED = "佐证"  # how a log begins on which a report rests


def sees_log(login, log, world):
    return e.reaches(login, "view", log.unit.name, assigned=True) and not e.is_kept(login, log.text)


def sees_log_of_file(login, file, world):
    return sees_log(login, file.log, world)


def edits_log(login, log, world):
    """The author, who may log there, until a report rests on it."""
    return withdraws_log(login, log, world) and not log.text.startswith(CITED)


def withdraws_log(login, log, world):
    """The author, who is told where it is too late or a report rests on it."""
    mine = log.created_by.username == login and not e.is_kept(login, log.text)
    return mine and e.reaches(login, "log", log.unit.name, assigned=True)


def has_duty(login, duty, log, world):
    may = duty != "confirm" and e.reaches(login, duty, log.unit.name, assigned=True)
    return may and not e.is_kept(login, log.text)


def has_duty_of_file(login, duty, file, world):
    return has_duty(login, duty, file.log, world)


MARKS = {
    "logs": Rows(WorkLog, "L", sees_log, ("unit", "created_by"), why="log"),
    "attachments": Rows(LogAttachment, "A", sees_log_of_file, ("log__unit",)),
}
GATE = {WorkLog: has_duty, LogAttachment: has_duty_of_file}
URLS = {
    "worklog_list": (alone, {"GET": known}),
    "worklog_new": (alone, {"GET": known, "POST": known}),
    "worklog_guess": (alone, {"GET": known, "POST": known}),
    "worklog_export": (alone, {"GET": known}),
    "worklog_detail": (each("logs"), {"GET": sees_log}),
    "worklog_edit": (each("logs"), {"GET": edits_log, "POST": edits_log}),
    "worklog_withdraw": (each("logs"), {"GET": sees_log, "POST": withdraws_log}),
    "log_attachment": (each("attachments"), {"GET": sees_log_of_file}),
}


def seed(world):
    for unit, by in AUTHORS.items():
        log = make_log(world.street, unit, by)
        WorkLog.objects.filter(pk=log.pk).update(text=f"日志{mark(log)}", place=f"处{mark(log)}")
        attach(log.attachments, world.street.people[by])
