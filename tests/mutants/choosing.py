"""Which of the committed mutants a run tries: those of what was touched since the landing before, and a seeded third of all."""

import os
import random
import subprocess
from functools import cache

from tests.mutants.committed import ROOT


@cache
def seed():
    """MUTANTS_SEED, or a number that is said; one for the third and for the sample of the enumerated."""
    return int(os.environ.get("MUTANTS_SEED") or random.randrange(10**6))


def _git(*arguments):
    """What git says, or None where it says nothing or is not there."""
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


def base():
    """The commit of the landing before: MUTANTS_BASE, or where this branch left the one it follows, or the commit before this."""
    here = _git("rev-parse", "HEAD")
    left = os.environ.get("MUTANTS_BASE") or _git("merge-base", "HEAD", "@{upstream}")
    return left if left and left != here else _git("rev-parse", "--verify", "--quiet", "HEAD~1")


def touched():
    """Paths that differ from the base, in commits or in the working tree; none where the base is unknown."""
    known = base()
    return set((_git("diff", "--name-only", known) or "").split("\n")) - {""} if known else set()


def of_these(mutants, paths):
    """The mutants whose file, or one of whose tests, is among the paths."""
    return [m for m in mutants if paths & {m.file, *(test.partition("::")[0] for test in m.tests)}]


def a_third(mutants):
    return random.Random(seed()).sample(mutants, -(-len(mutants) // 3))


def to_try(mutants):
    """In the order given; says what was chosen and how it is repeated."""
    paths = touched()
    near, third = of_these(mutants, paths), a_third(mutants)
    names = {m.name for m in [*near, *third]}
    print(
        f"改动所及 {len(near)} 处，抽取三分之一 {len(third)} 处（共 {len(mutants)} 处）；重现：MUTANTS_SEED={seed()}",
        flush=True,
    )
    return [m for m in mutants if m.name in names]
