"""投诉建议 without a page: who may answer, and what the noun counts."""

import pytest

from districts.posts.models import User
from districts.voice.actions import answer, say
from districts.voice.models import Suggestion
from districts.workflow import NotYours, StepRefused
from tests.cast import STREET


@pytest.fixture
def said(street):
    return say("表太多", to="office", street=street.units[STREET], author=street.people["secretary"])


@pytest.mark.parametrize("login", ["leader", "secretary", "commissioner", "stranger", "auditor", "discipline"])
def test_only_whoever_is_addressed_answers(street, said, login):
    with pytest.raises(NotYours):
        answer(said, street.people[login], text="好")
    said.refresh_from_db()
    assert (said.state, said.answer) == ("new", "")


def test_a_second_answer_changes_nothing(street, said):
    answer(said, street.people["office"], text="好")
    with pytest.raises(StepRefused, match="只能答复一次"):
        answer(said, street.people["office"], text="不好")
    said.refresh_from_db()
    assert said.answer == "好"


def test_a_closed_account_and_whoever_is_nobody_see_nothing(street, said):
    say("没署名", to="office", street=street.units[STREET])
    secretary = street.people["secretary"]
    assert [row.text for row in Suggestion.objects.signed_by(secretary)] == ["表太多"]
    secretary.is_active = False
    assert list(Suggestion.objects.signed_by(secretary)) == []
    assert list(Suggestion.objects.where_user_may(User(), "view")) == []
