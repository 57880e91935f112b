"""Pages, help and invented texts speak as officials do (the dictionary of words that the street's offices use)."""

from pathlib import Path

import pytest

from partybuilding.matters.orders.forms import OrderForm
from tests.cast import log_in, make_decree, make_order

ROOT = Path(__file__).resolve().parents[1]
NOT_SAID = {
    "居民诉求": "市民诉求",
    "街道欠社区": "待街道答复",
    "任免": "岗位与权限",
    "较差": "待提升",
    "拍照留存": "",
    "居民签字": "",
}
APPS = ("districts", "partners", "partybuilding", "talent", "yuqiao_portal")
TEXTS = [
    path
    for folder, pattern in [
        *((app, "*.py") for app in APPS),
        ("templates", "*.html"),
        ("docs", "*.md"),
        ("static", "*.js"),
    ]
    for path in (ROOT / folder).rglob(pattern)
    if "migrations" not in path.parts
] + [ROOT / "README.md"]


@pytest.mark.parametrize("word", NOT_SAID)
def test_a_word_that_officials_do_not_use_stands_nowhere(word):
    assert len(TEXTS) > 300
    assert [str(path.relative_to(ROOT)) for path in TEXTS if word in path.read_text(encoding="utf-8")] == []


def test_a_matter_names_who_issued_it_and_never_the_coordination_committee(street, client):
    decree, order = make_decree(street), make_order(street, by="office")
    of_a_center = make_order(street, by="commissioner", unit="东中心")
    issuers = [decree.issuer, order.issuer, of_a_center.issuer]
    assert issuers == ["槐花街道党工委", "槐花街道党工委、办事处", "东中心"]
    log_in(client, street.people["office"])
    for address in (f"/orders/{decree.pk}/paper/", f"/orders/{order.pk}/"):
        main = client.get(address).content.decode().partition('<main id="main"')[2]
        assert "槐花街道党工委" in main
        assert "协调委员会" not in main


def test_the_choice_of_who_issues_names_the_streets_organs(street):
    choices = [label for _, label in OrderForm(user=street.people["leader"]).fields["unit"].choices]
    assert "槐花街道党工委、办事处" in choices
    assert [label for label in choices if "协调委员会" in label] == []
