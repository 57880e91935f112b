"""A search reads what people type: blanks in a name, 居委会, brackets of a number, two words, the dots of a name."""

import pytest

from districts.posts.models import User
from partybuilding.matters.orders.models import Order
from tests.cast import log_in, make_appeal, make_log, make_order


@pytest.fixture
def found(street, client):
    """What a search by the office shows: the texts of all rows."""
    log_in(client, street.people["office"])

    def search(words):
        context = client.get("/search/", {"q": words}).context
        rows = [unit.name for unit, _ in context["units"]] + [person.name for person in context["people"]]
        return rows + [str(record) for _, records in context["kinds"] for record in records]

    return search


@pytest.mark.parametrize(
    ("words", "name"),
    [("鲍 玉", "鲍玉"), ("鲍　玉", "鲍玉"), ("阿不都•热合曼", "阿不都·热合曼"), ("热合曼・阿", "热合曼•阿")],
)
def test_a_person_by_a_name_as_it_is_typed(street, found, words, name):
    User.objects.filter(username="worker").update(name=name)
    assert found(words) == [name]


@pytest.mark.parametrize("words", ["东一社区居委会", "东一社区 居民委员会", "东一 社区"])
def test_a_community_by_the_name_of_its_committee(street, found, words):
    assert found(words) == ["东一社区"]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("玉字令〔2026〕1号", ["玉字令"]),
        ("玉字令[2026]1号", ["玉字令"]),
        ("玉字令（2026）1号", ["玉字令"]),
        ("玉字令 (2026) 1 号", ["玉字令"]),
        ("玉字令1号", ["玉字令"]),
        ("交办〔2026〕1号", ["交办"]),
        ("〔2026〕1号", ["交办", "玉字令"]),
        ("1号", ["交办", "玉字令"]),
        ("玉字令〔2025〕1号", []),
        ("玉字令〔2026〕11号", []),
        ("会字〔2026〕1号", []),
        ("玉字令〔2026〕99999999号", []),
    ],
)
def test_an_order_by_its_number_and_no_other_of_the_same_serial(street, found, words, numbers):
    make_order(street)
    make_order(street, to=("东中心",), kind="decree", signer="leader")
    Order.objects.update(year=2026, serial=1)
    assert sorted(row.partition("〔")[0] for row in found(words)) == sorted(numbers)


@pytest.mark.parametrize(
    ("words", "texts"),
    [("走访 𠮷某", ["走访独居的𠮷某"]), ("𠮷某　走访", ["走访独居的𠮷某"]), ("走访", ["走访独居的𠮷某", "走访王某"])],
)
def test_a_log_that_has_every_word(street, found, words, texts):
    make_log(street, text="走访独居的𠮷某")
    make_log(street, text="走访王某")
    make_log(street, text="𠮷某来访")
    assert sorted(found(words)) == sorted(texts)


def test_two_words_find_what_has_both_in_every_kind(street, found):
    make_order(street, title="修路灯", content="东门那盏")
    make_order(street, title="修路灯", content="西门那盏")
    make_appeal(street, "东一社区", title="路灯不亮", content="东门")
    assert len(found("路灯 东门")) == 2
