"""The map of who has time when says what the services let one promise."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.domain.refusals import Refused
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory, VolunteerFactory
from volunteers.models import Assignment
from volunteers.selectors import capacity
from volunteers.services import assignments

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 6, 8)
TODAY = date(2026, 6, 10)


def weeks(volunteer, number=3):
    return capacity.weeks_of([volunteer], capacity.mondays_from(MONDAY, number))[volunteer.pk]


def days(number):
    return MONDAY + timedelta(days=number)


class TestTheMap:
    def test_tells_what_is_free_on_the_fullest_day(self):
        volunteer = VolunteerFactory(days_a_week=Decimal(5))
        AssignmentFactory(
            volunteer=volunteer, starts_on=days(0), ends_on=days(1), days_a_week=Decimal(2)
        )
        AssignmentFactory(
            volunteer=volunteer, starts_on=days(3), ends_on=days(10), days_a_week=Decimal("3.5")
        )

        assert [(week.free, week.level) for week in weeks(volunteer)] == [
            (Decimal("1.5"), "some"),
            (Decimal("1.5"), "some"),
            (Decimal(5), "free"),
        ]

    def test_an_assignment_of_a_week_end_takes_no_week(self):
        volunteer = VolunteerFactory()
        AssignmentFactory(volunteer=volunteer, starts_on=days(5), ends_on=days(6))

        assert {week.level for week in weeks(volunteer)} == {"free"}

    def test_a_proposed_assignment_counts(self):
        volunteer = VolunteerFactory()
        AssignmentFactory(volunteer=volunteer, days_a_week=Decimal(5), confirmed_on=None)

        assert {week.level for week in weeks(volunteer)} == {"full"}

    def test_who_is_away_has_no_number(self):
        volunteer = VolunteerFactory(available_from=days(7), available_to=days(9))

        assert [week.free for week in weeks(volunteer)] == [None, Decimal(5), None]

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        promises=st.lists(
            st.tuples(
                st.integers(0, 20), st.integers(0, 20), st.sampled_from(["0.5", "1", "2", "3.5"])
            ),
            max_size=6,
        ),
        wish=st.sampled_from(["0.5", "1", "2.5", "5"]),
    )
    def test_what_it_says_is_free_may_be_promised_and_no_more(self, promises, wish):
        """A whole working week is promised exactly when the map says that there is room."""
        volunteer = VolunteerFactory(days_a_week=Decimal(5), available_from=date(2026, 1, 1))
        by = volunteer.user
        for start, length, load in promises:
            try:
                promise(volunteer, days(start), days(start + length), Decimal(load), by)
            except Refused:
                continue
        free = weeks(volunteer, 1)[0].free
        try:
            promise(volunteer, MONDAY, days(4), Decimal(wish), by)
            was_promised = True
        except Refused:
            was_promised = False

        assert was_promised == (Decimal(wish) <= free)
        Assignment.objects.filter(volunteer=volunteer).delete()


def promise(volunteer, starts_on, ends_on, load, by):
    assignments.assign(
        volunteer,
        EngagementFactory(started_on=date(2026, 1, 1)),
        assignments.AssignmentTerms(
            role="Developer", starts_on=starts_on, ends_on=ends_on, days_a_week=load
        ),
        by=by,
        today=TODAY,
    )
