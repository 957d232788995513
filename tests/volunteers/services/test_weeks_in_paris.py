"""A day worked is a day in Paris, wherever the server stands and whatever the clocks and the calendar do."""

import os
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as configured
from django.urls import reverse
from django.utils import timezone

from crm.domain import workdays
from crm.domain.refusals import Refused, by_field
from crm.domain.roles import Role
from engagements.models import ProgressLog
from tests.crm.factories import MembershipFactory
from tests.volunteers.factories import AssignmentFactory
from volunteers.models import WorkDay
from volunteers.services import weeks

pytestmark = pytest.mark.django_db
SERVERS = ["UTC", "Europe/Paris", "Indian/Reunion", "Pacific/Auckland"]
FIRST, LAST = date(2026, 1, 1), date(2029, 12, 31)
# What the clock of the world says, and the day that it is in Paris.
NIGHTS = {
    "the last hour of the year": (datetime(2026, 12, 31, 22, 30, tzinfo=UTC), date(2026, 12, 31)),
    "the first hour of the year": (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), date(2027, 1, 1)),
    "23:30 in summer": (datetime(2026, 6, 14, 21, 30, tzinfo=UTC), date(2026, 6, 14)),
    "00:30 in summer": (datetime(2026, 6, 14, 22, 30, tzinfo=UTC), date(2026, 6, 15)),
    "the night before clocks go forward": (
        datetime(2026, 3, 28, 22, 30, tzinfo=UTC),
        date(2026, 3, 28),
    ),
    "the hour that is left out": (datetime(2026, 3, 29, 1, 0, tzinfo=UTC), date(2026, 3, 29)),
    "the night after clocks went forward": (
        datetime(2026, 3, 29, 22, 30, tzinfo=UTC),
        date(2026, 3, 30),
    ),
    "the night before clocks go back": (
        datetime(2026, 10, 24, 22, 30, tzinfo=UTC),
        date(2026, 10, 25),
    ),
    "the hour that comes twice": (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), date(2026, 10, 25)),
    "the night after clocks went back": (
        datetime(2026, 10, 25, 22, 30, tzinfo=UTC),
        date(2026, 10, 25),
    ),
    "the eve of the leap day": (datetime(2028, 2, 28, 22, 30, tzinfo=UTC), date(2028, 2, 28)),
    "the first hour of the leap day": (
        datetime(2028, 2, 28, 23, 30, tzinfo=UTC),
        date(2028, 2, 29),
    ),
}


@pytest.fixture(params=SERVERS, autouse=True)
def server(request, monkeypatch):
    """The process's own time zone, as the machine would give it."""
    if not hasattr(time, "tzset"):
        pytest.skip("Windows cannot change the time zone of a running process")
    with monkeypatch.context() as patched:
        patched.setenv("TZ", request.param)
        time.tzset()
        yield request.param
    time.tzset()


@pytest.fixture
def assignment():
    return AssignmentFactory(starts_on=FIRST, ends_on=LAST)


@pytest.fixture
def clock(monkeypatch):
    """Set what Django takes for now."""
    return lambda at: monkeypatch.setattr(timezone, "now", lambda: at)


def log(assignment, days, at):
    week = workdays.monday_of(min(days))
    return weeks.log_work(
        assignment,
        weeks.WorkedWeek(week=week, days=days, done="Done."),
        by=assignment.volunteer.user,
        at=at,
    )


def worked():
    return dict(WorkDay.objects.order_by("day").values_list("day", "half_days"))


def sends_all_that_is_offered(client, address, monday):
    """The days of a week that the page offers, each saved; a day that it does not offer is refused with all others."""
    form = client.get(address, {"week": monday.isoformat()}).context_data["form"]
    offered = [n for n in range(7) if not form.fields[f"day_{n}"].disabled]
    for sent in ([*offered, offered[-1] + 1], offered):
        assert worked() == {}
        if sent[-1] < 7:
            client.post(
                address, {"week": monday, "done": "Done.", **{f"day_{n}": "1" for n in sent}}
            )
    days = [monday + timedelta(days=n) for n in offered]
    assert worked() == dict.fromkeys(days, 1)
    return days


