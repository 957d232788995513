"""What is promised of a person's time, day by day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.domain.refusals import Refused, by_field
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory, VolunteerFactory, WorkDayFactory
from volunteers.models import Assignment
from volunteers.services import assignments

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 6, 8)


@pytest.fixture
def assignment():
    return AssignmentFactory()


class TestCapacity:
    @given(
        wishes=st.lists(
            st.tuples(
                st.integers(0, 60),
                st.integers(0, 60),
                st.sampled_from(["0.5", "1", "2", "3.5", "5"]),
            ),
            max_size=8,
        )
    )
    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_no_day_ever_exceeds_what_a_person_has(self, wishes):
        volunteer = VolunteerFactory(days_a_week=Decimal(4), available_from=date(2026, 1, 1))
        engagement = EngagementFactory()
        start = date(2026, 2, 1)
        for first, length, days in wishes:
            try:
                assignments.assign(
                    volunteer,
                    engagement,
                    assignments.AssignmentTerms(
                        role="x",
                        starts_on=start + timedelta(days=first),
                        ends_on=start + timedelta(days=first + length),
                        days_a_week=Decimal(days),
                    ),
                    by=volunteer.user,
                    today=start,
                )
            except Refused:
                continue
        rows = list(Assignment.objects.filter(volunteer=volunteer).order_by("pk"))
        for offset in range(125):
            day = start + timedelta(days=offset)
            assert sum(a.days_a_week for a in rows if a.starts_on <= day <= a.ends_on) <= 4

    def test_refuses_before_they_are_available(self):
        volunteer = VolunteerFactory(available_from=date(2026, 5, 1))

        with pytest.raises(Refused) as refused:
            assignments.assign(
                volunteer,
                EngagementFactory(),
                assignments.AssignmentTerms(
                    role="x",
                    starts_on=date(2026, 4, 1),
                    ends_on=date(2026, 8, 1),
                    days_a_week=Decimal(1),
                ),
                by=volunteer.user,
                today=MONDAY,
            )
        assert "starts_on" in by_field(refused.value)

    def test_days_are_not_left_hanging_by_a_shorter_assignment(self, assignment):
        WorkDayFactory(assignment=assignment, day=date(2026, 6, 8))

        with pytest.raises(Refused):
            assignments.change_assignment(
                assignment, ends_on=date(2026, 6, 1), by=assignment.volunteer.user
            )

    def test_confirms_once(self):
        assignment = AssignmentFactory(confirmed_on=None)
        assignments.confirm_assignment(
            assignment, seen=assignment.version, by=assignment.volunteer.user, today=MONDAY
        )

        with pytest.raises(Refused):
            assignments.confirm_assignment(
                assignment, seen=assignment.version, by=assignment.volunteer.user, today=MONDAY
            )
