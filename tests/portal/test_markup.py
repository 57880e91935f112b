"""Pages are valid HTML: no id stands twice, what points at something finds it, a box to tick is drawn as one."""

import pytest
from django.test import Client

from tests.access.seed import seed
from tests.cast import log_in
from tests.markup import faults_of
from tests.walking import pages_of

pytestmark = pytest.mark.one_database
SENT = ("/orders/new/", "/worklogs/new/", "/goals/new/", "/appeals/new/", "/appeals/rules/", "/password/")
WRONG = {
    '<p id="a"></p><p id="a"></p>': ["id a 2 times"],
    "<span><div></div></span>": ["<div> stands in ['span']"],
    "<ul><p>x</p></ul>": ["<p> stands in <ul>"],
    "<dl>x</dl>": ["words stand in <dl>: x"],
    "<li>x</li>": ["<li> stands in <>"],
    "<h2> </h2>": ["<h2> is empty"],
    "<p>x": ["left open: ['p']"],
    "<b><i>x</b></i>": ["</b> closes ['b', 'i']", "left open: ['b']"],
    '<img src="x">': ["<img> without alt"],
    '<p class="a" class="b">x</p>': ["<p> has class twice"],
    '<td align="right">1</td>': ["<td> has the obsolete align"],
    '<p hx-get="/">x</p>': ["<p> has hx-get"],
    '<p style="x">x</p>': ["<p> has style"],
    '<nav role="navigation">x</nav>': ["<nav> is a navigation by itself"],
    '<span aria-label="x">x</span>': ["<span> takes no name: x"],
    "<time>11月3日</time>": ["<time> of None"],
    '<input type="checkbox" class="form-control" name="n">': ["n is drawn as a field of text"],
    '<label for="b">x</label>': ["label for points at b"],
    '<a href="#">x</a>': ["a href points at nothing"],
    "<a><button>x</button></a>": ["<button> is pressed inside ['a']"],
}


@pytest.mark.parametrize("page", WRONG)
def test_the_reader_finds_what_is_wrong(page):
    assert faults_of(page) == WRONG[page]


def test_the_reader_finds_nothing_wrong_with_what_is_right():
    assert faults_of('<ol><li><p>x <a href="#m">y</a></p></li></ol><main id="m"><img src="x" alt=""></main>') == []


@pytest.mark.django_db
@pytest.mark.parametrize("login", ["office", "leader", "secretary", "commissioner", "discipline", "clerk", "sysadmin"])
def test_every_page_is_valid(login):
    world, client = seed(), Client()
    log_in(client, world.street.people[login])
    wrong, read = {}, 0
    for address, page in pages_of(client, world):
        read += 1
        wrong |= {fault: address for fault in faults_of(page)}
    assert wrong == {}
    assert read > 5


def test_a_form_that_comes_back_is_valid_and_its_summary_leads_to_its_fields(street, client):
    log_in(client, street.people["office"])
    for address in SENT:
        answer = client.post(address, {})
        assert (address, faults_of(answer.content.decode())) == (address, [])


def test_pages_of_an_error_are_valid(street, client):
    log_in(client, street.people["office"])
    for address in ("/nothing-here/", "/logout/", "/login/"):
        assert (address, faults_of(client.get(address, follow=True).content.decode())) == (address, [])
