"""The short way to the tables leads where the long one does."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import pre_migrate

from tests.empty_database import empty_database


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


@pytest.mark.postgres
@pytest.mark.django_db
def test_a_migration_takes_its_time_and_waits_no_longer_for_a_lock_than_pages_do():
    def timeouts(**given):
        with connection.cursor() as cursor:
            cursor.execute("SHOW statement_timeout")
            [statement] = cursor.fetchone()
            cursor.execute("SHOW lock_timeout")
            [lock] = cursor.fetchone()
        seen.append((statement, lock))

    seen = []
    pre_migrate.connect(timeouts)
    try:
        call_command("migrate", verbosity=0)
    finally:
        pre_migrate.disconnect(timeouts)
    timeouts()

    assert set(seen[:-1]) == {("0", "5s")}
    assert seen[-1] == ("10s", "5s")
