"""Take protections away and see the suite go red: committed mutants, then a sample of what is enumerated.

Of the committed ones those of files touched since the landing before, and a seeded third (`choosing`); MUTANTS=committed
tries them all and no other, MUTANTS=all removes every enumerated protection and no committed one. Names of mutants as
arguments narrow the run to these; MUTANTS_SEED repeats a sample, MUTANTS_SHARD=i/n runs one part of n, MUTANTS_ONLY
those whose id holds a text, HANDS sets how many at once.
"""

import os
import sys

from tests.mutants.choosing import to_try
from tests.mutants.committed import try_committed
from tests.mutants.enumerated import try_enumerated


def main(names):
    hands, wanted = int(os.environ.get("HANDS", 2)), os.environ.get("MUTANTS", "")
    done = []
    if names or (wanted != "all" and "MUTANTS_ONLY" not in os.environ):
        done.append(try_committed(names, hands, list if wanted == "committed" else to_try))
    if not names and wanted != "committed":
        done.append(try_enumerated(hands))
    tried, survivors = (sum(column) for column in zip(*done, strict=True))
    print(f"{tried - survivors} passed, {survivors} failed")
    sys.exit(bool(survivors) or not tried)


main(sys.argv[1:])
