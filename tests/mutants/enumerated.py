"""Remove enumerated protections one at a time and see a test notice: a seeded sample, or all of them.

A protection that a first handful of tests does not miss is tried again with all that the map names. What survives
that is a fault, unless `equivalents.toml` says why nothing can notice.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue

from tests.mutants import mapping
from tests.mutants.choosing import seed
from tests.mutants.committed import RED, UNTOUCHED
from tests.mutants.finding import ROOT, protections

SAMPLE = 30
FIRST = 6  # tests of the first try
EQUIVALENTS = Path(__file__).parent / "equivalents.toml"
VERDICTS = ROOT / "var" / "mutants.jsonl"
TOO_LONG = 98


def equivalents():
    """{id: why no test can notice that it is gone}."""
    return tomllib.loads(EQUIVALENTS.read_text(encoding="utf-8"))


def chosen(every):
    """What this run removes: by MUTANTS_ONLY (part of an id), MUTANTS=all, or the sample; of it one MUTANTS_SHARD i/n."""
    only = os.environ.get("MUTANTS_ONLY")
    if only:
        return [p for p in every if only in p.id]
    if os.environ.get("MUTANTS") != "all":
        print(f"抽取 {SAMPLE} 处保护（共 {len(every)} 处）；重现：MUTANTS_SEED={seed()}", flush=True)
        every = random.Random(seed()).sample(every, min(SAMPLE, len(every)))
    i, n = (int(part) for part in os.environ.get("MUTANTS_SHARD", "1/1").split("/"))
    return every[i - 1 :: n]


class Hand:
    """A process of `hand`, asked by lines of JSON."""

    def __init__(self, folder, number):
        data = folder / f"hand{number}"
        data.mkdir()
        left = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        environment = left | {"DATA_DIR": str(data), "MUTANTS_UNTOUCHED": str(folder / "untouched.sqlite3")}
        command = [sys.executable, "-m", "tests.mutants.hand"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, id, tests):
        self.process.stdin.write(json.dumps({"id": id, "tests": tests}) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def untouched_database(folder):
    """As the migrations make it."""
    left = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--reuse-db", UNTOUCHED]
    subprocess.run(command, cwd=ROOT, env=left | {"DATA_DIR": str(folder)}, capture_output=True, check=True)
    (folder / "test.sqlite3").rename(folder / "untouched.sqlite3")


def verdict(hand, protection, names):
    """{"id", "how", "code", "failed", "seconds"}; code RED when a test noticed."""
    tests, how = mapping.asked_of(protection, names)
    done = {"code": None, "failed": [], "seconds": 0}
    for some in (tests[:FIRST], tests[FIRST:]):
        if some and done["code"] not in {RED, TOO_LONG}:
            answer = hand.ask(protection.id, some)
            done = answer | {"seconds": round(done["seconds"] + answer["seconds"], 1)}
    return {"id": protection.id, "how": how, **done}


def said(found):
    noticed = found["code"] in {RED, TOO_LONG}
    test = found["failed"][0][0] if found["failed"] else "超时" if noticed else f"{found['code']} {found['how']}"
    print(f"{'红' if noticed else '未被发现'}  {found['id']}  {found['seconds']}s  {test}", flush=True)
    with VERDICTS.open("a", encoding="utf-8") as file:
        file.write(json.dumps(found, ensure_ascii=False) + "\n")
    return found


def run_all(those, hands):
    """Verdicts in any order; a test that fails with nothing removed proves nothing, and what it noticed is undone."""
    names = mapping.load()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        untouched_database(folder)
        free = Queue()
        for number in range(hands):
            free.put(Hand(folder, number))

        def work(protection):
            hand = free.get()
            try:
                return said(verdict(hand, protection, names))
            finally:
                free.put(hand)

        with ThreadPoolExecutor(hands) as pool:
            verdicts = list(pool.map(work, those))
        for hand in list(free.queue):
            hand.close()
        broken = _red_anyway(folder, verdicts)
    return [v if not {f[0] for f in v["failed"]} & broken else v | {"code": 0, "how": "red anyway"} for v in verdicts]


def _red_anyway(folder, verdicts):
    """Of the tests that noticed something, those that fail with everything in place; asked of a hand that nothing was done with."""
    tests = {f[0].partition("[")[0] if "test_matrix" in f[0] else f[0] for v in verdicts for f in v["failed"]}
    tests = sorted(t for t in tests if "test_matrix" not in t)
    if not tests:
        return set()
    hand = Hand(folder, "last")
    failed = hand.ask("", tests)["failed"]
    hand.close()
    for test, said in failed:
        print(f"!!! 什么都没有拿掉也失败：{test}  {said}", flush=True)
    return {test for test, _ in failed}


def try_enumerated(hands):
    """(how many were tried, how many survived without being known equivalents)."""
    VERDICTS.parent.mkdir(exist_ok=True)
    every, known = protections(), equivalents()
    gone = sorted(set(known) - {p.id for p in every})
    those = [p for p in chosen(every) if p.id not in known]
    verdicts = run_all(those, hands)
    unmapped = sum(v["how"] in {"module", "nowhere"} for v in verdicts)
    survivors = [v for v in verdicts if v["code"] not in {RED, TOO_LONG}]
    print(f"保护 {len(every)} 处，等价 {len(known)} 处，本次 {len(those)} 处，未被发现 {len(survivors)} 处。")
    for v in survivors:
        print(f"未被发现  {v['id']}（{v['how']}，{v['code']}）")
    if unmapped:
        print(f"!!! {unmapped} 处不在测试对照表里，只按所在文件找测试：请运行 make map")
    for id in gone:
        print(f"!!! equivalents.toml 里的 {id} 已不存在，请删去")
    return len(those), len(survivors) + len(gone)
