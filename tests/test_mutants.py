"""The tools that take protections away: they find what there is, and what they take away is gone, also in other processes."""

import ast
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.mutants.choosing import a_third, of_these
from tests.mutants.committed import Mutant, committed
from tests.mutants.enumerated import equivalents
from tests.mutants.finding import ROOT, protections, walk
from tests.mutants.neutral import tree_without

SOURCE = """
@require_POST
def act(request, rows):
    check_size(rows)
    if not rows.where_user_may(request.user, "view").exists():
        raise Http404
    try:
        return rows.first()
    except KeyError:
        raise NotImplementedError

class Form:
    phone = Field(validators=[short])

    def clean(self):
        def inner(x):
            raise forms.ValidationError(x)
        self.add_error("a", "b")

    class Meta:
        constraints = [models.CheckConstraint(condition=1, name="one")]
"""


def test_every_kind_of_protection_is_found_once():
    found = [(qualname, kind, nth) for _, qualname, kind, nth, _ in walk(ast.parse(SOURCE))]
    assert found == [
        ("act", "method", 1),
        ("act", "check", 1),
        ("act", "gate", 1),
        ("act", "raise", 1),
        ("Form", "validators", 1),
        ("Form.clean.<locals>.inner", "raise", 1),
        ("Form.clean", "add_error", 1),
        ("Form.Meta", "constraint", 1),
    ]


@pytest.mark.parametrize(
    ("id", "there", "instead"),
    [
        ("x.py::act::raise::1", "        raise Http404", "if False:\n            raise Http404"),
        ("x.py::act::check::1", "check_size(rows)", "if False:\n        check_size(rows)"),
        ("x.py::act::gate::1", "rows.where_user_may(", "rows.all(*(request.user, 'view')[:0])"),
        ("x.py::Form.clean.<locals>.inner::raise::1", "raise forms", "if False:\n                raise forms"),
    ],
)
def test_what_is_taken_away_does_nothing_and_names_what_it_named(id, there, instead):
    assert there in SOURCE
    assert instead in ast.unparse(tree_without(SOURCE, id))


def test_names_are_unique_and_equivalents_are_protections_with_a_reason():
    ids = [found.id for found in protections()]
    assert len(ids) == len(set(ids)) > 700
    assert {id for id in equivalents() if id not in ids} == set()
    assert {id for id, why in equivalents().items() if len(why) < 20} == set()


def test_a_process_that_a_test_begins_lacks_it_too():
    asked = "from yuqiao_portal.settings import read_flag; print(read_flag('DJANGO_DEBUG', '0'))"
    given = {"PATH": "/usr/bin:/bin", "DJANGO_SECRET_KEY": "k" * 40, "X": "yes", "DJANGO_ALLOWED_HOSTS": "x"}
    asked = asked.replace("'DJANGO_DEBUG'", "'X'")
    missing = {
        "PYTHONPATH": str(ROOT / "tests/mutants/children"),
        "MUTANT": "yuqiao_portal/settings.py::read_flag::raise::1",
    }
    run = SimpleNamespace(cwd=ROOT, capture_output=True, text=True, check=False).__dict__
    whole = subprocess.run([sys.executable, "-c", asked], env=given, **run)
    without = subprocess.run([sys.executable, "-c", asked], env=given | missing, **run)
    assert ("X 只能是 0 或 1" in whole.stderr, without.stdout) == (True, "False\n")


def test_what_a_collected_suite_has_frozen_is_still_found():
    """Frozen objects are not among those that the collector knows, where living functions are looked for."""
    gate = next(p for p in protections() if p.kind == "raise" and p.path == "districts/files/uploads.py")
    code = "import gc, django; django.setup(); import districts.files.uploads; gc.freeze()\n"
    code += "from tests.mutants.finding import protections; from tests.mutants.removing import remove\n"
    code += f"remove(next(p for p in protections() if p.id == {gate.id!r})); print('gone')"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "gone\n", done.stderr


def test_every_committed_mutant_takes_something_away_from_exactly_one_place():
    mutants = committed()
    assert len(mutants) > 150
    assert [m.name for m in mutants if m.put_into(text_of(m.file)) == text_of(m.file)] == []


def text_of(path):
    return (ROOT / path).read_text(encoding="utf-8")


def test_the_tests_that_must_notice_are_there():
    """A file and, where one is named, its function; the ids of parametrized tests are pytest's."""
    names = {test for mutant in committed() for test in mutant.tests}
    assert [name for name in names if not is_there(*name.partition("[")[0].partition("::")[::2])] == []


def is_there(file, function):
    return (ROOT / file).exists() and f"def {function.rpartition('::')[2]}" in text_of(file)


@pytest.mark.parametrize("text", ["gone", "once and once"])
def test_a_mutant_that_finds_nothing_or_two_places_is_a_fault(text):
    mutant = Mutant("lost", [], "x.py", find="once", replace="never")
    with pytest.raises(ValueError, match=r"matches in x\.py"):
        mutant.put_into(text)


def test_a_run_tries_what_was_touched_and_the_same_third_again():
    """A mutant is touched with its file and with a test that must notice it."""
    mutants = committed()
    near = of_these(mutants, {"districts/access.py", "tests/partybuilding/test_apart.py"})
    assert {m.file == "districts/access.py" for m in near} == {True, False}
    assert [m for m in mutants if m.file == "districts/access.py" and m not in near] == []
    assert (of_these(mutants, set()), a_third(mutants), len(a_third(mutants)) * 3 // len(mutants)) == (
        [],
        a_third(mutants),
        1,
    )
    assert a_third([]) == []
