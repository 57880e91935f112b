"""The three administrators, and where a backup is brought back."""

import os

import psycopg2
import pytest
from django.db import connection
from django.test import Client

from tests.cast import log_in


@pytest.fixture
def admins(street):
    return {login: log_in(Client(), street.people[login]) for login in ("sysadmin", "secadmin", "auditor")}


@pytest.fixture
def elsewhere(tmp_path):
    """The address of an empty database of the other kind where there is one, else of the same kind."""
    if connection.vendor == "postgresql" or not os.environ.get("REDIS_URL"):
        yield f"sqlite:///{tmp_path}/elsewhere.sqlite3"
        return
    name = f"restored_{os.getpid()}"
    server = psycopg2.connect(host="127.0.0.1", user="postgres", dbname="postgres")
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
        yield f"postgres://postgres@127.0.0.1:5432/{name}"
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()
