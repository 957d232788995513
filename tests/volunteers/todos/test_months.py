"""What a month of days asks: of each side in its turn, of whose days they are, and of who may correct them."""

from datetime import date

import pytest

from crm.domain.roles import Role
from tests.crm.factories import person_as
from tests.volunteers.factories import (
    AssignmentFactory,
    DayDisagreementFactory,
    MonthSheetFactory,
    WorkDayFactory,
)
from volunteers.todos import months

pytestmark = pytest.mark.django_db
IN_JULY = date(2026, 7, 2)


@pytest.fixture
def assignment(member, coordinator):
    return AssignmentFactory(
        engagement__member=member,
        engagement__coordinator=coordinator,
        volunteer__user__full_name="Alix",
    )


@pytest.fixture
def lead(assignment):
    return person_as(Role.LEAD, assignment.engagement.beneficiary)


@pytest.fixture
def company(assignment):
    return person_as(Role.SPONSOR, assignment.sponsor)


def sheet_of(assignment, **state):
    WorkDayFactory(assignment=assignment, day=date(2026, 6, 9))
    return MonthSheetFactory(assignment=assignment, **state)


def asked(user, today=IN_JULY):
    return [todo.reason for todo in months.todos_of(user, today)]


def test_the_lead_is_asked_once_the_month_is_over_and_the_company_after_them(
    assignment, lead, company, coordinator
):
    sheet_of(assignment)

    assert asked(lead) == ["Days of June 2026 to confirm"]
    assert asked(lead, date(2026, 6, 30)) == asked(company) == asked(coordinator) == []


def test_the_company_is_asked_once_the_lead_has_confirmed(assignment, lead, company):
    sheet_of(assignment, is_confirmed=True)

    assert asked(company) == ["Days of June 2026 to confirm"]
    assert asked(lead) == asked(person_as(Role.SPONSOR)) == []


def test_a_month_that_both_signed_asks_nobody(assignment, lead, company):
    sheet_of(assignment, is_locked=True)

    assert asked(lead) == asked(company) == asked(assignment.volunteer.user) == []


def test_a_day_seen_otherwise_asks_the_person_until_it_is_settled(assignment, coordinator):
    row = DayDisagreementFactory(sheet=sheet_of(assignment), author__full_name="Louise")

    assert asked(assignment.volunteer.user) == ["Louise sees this day otherwise"]
    assert asked(AssignmentFactory().volunteer.user) == asked(coordinator) == []

    row.settled_by, row.settled_at = coordinator, row.raised_at
    row.save()
    assert asked(assignment.volunteer.user) == []


def test_a_day_of_a_signed_month_asks_those_who_run_the_engagement(
    assignment, coordinator, outsider
):
    DayDisagreementFactory(sheet=sheet_of(assignment, is_locked=True), author__full_name="Louise")

    assert asked(coordinator) == ["Louise asks for a correction of 9 June"]
    assert asked(outsider) == asked(assignment.volunteer.user) == []
