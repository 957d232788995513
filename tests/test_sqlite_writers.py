"""Eight processes that write to one SQLite file through the services: all get their turn, and nothing is lost.

The test starts this module as a program, because its processes must not share connections with pytest's.
"""

import json
import multiprocessing
import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from statistics import quantiles

import django
import pytest
from django.conf import settings
from django.db import connection

WRITERS, WRITES = 8, 40
MONDAY = date(2026, 1, 5)
NOW = datetime(2026, 12, 20, 12, 0, tzinfo=UTC)
SECONDS = 20  # how long the settings let a writer wait for its turn

pytestmark = pytest.mark.skipif(
    "connection.vendor != 'sqlite'",
    reason="the file is SQLite's: the run on SQLite has shown it already",
)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """What the program found, as it wrote it."""
    address = f"sqlite:///{(tmp_path_factory.mktemp('writers') / 'relais.sqlite3').as_posix()}"
    program = subprocess.run(
        [sys.executable, "-m", "tests.test_sqlite_writers"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "crm.settings"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert program.returncode == 0, program.stderr
    return json.loads(program.stdout.splitlines()[-1])


def test_every_writer_gets_its_turn(told):
    assert told["failures"] == []
    assert len(told["seconds"]) == WRITERS * WRITES


def test_nothing_that_was_written_is_lost(told):
    assert told["version"] == 1 + WRITERS * WRITES // 2
    assert told["worked days"] == WRITERS * WRITES // 2


def test_nobody_waits_until_the_patience_ends(told):
    p99 = quantiles(told["seconds"], n=100)[98]

    sys.stdout.write(
        f"p99 of {len(told['seconds'])} writes by {WRITERS} processes: {p99 * 1_000:.0f} ms\n"
    )
    assert p99 < SECONDS / 2


def test_every_process_has_the_settings_that_this_rests_on(told):
    assert told["settings"] == [["wal", SECONDS * 1_000, "IMMEDIATE"]] * WRITERS


def main():
    """Make the file, let all write, and tell what happened as one line of JSON."""
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    assignments = seed()
    connection.close()

    start, answers = multiprocessing.Barrier(WRITERS), multiprocessing.Queue()
    writers = [
        multiprocessing.Process(target=write, args=(key, start, answers)) for key in assignments
    ]
    for writer in writers:
        writer.start()
    outcomes = [answers.get(timeout=100) for _writer in writers]
    for writer in writers:
        writer.join()

    from engagements.models import Engagement
    from volunteers.models import WorkDay

    report = {
        "settings": [one["settings"] for one in outcomes],
        "seconds": [spent for one in outcomes for spent in one["seconds"]],
        "failures": [failure for one in outcomes for failure in one["failures"]],
        "version": Engagement.objects.get().version,
        "worked days": WorkDay.objects.count(),
    }
    sys.stdout.write(json.dumps(report) + "\n")


def seed():
    """One engagement that all change, and an assignment to it for each writer."""
    from tests.engagements.factories import EngagementFactory
    from tests.volunteers.factories import AssignmentFactory

    engagement = EngagementFactory(started_on=MONDAY)
    return [AssignmentFactory(engagement=engagement).pk for _writer in range(WRITERS)]


def write(key, start, answers):
    """By turns a week of the writer's own and a change to what all share."""
    django.setup()  # not every system starts a process as a copy of this one

    from engagements.services import engagements
    from volunteers.models import Assignment
    from volunteers.services import weeks

    assignment = Assignment.objects.select_related("volunteer__user", "engagement").get(pk=key)
    person, seconds, failures = assignment.volunteer.user, [], []
    start.wait(timeout=60)
    for turn in range(WRITES):
        began = time.monotonic()
        try:
            if turn % 2:
                engagements.change_engagement(
                    assignment.engagement, {"need": f"{key}, {turn}"}, by=person
                )
            else:
                week = MONDAY + timedelta(weeks=turn)
                weeks.log_work(
                    assignment,
                    weeks.WorkedWeek(week=week, days={week: 2}, done="Done."),
                    by=person,
                    at=NOW,
                )
        except Exception as raised:
            failures.append(repr(raised))
        seconds.append(time.monotonic() - began)
    with connection.cursor() as cursor:
        pragmas = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "busy_timeout")
        ]
    answers.put(
        {
            "settings": [*pragmas, connection.transaction_mode],
            "seconds": seconds,
            "failures": failures,
        }
    )


if __name__ == "__main__":
    main()
