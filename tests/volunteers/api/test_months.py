"""Worked days through the API: read, and written by weeks alone."""

from datetime import date

import pytest

from crm.domain.roles import Role
from tests.api_client import keys, refused
from tests.crm.factories import OrganisationFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import (
    AssignmentFactory,
    MonthSheetFactory,
    VolunteerFactory,
    WorkDayFactory,
)

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt")


@pytest.fixture
def volunteer(member):
    return VolunteerFactory(member=member, user__full_name="Zoé")


@pytest.fixture
def assignment(engagement, volunteer):
    return AssignmentFactory(engagement=engagement, volunteer=volunteer)


class TestWorkedDays:
    def test_are_filtered_by_assignment_and_by_first_and_last_day(self, api, engagement):
        rows = [
            WorkDayFactory(assignment__engagement=engagement, day=date(2026, 3, day))
            for day in (2, 3, 4)
        ]

        assert keys(api.get(f"{ROOT}/worked-days/", {"first": "2026-03-03"})) == [
            row.pk for row in rows[1:]
        ]
        assert keys(api.get(f"{ROOT}/worked-days/", {"last": "2026-03-03"})) == [
            row.pk for row in rows[:2]
        ]
        assert keys(api.get(f"{ROOT}/worked-days/", {"assignment": rows[2].assignment_id})) == [
            rows[2].pk
        ]

    @pytest.mark.parametrize("query", [{"first": "2026-02-31"}, {"last": "x"}, {"assignment": "x"}])
    def test_a_filter_that_makes_no_sense_is_refused_by_name(self, api, query):
        assert set(refused(api.get(f"{ROOT}/worked-days/", query))) == set(query)

    def test_are_written_by_weeks_alone(self, api, assignment):
        response = api.post(
            f"{ROOT}/worked-days/",
            {"assignment": assignment.pk, "day": "2026-03-02", "half_days": 2},
        )

        assert response.status_code == 405

    def test_a_sponsor_reads_the_days_of_its_own_people_once_the_lead_confirmed_them(
        self, enter, assignment
    ):
        own = WorkDayFactory(assignment=assignment, day=date(2026, 6, 9))
        WorkDayFactory(assignment=assignment, day=date(2026, 7, 9))
        MonthSheetFactory(assignment=assignment, month=date(2026, 6, 1), is_confirmed=True)
        WorkDayFactory(
            assignment__engagement=assignment.engagement,
            assignment__volunteer__sponsor=OrganisationFactory(),
        )
        sponsor = person_as(Role.SPONSOR, assignment.volunteer.sponsor)

        assert keys(enter(sponsor).get(f"{ROOT}/worked-days/")) == [own.pk]
