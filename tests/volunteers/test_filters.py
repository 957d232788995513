"""People found by what they can do, by their time and by where they have worked."""

from datetime import date
from decimal import Decimal

import pytest

from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory
from volunteers.filters import VolunteerFilter
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt")


class TestFilter:
    @pytest.fixture
    def found(self, rf, coordinator):
        def found(**asked):
            request = rf.get("/", asked)
            request.user = coordinator
            people = VolunteerFilter(
                asked, Volunteer.objects.visible_to(coordinator), request=request
            ).qs
            return sorted(people.values_list("user__full_name", flat=True))

        return found

    def test_by_skill_and_level(self, found, skilled, python):
        for name, level in {
            "Expert": 3,
            "Able": 2,
            "Learner": 1,
            "Wishes": 0,
            "Other": None,
        }.items():
            skilled(name, level)

        assert found(skill=python.pk) == ["Able", "Expert", "Learner"]
        assert found(skill=python.pk, level="2") == ["Able", "Expert"]
        assert found(skill=python.pk, level="0") == ["Wishes"]
        assert found(level="3") == ["Expert"]
        assert len(found(level="")) == 5

    def test_by_time_on_a_day(self, found, skilled, engagement):
        skilled("Free")
        skilled("Gone", available_to=date(2026, 6, 30))
        skilled("Not yet", available_from=date(2026, 9, 1))
        busy = skilled("Busy", days_a_week=Decimal(3))
        AssignmentFactory(
            volunteer=busy, engagement=engagement, days_a_week=Decimal(3), ends_on=date(2026, 7, 31)
        )

        assert found(free_on="2026-07-15") == ["Free"]
        assert found(free_on="2026-08-15") == ["Busy", "Free"]

    def test_by_engagement_worked_on(self, found, skilled, engagement):
        skilled("Never")
        AssignmentFactory(volunteer=skilled("Once"), engagement=engagement)

        assert found(engagement=engagement.pk) == ["Once"]

    def test_an_engagement_that_one_may_not_open_is_no_choice(
        self, skilled, rf, coordinator, engagement
    ):
        AssignmentFactory(volunteer=skilled("Elsewhere"))
        own = AssignmentFactory(volunteer=skilled("Here"), engagement=engagement).engagement
        request = rf.get("/")
        request.user = coordinator

        form = VolunteerFilter({}, Volunteer.objects.visible_to(coordinator), request=request).form

        assert list(form.fields["engagement"].queryset) == [own]
