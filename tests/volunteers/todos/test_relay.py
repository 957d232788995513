"""What a relay asks of the coordinator and of who leaves."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import AssignmentFactory, SkillFactory, StaffingNeedFactory
from tests.volunteers.leaving import END, TODAY, able, replace, until_july
from volunteers.services import relay
from volunteers.todos.relay import todos_of

pytestmark = pytest.mark.django_db
NOTE = {"in_progress": "The import", "places": "The safe", "contacts": "Rose", "only_me": "Nothing"}


@pytest.fixture
def skill():
    return SkillFactory(name_fr="Développement web", name_en="Web development")


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt", in_build=True)


@pytest.fixture
def leaving(engagement, skill):
    return until_july(engagement, skill)


@pytest.fixture
def need(engagement, skill):
    return StaffingNeedFactory(
        engagement=engagement, skill=skill, starts_on=date(2026, 1, 5), ends_on=date(2026, 7, 24)
    )


class TestWhatNeedsMe:
    def test_the_coordinator_is_told_eight_weeks_ahead(self, leaving, need, coordinator):
        found = todos_of(coordinator, TODAY)

        assert [(each.title, each.about, each.since) for each in found] == [
            ("Web development", "Forêt", date(2026, 7, 6))
        ]
        assert todos_of(coordinator, date(2026, 5, 10)) == []

    def test_who_leaves_is_asked_for_the_note_until_it_is_written(
        self, leaving, member, skill, coordinator
    ):
        replace(leaving, able(member, skill, user__full_name="Basile"), coordinator)
        user = leaving.volunteer.user

        assert [each.title for each in todos_of(user, TODAY)] == ["Basile"]
        relay.write_note(leaving, **NOTE, by=user, today=TODAY)
        assert todos_of(user, TODAY) == []

    def test_asks_the_same_number_of_times_for_any_number_of_engagements(
        self, member, coordinator, skill
    ):
        def grow(number):
            for _n in range(number):
                engagement = EngagementFactory(member=member, in_build=True)
                StaffingNeedFactory(engagement=engagement, skill=skill)
                AssignmentFactory(engagement=engagement, volunteer=able(member, skill), ends_on=END)

        def count():
            with CaptureQueriesContext(connection) as asked:
                todos_of(coordinator, TODAY)
            return len(asked)

        grow(2)
        count()  # the roles are asked for once
        few = count()
        grow(5)
        assert count() == few <= 7
