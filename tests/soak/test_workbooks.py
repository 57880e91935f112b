"""Workbooks that something broke: read, or refused with a sentence; never an error of ours, never half of one."""

import io
import random
import zipfile
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from partybuilding.appeals.importing.writing import clean_file
from tests.soak.sizes import size

SAMPLES = Path(__file__).parent.parent / "partybuilding" / "samples"
STREET = SimpleNamespace(name="玉桥街道党建工作协调委员会")
HOW_MANY = size(short=20, sample=60, full=10_000)
ODD = [
    b"",
    b"<",
    b"&#0;",
    b"&",
    b"1e999",
    b"-1",
    b"99999999999",
    b"NaN",
    b"\x00",
    b"</row>",
    b"<!DOCTYPE a>",
    b"\xff\xfe",
    b'"',
    b"A1048577",
    b't="s"',
    b't="d"',
    b"#REF!",
]


def broken(rng, content):
    """The package with some bytes changed: either of the archive itself, or of one part, packed anew."""
    if rng.random() < 0.4:
        return changed(rng, content)
    book, out = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    victim = rng.choice(book.namelist())
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name in book.namelist():
            if name != victim or rng.random() > 0.05:  # now and then a part is missing
                package.writestr(name, changed(rng, book.read(name)) if name == victim else book.read(name))
    return out.getvalue()


def changed(rng, content):
    data = bytearray(content)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(data))
        data[at : at + rng.randint(0, 8)] = rng.choice([*ODD, bytes([rng.randrange(256)])])
    return bytes(data[: rng.randrange(len(data))] if rng.random() < 0.1 else data)


@pytest.mark.parametrize("sample", ["ledger.xlsx", "callbacks.xlsx"])
def test_mutated_workbooks_are_read_or_refused_in_words(sample):
    whole, seen, said = (SAMPLES / sample).read_bytes(), Counter(), set()
    for seed in range(HOW_MANY // 2):
        file = ContentFile(broken(random.Random(seed), whole), name="坏.xlsx")
        try:
            cleaned = clean_file(file, STREET)
        except ValidationError as refusal:
            seen["refused"] += 1
            said |= set(refusal.messages)
        else:
            seen["read"] += 1
            assert all(facts["number"] and facts["called_at"] for _, facts in cleaned.rows), seed
    assert (seen["read"] > 0, seen["refused"] > 0, sum(seen.values())) == (True, True, HOW_MANY // 2)
    assert [words for words in said if not words.startswith("“坏.xlsx”")] == []
