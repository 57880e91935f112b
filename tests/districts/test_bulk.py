"""Many rows at once are the rows that were given, whatever their text holds."""

from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from districts.records.bulk import inserting, update_many
from partybuilding.appeals.models import Appeal
from tests.cast import make_appeal

ODD = ["制表\t符", "换行\r\n与反斜杠\\n", "\\N", "\\.", "", "“引号”'\"", "100%,逗号；", "\u2028行分隔"]
THEN = datetime(2026, 10, 2, 1, 2, 3, tzinfo=UTC)


def test_odd_texts_empty_cells_and_times_go_in_and_are_updated_as_they_are(street):
    root = street.units["槐花街道党建工作协调委员会"].pk
    fixed = {"street_id": root, "unit_id": root, "called_at": THEN, "called_on": THEN.date()}
    with inserting(Appeal) as insert:
        insert([fixed | {"number": f"N{n}", "title": text, "closed_at": None} for n, text in enumerate(ODD)])
    made = list(Appeal.objects.order_by("pk"))
    assert [(a.number, a.title) for a in made] == [(f"N{n}", text) for n, text in enumerate(ODD)]
    assert {(a.called_at, a.closed_at, a.is_contacted, a.is_excluded, a.state) for a in made} == {
        (THEN, None, None, False, "waiting")
    }
    other = make_appeal(street, title="不动")
    update_many(
        Appeal,
        [(made[0].pk, {"title": ODD[1], "is_contacted": True}), (made[1].pk, {"closed_at": THEN, "reply": ODD[0]})],
    )
    first, second = Appeal.objects.filter(number__in=["N0", "N1"]).order_by("pk")
    assert (first.title, first.is_contacted, first.closed_at) == (ODD[1], True, None)
    assert (second.title, second.closed_at, second.reply) == (ODD[1], THEN, ODD[0])
    other.refresh_from_db()
    assert (other.title, other.reply) == ("不动", "")


def test_nothing_to_write_writes_nothing(street, django_assert_num_queries):
    with django_assert_num_queries(0):
        update_many(Appeal, [])


def _some(street, *numbers):
    root = street.units["槐花街道党建工作协调委员会"].pk
    fixed = {"street_id": root, "unit_id": root, "called_at": THEN, "called_on": THEN.date()}
    return [fixed | {"number": number} for number in numbers]


def test_a_question_asked_between_two_insertions_sees_the_first(street):
    with transaction.atomic(), inserting(Appeal) as insert:
        for n in range(3):
            insert(_some(street, *(f"N{n}-{m}" for m in range(300))))
            assert Appeal.objects.count() == 300 * (n + 1)
        insert([])
        insert(_some(street, "Z1"))
    assert Appeal.objects.order_by("number").last().number == "Z1"


@pytest.mark.parametrize("wrong", [{"number": "N1"}, {"number": "N2", "unit_id": 10**9}])
def test_a_row_that_cannot_be_takes_all_the_others_back(street, wrong):
    rows = _some(street, "N1", "N2")

    def insert_both():
        with transaction.atomic():
            with inserting(Appeal) as insert:
                insert(rows[:1])
                insert([rows[1] | wrong])
            connection.check_constraints()

    with pytest.raises(DatabaseError):
        insert_both()
    assert not Appeal.objects.exists()
