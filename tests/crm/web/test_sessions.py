"""Who comes back within thirty days is still logged in; a visit writes only where the last one is a day old."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.models import Session

pytestmark = pytest.mark.django_db

FRIDAY = datetime(2026, 12, 4, 16, tzinfo=UTC)
PAGE = reverse("crm:account")


@pytest.fixture
def clock(monkeypatch):
    """Set what Django takes for now."""
    return lambda at: monkeypatch.setattr(timezone, "now", lambda: at)


@pytest.fixture
def visit(client, clock, coordinator):
    clock(FRIDAY)
    client.force_login(coordinator)

    def visit(after, path=PAGE):
        """(the answer, how often the session was written) of a page opened so long after the log-in."""
        clock(FRIDAY + after)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.get(path)
        return answer, sum(
            'UPDATE "crm_session"' in query["sql"] for query in asked.captured_queries
        )

    return visit


def test_a_year_of_fridays_asks_for_the_password_once(visit):
    assert {visit(timedelta(weeks=week))[0].status_code for week in range(1, 53)} == {200}


@pytest.mark.parametrize(("days", "status"), [(29, 200), (30, 302), (31, 302)])
def test_it_ends_thirty_days_after_the_last_visit(visit, days, status):
    visit(timedelta(days=10))

    assert visit(timedelta(days=10 + days))[0].status_code == status


def test_a_day_writes_once_whatever_is_opened(visit):
    later = [timedelta(hours=hours) for hours in (0, 1, 23, 25, 26, 48, 49.5, 50)]

    assert [visit(after)[1] for after in later] == [0, 0, 0, 1, 0, 0, 1, 0]


def test_the_browser_is_told_when_the_row_is_written_and_only_then(visit, settings):
    assert settings.SESSION_COOKIE_NAME not in visit(timedelta(hours=1))[0].cookies

    cookie = visit(timedelta(days=2))[0].cookies[settings.SESSION_COOKIE_NAME]

    assert cookie["max-age"] == 30 * 24 * 3600
    assert Session.objects.get().expire_date == FRIDAY + timedelta(days=32)


def test_a_visit_through_the_api_counts_as_one(visit):
    assert visit(timedelta(days=2), reverse("api:engagement-list"))[1] == 1


def test_a_session_that_is_over_is_not_brought_back(visit, client):
    Session.objects.all().delete()

    assert visit(timedelta(days=2))[0].status_code == 302
    assert not Session.objects.exists()


def test_upkeep_forgets_the_sessions_that_are_over_and_no_other(visit, clock, client, outsider):
    client.logout()
    client.force_login(outsider)
    old = Session.objects.get()
    clock(FRIDAY + timedelta(days=20))
    Client().force_login(outsider)
    clock(FRIDAY + timedelta(days=31))

    call_command("upkeep", stdout=StringIO())

    assert Session.objects.count() == 1
    assert not Session.objects.filter(pk=old.pk).exists()
