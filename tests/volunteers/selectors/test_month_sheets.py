"""A month of days as its two sides read it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from crm.domain.roles import Role
from tests.crm.factories import person_as
from tests.volunteers.factories import AssignmentFactory
from tests.volunteers.june import MONDAY, log
from volunteers.models import Signer, WorkDay
from volunteers.selectors import month_sheets
from volunteers.services import months

pytestmark = pytest.mark.django_db
IN_JULY = datetime(2026, 7, 2, 9, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def it_is_july(monkeypatch):
    """The mission of these tests runs until the end of 2026: its pages are read while it does."""
    monkeypatch.setattr(timezone, "now", lambda: IN_JULY)


@pytest.fixture
def assignment(member):
    return AssignmentFactory(engagement__member=member, volunteer__member=member)


@pytest.fixture
def lead(assignment):
    return person_as(Role.LEAD, assignment.engagement.beneficiary, full_name="Louise Lead")


@pytest.fixture
def company(assignment):
    return person_as(Role.SPONSOR, assignment.volunteer.sponsor, full_name="Sam Sponsor")


@pytest.fixture
def sheet(assignment):
    return log(assignment, {MONDAY: 2, MONDAY + timedelta(days=1): 1})


@pytest.fixture
def locked(sheet, lead, company):
    sheet = months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=IN_JULY)
    return months.confirm_month(sheet, Signer.SPONSOR, seen=sheet.version, by=company, at=IN_JULY)


def test_work_days_of_a_month_are_the_ones_signed(locked):
    assert sum(WorkDay.objects.values_list("half_days", flat=True)) == 3
    assert [row.day for row in month_sheets.days_of(locked) if row.half_days] == [
        MONDAY,
        MONDAY + timedelta(days=1),
    ]
