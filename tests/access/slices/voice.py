"""投诉建议: to the office and to the leaders of two streets, signed and not, one of them answered."""

from districts.voice.actions import answer, say
from districts.voice.models import Suggestion
from tests.access import expected as e
from tests.access.marks import Rows, mark
from tests.access.rules import alone, each
from tests.access.table import DUTIES
from tests.cast import STREET

# (street, to whom, who signed it, who answered it)
SAID = [
    (STREET, "office", None, None),
    (STREET, "leaders", None, None),
    (STREET, "office", "secretary", "office"),
    (STREET, "leaders", "worker", None),
    (STREET, "leaders", "office", None),
    (e.OTHER, "leaders", None, None),
    (e.OTHER, "office", "strange_secretary", None),
]
READ_BY = {"office": "assess", "leaders": "sign"}


def reads(login, said, world):
    return e.reaches(login, READ_BY[said.to], said.street.name)


def signed(login, said):
    return said.author is not None and said.author.username == login


def sees(login, said, world):
    return reads(login, said, world) or signed(login, said)


def has_duty(login, duty, said, world):
    """Seen by its readers and by who signed it; its duty is that of the one kind of reader, and no other gives it."""
    return sees(login, said, world) if duty == "view" else duty == READ_BY[said.to] and reads(login, said, world)


def has_a_post(login, record, world):
    return login in e.HELD


def is_a_reader(login, record, world):
    return any(duty in DUTIES[post] for post, _ in e.HELD.get(login, []) for duty in READ_BY.values())


def is_auditor(login, record, world):
    return login == "auditor"


MARKS = {"suggestions": Rows(Suggestion, "Q", sees, ("street", "author"))}
GATE = {Suggestion: has_duty}
URLS = {
    "voice": (alone, {"GET": has_a_post, "POST": has_a_post}),
    "suggestions": (alone, {"GET": is_a_reader}),
    "voice_numbers": (alone, {"GET": is_auditor}),
    "suggestion": (each("suggestions"), {"GET": sees}),
    "suggestion_answer": (each("suggestions"), {"GET": sees, "POST": reads}),
}


def seed(world):
    units, people = world.street.units, world.street.people
    for number, (street, to, author, by) in enumerate(SAID):
        said = say(f"话{number}", to=to, street=units[street], author=people.get(author))
        if by:
            answer(said, people[by], text="好")
        text = {"text": f"话{mark(said)}"} | ({"answer": f"答复{mark(said)}"} if by else {})
        Suggestion.objects.filter(pk=said.pk).update(**text)