@pytest.mark.one_database
@pytest.mark.parametrize(("at", "today"), NIGHTS.values(), ids=NIGHTS)
class TestToday:
    def test_is_the_last_day_that_can_be_logged(self, assignment, at, today):
        log(assignment, {today: 2}, at)
        with pytest.raises(Refused) as refused:
            log(assignment, {today + timedelta(days=1): 2}, at)

        assert worked() == {today: 2}
        assert by_field(refused.value).keys() <= {"days", "week"}

    def test_is_the_last_day_that_the_page_offers(self, client, clock, assignment, at, today):
        clock(at)
        client.force_login(assignment.volunteer.user)
        monday = workdays.monday_of(today)
        address = reverse("volunteers:log-work", args=[assignment.pk])

        assert sends_all_that_is_offered(client, address, monday)[-1] == today

    def test_is_the_last_day_that_the_api_takes(self, client, clock, assignment, at, today):
        clock(at)
        client.force_login(assignment.volunteer.user)
        statuses = []

        for day in (today, today + timedelta(days=1)):
            given = {
                "week": today,
                "done": "Done.",
                "days": [{"day": day, "half_days": 2}],
                "seen": len(statuses),
            }
            address = reverse("api:assignment-log-week", args=[assignment.pk])
            statuses.append(
                client.post(address, given, content_type="application/json").status_code
            )

        assert statuses == [201, 400]
        assert worked() == {today: 2}

    def test_begins_and_ends_an_assignment(self, at, today):
        ends_today = AssignmentFactory(starts_on=FIRST, ends_on=today)
        begins_today = AssignmentFactory(starts_on=today, ends_on=LAST)

        log(ends_today, {today: 2}, at)
        log(begins_today, {today: 2}, at)

        assert list(WorkDay.objects.order_by("pk").values_list("day", flat=True)) == [today, today]


# Where a browser may stand, and the day that it is there when the clock of the world says so.
ELSEWHERE = {
    "Monday morning in Nouméa": (
        "Pacific/Noumea",
        datetime(2026, 11, 29, 20, 30, tzinfo=UTC),
        date(2026, 11, 30),
    ),
    "an hour before": (
        "Pacific/Noumea",
        datetime(2026, 11, 29, 12, 30, tzinfo=UTC),
        date(2026, 11, 29),
    ),
    "New Year in Nouméa": (
        "Pacific/Noumea",
        datetime(2026, 12, 31, 13, 30, tzinfo=UTC),
        date(2027, 1, 1),
    ),
    "New Year in Réunion": (
        "Indian/Reunion",
        datetime(2026, 12, 31, 20, 30, tzinfo=UTC),
        date(2027, 1, 1),
    ),
    "the last hour in Cayenne": (
        "America/Cayenne",
        datetime(2028, 3, 1, 2, 30, tzinfo=UTC),
        date(2028, 2, 29),
    ),
    "New Year in Paris, seen from UTC": (
        "UTC",
        datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
        date(2026, 12, 31),
    ),
    "no such place": (
        "../../etc/passwd",
        datetime(2026, 12, 31, 23, 30, tzinfo=UTC),
        date(2027, 1, 1),
    ),
    "nothing said": ("", datetime(2026, 12, 31, 23, 30, tzinfo=UTC), date(2027, 1, 1)),
}


@pytest.mark.one_database
@pytest.mark.parametrize(("zone", "at", "today"), ELSEWHERE.values(), ids=ELSEWHERE)
class TestTodayElsewhere:
    """The day that somebody has worked is over where they are, whatever the clock in Paris says."""

    @pytest.fixture
    def browser(self, client, clock, assignment, zone, at):
        clock(at)
        client.force_login(assignment.volunteer.user)
        client.cookies["zone"] = zone
        return client

    def test_is_the_last_day_that_the_page_offers(self, browser, assignment, today):
        monday = workdays.monday_of(today)
        address = reverse("volunteers:log-work", args=[assignment.pk])

        assert sends_all_that_is_offered(browser, address, monday)[-1] == today

    def test_is_the_last_day_that_the_api_takes(self, browser, assignment, today):
        address = reverse("api:assignment-log-week", args=[assignment.pk])
        statuses = []

        for day in (today, today + timedelta(days=1)):
            given = {
                "week": workdays.monday_of(today),
                "done": "Done.",
                "days": [{"day": day, "half_days": 2}],
            }
            given["seen"] = len(statuses)
            statuses.append(
                browser.post(address, given, content_type="application/json").status_code
            )

        assert statuses[0] == 201
        assert statuses[1] == 400
        assert worked() == {today: 2}

    def test_opens_nothing_for_a_day_more(self, browser, assignment, at, today):
        """Who has access is told by the site's own clock, and so is the next request."""
        tomorrow = at.astimezone(ZoneInfo("Europe/Paris")).date() + timedelta(days=1)
        MembershipFactory(role=Role.SPONSOR, user=assignment.volunteer.user, started_on=tomorrow)
        address = reverse("volunteers:log-work", args=[assignment.pk])

        page = browser.get(address, {"week": today}).content.decode()

        assert reverse("crm:organisation-list") not in page
        assert timezone.get_current_timezone_name() == "Europe/Paris"


