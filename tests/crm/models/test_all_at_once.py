"""The short way to the tables leads where the long one does."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.empty_database import empty_database


def tables(way, folder):
    with empty_database(f"relais_{way}", folder) as address:
        made = subprocess.run(
            [sys.executable, "-m", "tests.migrations", way],
            cwd=settings.BASE_DIR,
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
