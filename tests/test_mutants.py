"""The tools that take protections away: they find what there is, and what they take away is gone, also in other processes."""

import ast
import subprocess
import sys
from types import SimpleNamespace

import pytest

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


def taken_away(patch):
    """(path, line) of each line that a patch takes away."""
    path = None
    for line in patch.read_text(encoding="utf-8").splitlines():
        if line.startswith("+++ b/"):
            path = line.removeprefix("+++ b/")
        elif line.startswith("-") and not line.startswith("--- "):
            yield path, line[1:]


def test_every_committed_patch_still_finds_what_it_takes_away():
    patches = sorted((ROOT / "tests" / "mutants").glob("*.patch"))
    assert len(patches) > 150
    texts = {path: (ROOT / path).read_text(encoding="utf-8").splitlines() for p in patches for path, _ in taken_away(p)}
    assert {p.stem for p in patches for path, line in taken_away(p) if line not in texts[path]} == set()
