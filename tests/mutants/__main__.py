"""Take protections away and see the suite go red: the committed mutants, then a sample of what is enumerated.

Names of mutants as arguments narrow the run to these. MUTANTS=all removes every enumerated protection and no committed one,
MUTANTS=committed only the committed ones; MUTANTS_SEED repeats a sample, MUTANTS_SHARD=i/n runs one part of n, MUTANTS_ONLY
those whose id holds a text, MUTANTS_HANDS sets how many at once.
"""

import os
import sys

from tests.mutants.committed import try_committed
from tests.mutants.enumerated import try_enumerated


def main(names):
    hands, wanted = int(os.environ.get("MUTANTS_HANDS", 2)), os.environ.get("MUTANTS", "")
    done = []
    if names or (wanted != "all" and "MUTANTS_ONLY" not in os.environ):
        done.append(try_committed(names, hands))
    if not names and wanted != "committed":
        done.append(try_enumerated(hands))
    tried, survivors = (sum(column) for column in zip(*done, strict=True))
    print(f"{tried - survivors} passed, {survivors} failed")
    sys.exit(bool(survivors) or not tried)


main(sys.argv[1:])
