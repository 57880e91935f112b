"""Which tests run for a protection: built from recordings, kept in coverage_map.json.gz, asked by name, not by line.

`make map` records the suite anew; `python -m tests.mutants.mapping FOLDER…` adds what else was recorded, and with
`noticed` puts in front, of each protection, the test that noticed it gone in the last runs.
"""

import ast
import gzip
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.mutants.finding import ROOT, SCOPES, modules, protections

KEPT = Path(__file__).parent / "coverage_map.json.gz"
MOST, MOST_URLS = (
    40,
    6,
)  # kept for each name: the most specific first, quick ones first among these; rows of the matrix last
MATRIX = "@"


def functions_in(path):
    """(qualified name, first line, last line) of each function of a module."""

    def inside(node, scope):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, SCOPES):
                name = f"{scope}{child.name}"
                if not isinstance(child, ast.ClassDef):
                    yield name, child.lineno, child.end_lineno
                yield from inside(child, f"{name}." if isinstance(child, ast.ClassDef) else f"{name}.<locals>.")
            else:
                yield from inside(child, scope)

    return inside(ast.parse((ROOT / path).read_text(encoding="utf-8")), "")


def build(folders):
    """{name: tests} for ids of protections, `path::function`, and paths."""
    recorded = [_read(folder) for folder in folders]
    seconds = {test: s for notes, _ in recorded for test, s in notes["seconds"].items()}
    failed = {test for notes, _ in recorded for test in notes["failed"]}
    lines = {}
    for _, found in recorded:
        for path, by_line in found.items():
            for line, tests in by_line.items():
                lines.setdefault(path, {}).setdefault(line, set()).update(set(tests) - failed - {""})
    breadth = Counter(test for by_line in lines.values() for tests in by_line.values() for test in tests)
    rank = lambda test: (test.startswith(MATRIX), breadth[test], seconds.get(test, 0), test)  # noqa: E731
    spans = _spans(lines)
    return {name: _kept(sorted(tests, key=rank)) for name, tests in sorted(spans.items()) if tests}


def _kept(tests):
    urls = [test for test in tests if test.startswith(MATRIX)]
    return [test for test in tests if not test.startswith(MATRIX)][:MOST] + urls[:MOST_URLS]


def _spans(lines):
    found = {}
    for protection in protections():
        first, last = protection.lines
        here = lines.get(protection.path, {})
        # A raise is reached by the line it begins on; what stands inside an expression by any line of it.
        found[protection.id] = set().union(*(here.get(n, ()) for n in range(first, last + 1)))
    for protection in protections():
        if protection.kind == "check":  # those tests notice in which what it calls refused something
            found[protection.id] = found[protection.id] & _refusing(protection.key, found) or found[protection.id]
    for path in modules():
        here = lines.get(path, {})
        for name, first, last in functions_in(path):
            found[f"{path}::{name}"] = set().union(*(here.get(n, ()) for n in range(first + 1, last + 1)))
        found[path] = set().union(*here.values()) if here else set()
    return found


def _refusing(name, found):
    """The tests that reached a raise in a function of that name."""
    return set().union(*(tests for id, tests in found.items() if f"{name}::raise::" in id))


def _read(folder):
    """(notes, {path: {line: tests}}) of one recording."""
    import coverage

    data = coverage.CoverageData(str(Path(folder) / "lines"))
    data.read()
    found = {}
    for file in data.measured_files():
        for path in modules():
            if file.endswith(f"/{path}"):
                found[path] = data.contexts_by_lineno(file)
    return _notes(folder), found


def _notes(folder):
    return json.loads((Path(folder) / "notes.json").read_text(encoding="utf-8"))


def save(names):
    """Tests are numbered, names point to them."""
    tests = sorted({test for found in names.values() for test in found})
    number = {test: n for n, test in enumerate(tests)}
    packed = {"tests": tests, "names": {name: [number[t] for t in found] for name, found in names.items()}}
    text = json.dumps(packed, ensure_ascii=False, separators=(",", ":"))
    KEPT.write_bytes(gzip.compress(text.encode(), mtime=0))


