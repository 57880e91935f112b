"""Pages that show several kinds of records loop over the nouns: a kind that is added appears, one that is left out is named."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from districts.gate_checks import check_nouns
from districts.nouns import BriefPart, Done, Figures, Latest, Noun, Owed, ToDos, Trend, noun_of, nouns
from districts.units.leaving import OpenWork
from districts.units.models import Unit
from districts.units.tree import retire_unit
from districts.waiting import Kind, Rank, count_row
from partybuilding.appeals.actions import recuse
from partybuilding.goals.models import Goal
from partybuilding.matters.logs.models import WorkLog
from tests.cast import log_in, make_appeal, make_log, make_order, share_of

THIS_YEAR = date.today().year


def _owed(user):
    return [Owed(Unit.objects.get(name="东一社区"), "街道", "待答复", "一件欠着的事", date(2026, 1, 5), 9, "/goals/")]


def _latest(user, most):
    return [Latest(timezone.now(), Unit.objects.get(name="东一社区"), "办好", "刚办好的小事", "/goals/")] * most


def _figures(user, units):
    return Figures({"n": 41}, {unit.pk: {"n": 42} for unit in units}, "今年小事")


# A kind of record that exists, told anew: all that a slice says to the pages of the portal.
TINY = Noun(
    key="tiny",
    label="小事",
    icon="flag",
    model=WorkLog,
    address="worklog_detail",
    search=lambda rows, words: rows.filter(text__contains=words),
    found="worklogs/_found.html",
    paths={"unit": "小地方"},
    done=(Done("办过的小事", lambda *asked: [(date(2026, 1, 5), "一件小事", "东一社区", "/goals/")]),),
    kinds=(Kind("tiny", Rank.CHECK),),
    notices=lambda user, posts: [count_row("tiny", WorkLog.objects.where_user_may(user, "view"))],
    notice="tests/_tiny.html",
    owed=_owed,
    brief=lambda user, units: [BriefPart("小事", [("一行小事", "急")], "没有。")],
    todos=lambda user, duties: ToDos(
        [SimpleNamespace(rank=Rank.LATER, what="修小事")], (("小事要办", 43, "/goals/"),), 43
    ),
    todo="tests/_todo.html",
    figures=_figures,
    cards="tests/_cards.html",
    tile="tests/_tile.html",
    trend=lambda user: Trend("小事趋势", "十二周的小事", "新小事", "旧小事", [(date(2026, 1, 5), 1, 2)]),
    latest=_latest,
    open_work=(OpenWork("件小事", "请先办掉", lambda unit: ["小事一"]),),
)


TEMPLATES = {
    "_tiny.html": "<p>小事 {{ notice.row.key }} 件</p>",
    "_todo.html": "<p>请{{ row.what }}</p>",
    "_cards.html": "<p>共 {{ figures.own.n }} 件小事</p>",
    "_tile.html": "<p>{{ unit.name }} {{ numbers.n }} 件小事</p>",
}


@pytest.fixture
def tiny(street, tmp_path):
    """The tiny noun in the place of the logs', with templates of its own."""
    (tmp_path / "tests").mkdir()
    for name, text in TEMPLATES.items():
        (tmp_path / "tests" / name).write_text(text, encoding="utf-8")
    names = ["tests.portal.test_nouns.TINY" if "logs" in name else name for name in settings.NOUNS]
    engine = settings.TEMPLATES[0] | {"DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}
    with override_settings(NOUNS=names, TEMPLATES=[engine]):
        yield make_log(street, text="小事在此")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/", "小事 1 件"),
        ("/", "请修小事"),
        ("/", '<a href="/goals/">小事要办 43</a>'),
        ("/", '<span class="count">44</span>'),
        ("/", "共 41 件小事"),
        ("/", "东一社区 42 件小事"),
        ("/", "今年小事</small>"),
        ("/", "小事趋势 <small>"),
        ("/", "十二周的小事"),
        ("/", "刚办好的小事"),
        ("/search/?q=小事", "<h2>小事</h2>"),
        ("/why/tiny/{log}/", "小地方是东一社区"),
        ("/people/{me}/duties/", "一件小事"),
        ("/owed/", "一件欠着的事"),
        ("/units/{unit}/brief/", "一行小事"),
    ],
)
def test_a_noun_alone_puts_a_kind_of_record_on_every_page(street, tiny, client, address, words):
    log_in(client, street.people["secretary"])
    keys = {"log": tiny.pk, "me": street.people["secretary"].pk, "unit": street.units["东一社区"].pk}
    assert words in client.get(address.format(**keys)).content.decode()


def test_open_work_of_a_noun_keeps_its_unit(street, tiny):
    with pytest.raises(Exception, match="1 件小事（小事一），请先办掉"):
        retire_unit(street.units["西村"], on=date.today(), reason="撤销")


def test_a_gated_model_without_a_noun_is_named():
    assert check_nouns(None) == []
    with override_settings(NOUNS=[name for name in settings.NOUNS if not name.endswith(".GOAL")]):
        assert [fault.msg for fault in check_nouns(None)] == ["partybuilding.Goal: has no noun and is part of none"]


def test_keys_are_unique_and_a_model_of_no_noun_is_told_apart():
    assert len({noun.key for noun in nouns()}) == len(nouns()) == len(settings.NOUNS)
    with pytest.raises(LookupError):
        noun_of(Unit)


def records(street):
    """One record of each kind that has a page of why, at the same community."""
    goal = Goal.objects.create(
        unit=street.units["东中心"], year=THIS_YEAR, title="目标", created_by=street.people["commissioner"]
    )
    order = make_order(street)
    return {
        "log": make_log(street),
        "order": order,
        "share": share_of(order, "东一社区"),
        "appeal": make_appeal(street),
        "goal": goal,
    }


def test_every_kind_says_why_it_is_seen_and_only_to_whoever_sees_it(street, client):
    made, said = records(street), {}
    for login in ("commissioner", "far_secretary"):
        log_in(client, street.people[login])
        said[login] = {key: client.get(reverse("why", args=[key, r.pk])).status_code for key, r in made.items()}
    assert said == {"commissioner": dict.fromkeys(made, 200), "far_secretary": dict.fromkeys(made, 404)}
    log_in(client, street.people["commissioner"])
    assert "所在单位是东一社区" in client.get(f"/why/appeal/{made['appeal'].pk}/").content.decode()
    assert client.get(f"/why/alarm/{made['log'].pk}/").status_code == 404


def test_every_kind_with_words_for_its_paths_has_words_for_all_of_them():
    missing = {
        (noun.key, path)
        for noun in nouns()
        if noun.paths
        for paths in (noun.model.unit_paths, noun.model.assigned_paths)
        for path in paths.get("view", ())
        if path not in noun.paths
    }
    assert missing == set()


def test_a_brief_tells_of_appeals_and_hides_those_about_the_reader(street, client):
    shown, about, said = make_appeal(street, title="路灯坏了"), make_appeal(street, title="反映主任的事"), {}
    recuse(about, street.people["office"], street.people["leader"])
    for login in ("leader", "office"):
        log_in(client, street.people[login])
        page = client.get(f"/units/{shown.street_id}/brief/").content.decode()
        said[login] = [title for title in ("路灯坏了", "反映主任的事") if title in page]
    assert said == {"leader": ["路灯坏了"], "office": ["路灯坏了", "反映主任的事"]}
