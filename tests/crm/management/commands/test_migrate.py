"""A migration takes its time."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.signals import pre_migrate


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
