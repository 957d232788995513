"""The map of who has time when says what the services let one promise."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.domain.refusals import Refused, by_field
from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory, VolunteerFactory
from volunteers.models import Assignment, Volunteer
from volunteers.selectors import capacity
from volunteers.services import assignments, volunteers

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


class TestThePage:
    @pytest.mark.parametrize(
        "query", [{}, {"weeks": "52"}, {"weeks": "7"}, {"first_week": "9999-12-31"}]
    )
    def test_answers_whatever_the_weeks_asked_for(self, coordinator, client, query):
        VolunteerFactory(member=coordinator.memberships.get().organisation)
        client.force_login(coordinator)

        assert client.get(reverse("volunteers:capacity-map", query=query)).status_code == 200

    def test_asks_the_same_number_of_times_for_any_number_of_people(
        self, coordinator, client, member
    ):
        client.force_login(coordinator)

        def count():
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse("volunteers:capacity-map"))
            return len(asked)

        def some(number):
            for _n in range(number):
                AssignmentFactory(volunteer__member=member)

        some(2)
        count()
        few = count()
        some(12)
        assert count() == few <= 11

    def test_the_api_says_the_same(self, coordinator, client, member):
        today = timezone.localdate()
        dates = {"starts_on": today, "ends_on": today + timedelta(days=60)}
        AssignmentFactory(volunteer__member=member, days_a_week=Decimal(2), **dates)
        client.force_login(coordinator)

        row = client.get(reverse("api:volunteer-capacity", query={"weeks": "26"})).json()[
            "results"
        ][0]

        assert len(row["weeks"]) == 26
        assert {week["free"] for week in row["weeks"]} >= {"3.0"}


class TestAvailability:
    def change(self, volunteer, **given):
        fields = {
            "days_a_week": Decimal(5),
            "available_from": date(2026, 1, 1),
            "available_to": None,
        } | given
        profile = volunteers.VolunteerProfile(**fields, levels={})
        volunteers.change_volunteer(volunteer, profile, by=volunteer.user, today=TODAY)

    @pytest.mark.parametrize(
        "given",
        [{"available_from": date(2026, 7, 1)}, {"available_to": date(2026, 6, 30)}],
        ids=["later", "sooner"],
    )
    def test_is_not_cut_below_what_is_promised(self, given):
        volunteer = VolunteerFactory()
        AssignmentFactory(
            volunteer=volunteer, starts_on=date(2026, 6, 1), ends_on=date(2026, 9, 30)
        )

        with pytest.raises(Refused) as refused:
            self.change(volunteer, **given)

        assert set(by_field(refused.value)) == set(given)
        volunteer = Volunteer.objects.get(pk=volunteer.pk)
        assert (volunteer.available_from, volunteer.available_to) == (date(2026, 1, 1), None)

    def test_an_assignment_that_is_over_holds_nobody(self):
        volunteer = VolunteerFactory()
        AssignmentFactory(
            volunteer=volunteer, starts_on=date(2026, 2, 1), ends_on=date(2026, 5, 30)
        )

        self.change(volunteer, available_from=date(2026, 6, 1))
