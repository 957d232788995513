"""The relay plan: which skill will be missing from when on, and what is asked of who leaves."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.engagements.factories import EngagementFactory, MilestoneFactory
from tests.volunteers.factories import (
    AgreementFactory,
    AssignmentFactory,
    RelayNoteFactory,
    SkillFactory,
    SolutionPartFactory,
    StaffingNeedFactory,
)
from tests.volunteers.leaving import END, TODAY, able, replace, until_july
from volunteers.display.relay import in_words
from volunteers.models import PartKnowledge
from volunteers.selectors.relay import plan_of
from volunteers.services import relay

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


class TestPlan:
    def test_names_the_first_week_without_a_skill(self, leaving, need):
        plan = plan_of(leaving.engagement, TODAY)

        assert plan.first_gap.gap.monday == date(2026, 7, 6)
        assert in_words(plan.first_gap) == "without anybody from 6 July 2026, for 3 weeks"

    def test_goes_to_the_last_milestone_or_the_last_need(self, leaving, need):
        MilestoneFactory(engagement=leaving.engagement, planned_first_on=date(2026, 9, 9))

        plan = plan_of(leaving.engagement, TODAY)

        assert (plan.mondays[0], plan.mondays[-1]) == (date(2026, 6, 8), date(2026, 9, 7))

    def test_a_level_below_the_one_asked_for_covers_nothing(self, engagement, member, skill, need):
        AssignmentFactory(engagement=engagement, volunteer=able(member, skill, level=1))

        assert plan_of(engagement, TODAY).first_gap.gap.monday == date(2026, 6, 8)

    def test_who_leaves_is_asked_for_a_successor_an_overlap_and_a_note(
        self, leaving, need, member, skill, coordinator
    ):
        def asked():
            (each,) = plan_of(leaving.engagement, TODAY).leaving
            return (
                each.successor is not None,
                bool(each.note and each.note.written_on),
                each.overlap,
                each.demanded,
            )

        assert asked() == (False, False, 0, 5)
        replace(leaving, able(member, skill), coordinator)
        assert asked() == (True, False, 5, 5)
        relay.write_note(leaving, **NOTE, by=leaving.volunteer.user, today=TODAY)
        assert asked() == (True, True, 5, 5)
        relay.demand_overlap(leaving.engagement, overlap_days=10, by=coordinator)
        assert asked() == (True, True, 5, 10)

    def test_what_nobody_needs_afterwards_is_left_without_a_word(self, leaving, engagement):
        StaffingNeedFactory(engagement=engagement)

        (each,) = plan_of(engagement, TODAY).leaving

        assert each.needed_after == ()

    def test_a_second_assignment_of_the_same_person_is_no_departure(self, leaving, need):
        AssignmentFactory(
            volunteer=leaving.volunteer,
            engagement=leaving.engagement,
            team_member=leaving.team_member,
            starts_on=END + timedelta(days=1),
        )

        assert plan_of(leaving.engagement, TODAY).leaving == ()

    def test_marks_an_assignment_longer_than_agreed_and_than_the_law(self, leaving):
        AgreementFactory(
            volunteer=leaving.volunteer, starts_on=date(2023, 1, 2), ends_on=date(2025, 12, 31)
        )

        (term,) = plan_of(leaving.engagement, TODAY).terms

        assert term.limit.last_day == date(2026, 1, 1)
        assert (term.is_past_the_law, term.is_past_the_agreement) == (True, True)

    def test_asks_the_same_number_of_times_whatever_its_size(self, engagement, member, skill, need):
        def grow(number):
            for _n in range(number):
                one = AssignmentFactory(
                    engagement=engagement, volunteer=able(member, skill), ends_on=END
                )
                part = SolutionPartFactory(engagement=engagement)
                PartKnowledge.objects.create(part=part, volunteer=one.volunteer)
                RelayNoteFactory(assignment=one)
                StaffingNeedFactory(engagement=engagement)

        def count():
            with CaptureQueriesContext(connection) as asked:
                plan_of(engagement, TODAY)
            return len(asked)

        grow(1)
        few = count()
        grow(6)
        assert count() == few <= 11
