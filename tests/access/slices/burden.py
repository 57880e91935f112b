"""What the portal asked of a few units: numbers, which the leaders and the office of their street see."""

from districts.burden.counting import count_asked
from districts.burden.models import Asked
from tests.access import expected as e
from tests.access.marks import Rows
from tests.access.rules import alone
from tests.access.slices.voice import is_a_reader
from tests.cast import STREET

UNITS = (STREET, "东中心", "东一社区", "西村", "外社区")


def has_duty(login, duty, asked, world):
    """Whoever signs or assesses for the whole street, and by no other duty."""
    if duty == "view":
        return any(e.reaches(login, given, asked.unit.name) for given in ("sign", "assess"))
    return duty in {"sign", "assess"} and e.reaches(login, duty, asked.unit.name)


MARKS = {"asked": Rows(Asked, related=("unit",))}
GATE = {Asked: has_duty}
URLS = {"burden": (alone, {"GET": is_a_reader})}


def seed(world):
    for number, unit in enumerate(UNITS, 1):
        count_asked(world.street.units[unit].pk, forms=number, fields=10 * number, photos=number, reminders=number)
