"""What comes back each day is written down once a day, whoever works and however long nobody did."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm.models import Job, Schedule
from crm.services import jobs, schedules
from crm.tasks import run_scheduled

pytestmark = pytest.mark.django_db

NAME = "crm.services.upkeep.run_upkeep"
NOON = datetime(2026, 12, 1, 11, tzinfo=UTC)  # twelve o'clock in Paris


@pytest.fixture(autouse=True)
def one_job(settings):
    settings.DAILY_JOBS, settings.MORNING_JOBS = [NAME], []
    settings.DAILY_AT = time(3, 30)


def advance(at):
    """The names that were written down."""
    names = []
    schedules.advance(names.append, at=at)
    return names


def local(*moment):
    return datetime(*moment, tzinfo=ZoneInfo("Europe/Paris"))


class TestAdvance:
    def test_what_is_new_begins_with_its_next_time(self):
        assert advance(NOON) == []
        assert Schedule.objects.get().next_at == local(2026, 12, 2, 3, 30)

    def test_it_is_written_down_once_a_day(self):
        advance(NOON)
        days = [NOON + timedelta(hours=hours) for hours in range(73)]

        assert [name for at in days for name in advance(at)] == [NAME] * 3

    def test_what_was_missed_for_days_is_done_once(self):
        advance(NOON)

        assert advance(NOON + timedelta(days=4)) == [NAME]
        assert advance(NOON + timedelta(days=4, minutes=1)) == []

    def test_of_two_workers_one_does_it(self):
        advance(NOON)
        tomorrow, seen = NOON + timedelta(days=1), Schedule.objects.get().next_at
        advance(tomorrow)
        names = []

        moved = schedules._advance_one(NAME, seen, time(3, 30), names.append, tomorrow)
        assert (moved, names) == (False, [])

    def test_what_the_settings_name_no_more_is_forgotten(self, settings):
        advance(NOON)
        settings.DAILY_JOBS = []
        advance(NOON)

        assert not Schedule.objects.exists()

    def test_nothing_to_do_asks_the_database_once(self, django_assert_num_queries):
        advance(NOON)

        with django_assert_num_queries(1):
            advance(NOON)


class TestNextTime:
    @pytest.mark.parametrize(
        ("hour", "at", "expected"),
        [
            (time(3, 30), (2026, 12, 1, 3, 29), (2026, 12, 1, 3, 30)),
            (time(3, 30), (2026, 12, 1, 3, 30), (2026, 12, 2, 3, 30)),
            (
                time(3, 30),
                (2026, 3, 28, 12, 0),
                (2026, 3, 29, 3, 30),
            ),  # summer time begins that night
            (time(3, 30), (2026, 10, 24, 12, 0), (2026, 10, 25, 3, 30)),  # and ends that one
            (time(6, 30), (2026, 12, 31, 23, 0), (2027, 1, 1, 6, 30)),
        ],
    )
    def test_it_is_that_time_on_the_clock_of_the_wall(self, hour, at, expected):
        assert schedules.next_time(hour, local(*at)) == local(*expected)


class TestRun:
    def test_a_job_of_the_settings_is_done_and_says_when(self):
        run_scheduled.enqueue(NAME)
        jobs.run_due("one")

        assert Job.objects.get().state == Job.State.DONE
        assert Schedule.objects.get(pk=NAME).done_at is not None

    def test_no_other_function_is(self):
        run_scheduled.enqueue("crm.services.setup.set_up")
        jobs.run_due("one")

        assert Job.objects.get().trouble.startswith("ValueError")

    def test_one_of_which_a_part_failed_is_not_done(self, settings):
        settings.DAILY_JOBS = ["tests.crm.some_jobs.half_done"]

        with pytest.raises(schedules.Unfinished):
            schedules.run("tests.crm.some_jobs.half_done", at=NOON)
        assert not Schedule.objects.exclude(done_at=None).exists()
