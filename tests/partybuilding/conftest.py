"""Two months of October that many tests score or settle."""

from datetime import date

import pytest

from partybuilding.assessment.rollup.run import roll_up
from tests.cast import make_appeal, only_orders, use_scheme
from tests.partybuilding.months import make_case


@pytest.fixture
def month(street):
    """October: five shares of 东一社区, three on time; two of 东二社区; one of 西一社区."""
    only_orders(ranking="street")
    for n, (unit, reported) in enumerate(
        [
            ("东一社区", 10),
            ("东一社区", 11),
            ("东一社区", 12),
            ("东一社区", None),
            ("东一社区", None),
            ("东二社区", 10),
            ("东二社区", 10),
            ("西一社区", 9),
        ]
    ):
        make_case(street, unit, due=20 + n, reported=reported)
    return street


@pytest.fixture
def october(street):
    """东一社区: one of two orders on time (60 of 100 points at most), one appeal solved (40)."""
    use_scheme([("orders_on_time", 60, 0, 100), ("appeals_resolution", 40, 0, 100)], ranking="street")
    for reported in (10, None):
        make_case(street, "东一社区", due=20, reported=reported)
    make_appeal(street, "东一社区", is_valid=True, outcome="solved", called_on=date(2026, 10, 5))
    roll_up("2026-10")
    return street
