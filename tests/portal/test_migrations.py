"""Every migration can be taken back: a street that goes back to the version before loses nothing it had then."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

OURS = ("districts", "partybuilding")


@pytest.mark.django_db
def test_every_operation_says_how_it_is_taken_back():
    migrations = {key: found for key, found in MigrationLoader(connection).disk_migrations.items() if key[0] in OURS}
    assert len(migrations) > 35
    stuck = {key for key, found in migrations.items() for operation in found.operations if not operation.reversible}
    assert stuck == set()
