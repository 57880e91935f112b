"""Found by Python at its start in every process that a mutant's tests begin: the same protection is missing there too.

`MUTANT` is the id of the protection, whose path the module's file is known by.
"""

import os
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path

MUTANT = os.environ.get("MUTANT", "")
ROOT = Path(__file__).resolve().parent.parent.parent.parent
FILE = str(ROOT / MUTANT.partition("::")[0])
_get_code = SourceFileLoader.get_code


def get_code(self, fullname):
    if self.path != FILE:
        return _get_code(self, fullname)
    sys.path.insert(0, str(ROOT))
    try:
        from tests.mutants.neutral import tree_without
    finally:
        del sys.path[0]
    return compile(tree_without(self.get_data(self.path).decode(), MUTANT), FILE, "exec", dont_inherit=True)


if MUTANT:
    SourceFileLoader.get_code = get_code
