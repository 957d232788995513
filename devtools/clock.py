"""Days on which the suite must be green, and what lets every process believe that it is one of them.

The clock is libfaketime's: Python, its child processes, SQLite and the PostgreSQL server all ask the C library for the
time, and it answers with a fixed number of seconds added. Chromium does not start under that: its pages are given the
same clock by Playwright (tests/journeys/site.py).
"""

import math
import os
import random
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PARIS = "Europe/Paris"


@dataclass(frozen=True)
class Moment:
    """What a machine's clock shows when a run begins, and in which zone the machine stands."""

    name: str
    shows: str
    zone: str = PARIS

    @property
    def at(self):
        return datetime.fromisoformat(self.shows).replace(tzinfo=ZoneInfo(self.zone))

    def __str__(self):
        return f"{self.at:%A} {self.shows} in {self.zone}"


# Begun a little before what is to happen while the tests run.
DAYS = [
    Moment("saturday", "2026-11-28 10:00"),
    Moment("sunday", "2026-11-29 21:00"),
    Moment("new-years-eve", "2026-12-31 23:40"),
    Moment("new-year", "2027-01-01 00:20"),
    Moment("leap-day", "2028-02-29 23:30"),
    Moment("clocks-forward", "2027-03-28 01:58"),
    Moment("clocks-back-2026", "2026-10-25 02:55"),
    Moment("clocks-back-2027", "2027-10-31 02:55"),
    Moment("week-53", "2027-01-03 10:00"),
    Moment("first-of-a-month", "2027-06-01 00:10"),
    Moment("last-of-a-month", "2027-04-30 22:30"),
    Moment("friday", "2026-12-04 16:00"),
    Moment("noumea", "2026-12-01 07:30", "Pacific/Noumea"),
    Moment("reunion", "2027-02-01 01:30", "Indian/Reunion"),
    Moment("utc", "2026-12-31 23:05", "UTC"),
]

# What `thorough` takes of a day, this or the journeys: nearly all that ever failed on some day failed here. Left to
# `dev.py clock` are figures and statistics, whose windows are written down, axe, which measures no days, races, roles,
# and of crm what asks no more of a day than that it comes after another.
TELLING = [
    "tests/volunteers",
    "tests/engagements",
    "tests/journeys",
    "tests/test_demo.py",
    "tests/crm/api/test_todos.py",
    "tests/crm/domain/test_formatting.py",
    "tests/crm/domain/test_letters.py",
    "tests/crm/domain/test_request_states.py",
    "tests/crm/domain/test_todos.py",
    "tests/crm/domain/test_workdays.py",
    "tests/crm/files/test_pdf.py",
    "tests/crm/management/test_jobs.py",
    "tests/crm/selectors/test_duplicates.py",
    "tests/crm/selectors/test_holds.py",
    "tests/crm/selectors/test_request_figures.py",
    "tests/crm/services/test_digest.py",
    "tests/crm/services/test_referrals.py",
    "tests/crm/services/test_requests.py",
    "tests/crm/services/test_snoozes.py",
    "tests/crm/services/test_upkeep.py",
    "tests/crm/test_admin.py",
    "tests/crm/views/test_offers.py",
    "tests/crm/views/test_requests.py",
    "tests/crm/views/test_todos.py",
    "-k",
    "not races and not permissions",
]
JOURNEYS = ["tests/journeys/browser", "-k", "not axe and not very_long_words"]
PARTS = {"sqlite": TELLING, "browser": JOURNEYS}


def moments(asked, zone):
    """The moments that the words on the command line mean; ValueError says what they may be."""
    named = {moment.name: moment for moment in DAYS}
    if asked == "all":
        return DAYS
    known = named.get(asked) or Moment("a moment of your own", asked)
    moment = Moment(known.name, known.shows, zone or known.zone)
    try:
        str(moment)
    except (ValueError, ZoneInfoNotFoundError):
        raise ValueError(
            f"Which moment? One of {', '.join([*named, 'all'])}, or such as '2027-01-03 10:00', with --zone."
        ) from None
    return [moment]


def some(number):
    return random.sample(DAYS, number)


def shifted(moment, library):
    """The environment of processes whose clock shows the moment now."""
    own = int(os.environ.get("FAKETIME", "0"))  # by how much this process is shifted itself
    really = datetime.now(UTC) - timedelta(seconds=own)
    seconds = math.ceil((moment.at.astimezone(UTC) - really) / timedelta(seconds=1))
    return {
        "LD_PRELOAD": str(library),
        "FAKETIME": f"{seconds:+d}",
        "DONT_FAKE_MONOTONIC": "1",  # what is waited is real time
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        "NO_FAKE_STAT": "1",  # so is the age of files: else Python compiles each of its own anew
        "TZ": moment.zone,
    }


def copy_library(python, folder):
    """libfaketime where every user may read it, or None: the test packages bring it for Linux on Intel alone."""
    where = "import libfaketime; print(libfaketime.__path__[0])"
    found = subprocess.run([python, "-c", where], capture_output=True, text=True)
    library = Path(found.stdout.strip(), "vendor/libfaketime/src/libfaketime.so.1")
    if found.returncode != 0 or not library.exists():
        return None
    folder.chmod(0o755)  # PostgreSQL runs as somebody else
    copy = Path(shutil.copy(library, folder))
    asked = subprocess.run(
        [python, "-c", "import time; time.sleep(0.01); print(time.time())"],
        env=os.environ | shifted(Moment("", "2001-01-01 00:00"), copy),
        capture_output=True,
        text=True,
    )
    return copy if asked.stdout.startswith("97830") else None
