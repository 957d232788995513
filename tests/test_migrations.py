"""The short way to the tables leads where the long one does."""

import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection


@contextmanager
def empty_database(name, folder):
    """Its address."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{folder}/{name}.sqlite3"
        return
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield os.environ["DATABASE_URL"].rpartition("/")[0] + f"/{name}"
    finally:
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name}")


def tables(way, folder):
    with empty_database(f"relais_{way}", folder) as address:
        made = subprocess.run(
            [sys.executable, "-m", "tests.migrations", way],
            cwd=Path(__file__).parents[1],
            env=os.environ | {"DATABASE_URL": address},
            capture_output=True,
            text=True,
        )
    assert made.returncode == 0, made.stderr
    return made.stdout.splitlines()


@pytest.mark.thorough
@pytest.mark.django_db
def test_the_short_way_to_the_tables_leads_where_the_long_one_does(tmp_path):
    short, long = tables("short", tmp_path), tables("long", tmp_path)

    assert len(long) > 2_000
    assert set(short) ^ set(long) == set()
    assert short == long
