"""What follows from another last day is told before it is saved."""

from datetime import date

import pytest

from tests.engagements.factories import EngagementFactory
from tests.volunteers.factories import (
    AgreementFactory,
    SkillFactory,
    StaffingNeedFactory,
    WorkDayFactory,
)
from tests.volunteers.leaving import END, TODAY, until_july
from volunteers.models import Assignment
from volunteers.services import previews

pytestmark = pytest.mark.django_db


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


class TestConsequences:
    def test_says_what_is_free_afterwards_what_the_law_allows_and_which_skill_is_left(
        self, leaving, need
    ):
        AgreementFactory(
            volunteer=leaving.volunteer, starts_on=date(2026, 1, 5), ends_on=date(2026, 12, 31)
        )

        follows = [
            each.sentence for each in previews.preview_last_day(leaving, date(2026, 6, 19), TODAY)
        ]

        assert follows == [
            "10 working days less.",
            "From 20 June 2026, Alix has 5 days a week free.",
            "By law this loan may last until 4 January 2029 (3 years).",
            "Web development: without anybody from 22 June 2026, for 5 weeks.",
        ]

    def test_says_first_what_stands_in_the_way_and_changes_nothing(self, leaving):
        WorkDayFactory(assignment=leaving, day=date(2026, 6, 9))

        first, *_others = previews.preview_last_day(leaving, date(2026, 6, 5), TODAY)

        assert (first.level, first.word) == ("act", "Not possible")
        assert Assignment.objects.get().ends_on == END