class TestWeeks:
    @pytest.mark.parametrize(("hour", "monday"), [(9, date(2026, 3, 23)), (10, date(2026, 3, 30))])
    def test_last_week_is_proposed_until_noon_in_paris(
        self, client, clock, assignment, hour, monday
    ):
        """The first Monday of summer time: noon is at ten in UTC, an hour earlier than a week before."""
        clock(datetime(2026, 3, 30, hour, 30, tzinfo=UTC))
        client.force_login(assignment.volunteer.user)

        page = client.get(reverse("volunteers:log-work", args=[assignment.pk]))

        assert page.context_data["monday"] == monday

    @pytest.mark.parametrize(
        "monday", [date(2026, 3, 23), date(2026, 10, 19), date(2026, 12, 28), date(2028, 2, 28)]
    )
    def test_seven_days_have_one_monday_and_one_log(self, assignment, monday):
        days = {monday + timedelta(days=n): 1 + n % 2 for n in range(7)}

        log(assignment, days, datetime(2029, 6, 1, tzinfo=UTC))

        assert {workdays.monday_of(day) for day in days} == {monday}
        assert ProgressLog.objects.get().week == monday
        assert worked() == days

    def test_week_53_is_one_week_of_two_years(self, client, assignment):
        monday = date(2026, 12, 28)
        assert monday.isocalendar().week == 53
        client.force_login(assignment.volunteer.user)
        days = reverse("api:worked-day-list")

        log(
            assignment,
            {monday + timedelta(days=n): 2 for n in range(5)},
            datetime(2027, 1, 4, tzinfo=UTC),
        )

        old = client.get(days, {"last": "2026-12-31"}).json()["results"]
        new = client.get(days, {"first": "2027-01-01"}).json()["results"]
        assert [row["day"] for row in old] == [
            "2026-12-28",
            "2026-12-29",
            "2026-12-30",
            "2026-12-31",
        ]
        assert [row["day"] for row in new] == ["2027-01-01"]

    def test_the_week_after_week_53_is_the_first_of_the_year(self, client, clock, assignment):
        clock(datetime(2027, 1, 8, 12, 0, tzinfo=UTC))
        client.force_login(assignment.volunteer.user)

        page = client.get(reverse("volunteers:log-work", args=[assignment.pk]))

        assert page.context_data["monday"] == date(2027, 1, 4)
        assert page.context_data["before"] == date(2026, 12, 28)

    def test_a_leap_day_is_worked_in_leap_years_only(self, client, clock, assignment):
        clock(datetime(2028, 3, 3, 12, 0, tzinfo=UTC))
        client.force_login(assignment.volunteer.user)
        address = reverse("api:assignment-log-week", args=[assignment.pk])
        statuses = []

        for day in ("2028-02-29", "2027-02-29"):
            given = {"week": "2028-02-28", "done": "Done.", "days": [{"day": day, "half_days": 2}]}
            statuses.append(
                client.post(address, given, content_type="application/json").status_code
            )

        assert statuses == [201, 400]
        assert worked() == {date(2028, 2, 29): 2}


def test_a_server_elsewhere_starts_with_the_day_in_paris(server):
    """Settings are read in a process of its own: what the machine says is overruled there."""
    program = (
        "import django; django.setup(); from datetime import UTC, datetime; from django.utils import timezone;"
        "print(timezone.localdate(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)),"
        " timezone.localtime(datetime(2026, 6, 14, 22, 30, tzinfo=UTC)).isoformat(),"
        " datetime.fromtimestamp(1798759800).date())"
    )

    finished = subprocess.run(
        [sys.executable, "-c", program],
        cwd=configured.BASE_DIR,
        env=os.environ | {"TZ": server, "DJANGO_SETTINGS_MODULE": "crm.settings"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert finished.stdout.split() == ["2027-01-01", "2026-06-15T00:30:00+02:00", "2027-01-01"]
