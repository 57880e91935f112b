"""Every migration can be taken back: a street that goes back to the version before loses nothing it had then."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests import migrated

OURS = ("districts", "partybuilding")


@pytest.mark.django_db
def test_every_operation_says_how_it_is_taken_back():
    migrations = {key: found for key, found in MigrationLoader(connection).disk_migrations.items() if key[0] in OURS}
    assert len(migrations) > 35
    stuck = {key for key, found in migrations.items() for operation in found.operations if not operation.reversible}
    assert stuck == set()


def test_a_kept_database_of_other_migrations_is_never_copied(monkeypatch, tmp_path):
    path = tmp_path / "districts" / "migrations" / "0001_one.py"
    path.parent.mkdir(parents=True)
    path.write_text("one")
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    monkeypatch.setattr(migrated, "KEPT", tmp_path)
    migrated.kept().write_bytes(b"made")
    assert (migrated.copied_to(tmp_path / "copy"), (tmp_path / "copy").read_bytes()) == (True, b"made")
    path.write_text("two")
    assert migrated.copied_to(tmp_path / "none") is False
    assert not (tmp_path / "none").exists()