def added(known, new, tests):
    """The first stays the first, then comes what was recorded last; what is no longer among the `tests` of its file goes."""
    files = {test.partition("::")[0] for test in tests}
    left = {
        name: [t for t in found if t in tests or t.partition("::")[0] not in files] for name, found in known.items()
    }
    found = {
        name: _kept(list(dict.fromkeys([*left.get(name, ())[:1], *new.get(name, ()), *left.get(name, ())[1:]])))
        for name in sorted({*left, *new})
    }
    return {name: kept for name, kept in found.items() if kept}


def in_front(names, verdicts):
    """The map with the test in front that noticed; `verdicts` are lines of JSON (enumerated.VERDICTS)."""
    for found in map(json.loads, verdicts):
        test = found["failed"][0][0] if found["failed"] else "test_matrix"
        if "test_matrix" not in test:  # a row of the matrix is asked by the name of its URL
            names[found["id"]] = [test, *(t for t in names.get(found["id"], ()) if t != test)]
    return names


def recorded_tests(folders):
    return {test for folder in folders for test in _notes(folder)["seconds"]}


def load():
    packed = json.loads(gzip.decompress(KEPT.read_bytes()))
    return {name: [packed["tests"][n] for n in found] for name, found in packed["names"].items()}


# Where no line runs at the moment of the test: what asks every URL by every method, and every constraint by a wrong row.
OF_A_KIND = {"method": ["tests/access/test_only_its_methods.py"], "constraint": ["tests/portal/test_constraints.py"]}


def asked_of(protection, names):
    """(tests, how they were found): by its kind, its own lines, its function, or its module."""
    if protection.kind in OF_A_KIND:
        return OF_A_KIND[protection.kind], "kind"
    places = {"line": protection.id, "function": f"{protection.path}::{protection.qualname}", "module": protection.path}
    for how, name in places.items():
        if names.get(name):
            return list(dict.fromkeys([*names[name], *_in_a_process(protection.path)])), how
    return tests_that_name(protection.path), "nowhere"


# What runs in a process of its own, which no recording sees.
IN_A_PROCESS = {
    "yuqiao_portal/operations/": [
        "tests/portal/test_backup.py",
        "tests/portal/test_backup_is_everything.py",
        "tests/portal/test_old_backups.py",
        "tests/portal/test_cut_off_upgrades.py",
    ],
    "yuqiao_portal/management/commands/": [
        "tests/portal/test_backup.py",
        "tests/portal/test_operating.py",
        "tests/portal/test_cut_off_upgrades.py",
    ],
    "districts/reading/workbook_child.py": ["tests/partybuilding/test_odd_workbooks.py"],
    "yuqiao_portal/settings.py": ["tests/portal/test_refusals.py", "tests/test_architecture.py"],
}


def _in_a_process(path):
    return [test for start, tests in IN_A_PROCESS.items() if path.startswith(start) for test in tests]


def tests_that_name(path):
    """Files of tests that run a module in a process, mention it, or mention the package that it lies in."""
    module = path.removesuffix(".py").replace("/", ".")
    texts = {file: file.read_text(encoding="utf-8") for file in sorted((ROOT / "tests").rglob("test_*.py"))}
    found = _in_a_process(path)
    for name in (module, module.rpartition(".")[0]):
        found += [file.relative_to(ROOT).as_posix() for file, text in texts.items() if f"{name} import" in text]
        if found:
            return list(dict.fromkeys(found))[:MOST_URLS]
    return []


def record():
    """Run the suite with each test noted; returns the folders. Browser and soak tests run other processes."""
    folder = ROOT / "var" / "recorded"
    shutil.rmtree(folder, ignore_errors=True)
    environment = os.environ | {"MUTANTS_RECORD": str(folder)}
    left_out = ["--ignore=tests/browser", "--ignore=tests/soak"]
    command = [sys.executable, "-m", "pytest", "-p", "tests.mutants.recording", "tests", *left_out]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return [folder]


if __name__ == "__main__":
    folders = sys.argv[1:]
    if folders == ["noticed"]:
        save(in_front(load(), (ROOT / "var" / "mutants.jsonl").read_text(encoding="utf-8").splitlines()))
    elif folders == ["record"]:
        save(build(record()))
    else:
        save(added(load(), build(folders), recorded_tests(folders)))
    print(f"{KEPT.name}: {KEPT.stat().st_size // 1024} kB")
