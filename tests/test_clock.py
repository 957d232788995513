"""The days on which `dev.py clock` runs the suite, and whether every kind of process then lives on that day."""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from devtools import clock

needs_library = pytest.mark.skipif(
    (platform.system(), platform.machine()) != ("Linux", "x86_64"),
    reason="libfaketime is packed for Linux on Intel",
)
SAYS = """
import datetime, sqlite3, subprocess, sys, time
began = time.monotonic(); time.sleep(0.2)
print(datetime.datetime.now().isoformat())
print(sqlite3.connect(":memory:").execute("select datetime('now', 'localtime')").fetchone()[0].replace(" ", "T"))
print(subprocess.run(["date", "+%FT%T"], capture_output=True, text=True).stdout.strip())
print(time.monotonic() - began)
"""


class TestMoments:
    def test_all_of_the_issue_are_there(self):
        days = {moment.name: (f"{moment.at:%A %d %B}", moment.zone) for moment in clock.DAYS}

        assert {day.split()[0] for day, _zone in days.values()} >= {"Saturday", "Sunday", "Friday"}
        assert days["leap-day"] == ("Tuesday 29 February", "Europe/Paris")
        assert {zone for _day, zone in days.values()} == {
            "Europe/Paris",
            "Pacific/Noumea",
            "Indian/Reunion",
            "UTC",
        }

    @pytest.mark.parametrize("name", ["clocks-forward", "clocks-back-2026", "clocks-back-2027"])
    def test_clocks_change_while_the_tests_run(self, name):
        (moment,) = clock.moments(name, None)
        began = moment.at.astimezone(UTC)
        offsets = {
            (began + timedelta(minutes=after)).astimezone(moment.at.tzinfo).utcoffset()
            for after in (0, 10)
        }

        assert len(offsets) == 2

    def test_one_of_your_own_in_any_zone(self):
        (moment,) = clock.moments("2027-01-03 10:00", "Pacific/Noumea")

        assert moment.at.astimezone(UTC) == datetime(2027, 1, 2, 23, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("asked", "zone"),
        [
            ("someday", None),
            ("2027-02-29 10:00", None),
            ("sunday", "Nowhere/At"),
            ("sunday", "../etc"),
        ],
    )
    def test_what_is_no_moment_is_refused_in_words(self, asked, zone):
        with pytest.raises(ValueError, match="Which moment"):
            clock.moments(asked, zone)

    def test_some_are_different_ones(self):
        one, other = clock.some(2)

        assert one != other


@needs_library
@pytest.mark.parametrize(
    "moment",
    [clock.Moment("", "2028-02-29 23:30", zone) for zone in ("UTC", "Pacific/Noumea")],
    ids=str,
)
def test_python_its_children_and_sqlite_live_on_that_day_and_wait_real_time(tmp_path, moment):
    unshifted = {
        name: value for name, value in os.environ.items() if name not in {"LD_PRELOAD", "FAKETIME"}
    }
    library = clock.copy_library(sys.executable, tmp_path)
    shift = clock.shifted(moment, library)

    process = subprocess.run(
        [sys.executable, "-c", SAYS],
        env=unshifted | shift,
        capture_output=True,
        text=True,
        check=True,
    )

    *shown, waited = process.stdout.split()
    assert {instant[:16] for instant in shown} <= {"2028-02-29T23:30", "2028-02-29T23:31"}
    assert 0.2 <= float(waited) < 60
