"""Three weeks without a word: whose they are, and what is a word."""

from datetime import date, timedelta

import pytest

from tests.engagements.factories import PauseFactory, ProgressLogFactory
from tests.volunteers.factories import AssignmentFactory
from volunteers.models import Assignment
from volunteers.selectors import silent_weeks

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 11)  # a Thursday
MONDAY = date(2026, 6, 8)
BEFORE = [MONDAY - timedelta(weeks=back) for back in (1, 2, 3, 4)]


def is_silent(today=TODAY):
    return silent_weeks.silent(Assignment.objects.all(), today).exists()


def log(assignment, week, **words):
    return ProgressLogFactory(
        engagement=assignment.engagement, author=assignment.volunteer.user, week=week, **words
    )


class TestThreeSilences:
    def test_three_whole_weeks_without_a_word(self):
        log(AssignmentFactory(), BEFORE[3])

        assert is_silent()

    @pytest.mark.parametrize("week", [*BEFORE[:3], MONDAY])
    def test_one_word_in_them_or_since_is_enough(self, week):
        log(AssignmentFactory(), week)

        assert not is_silent()

    def test_nothing_this_week_is_a_word(self):
        log(AssignmentFactory(), BEFORE[1], is_nothing=True, done="", blocked="", next="")

        assert not is_silent()

    def test_the_word_of_somebody_else_or_on_another_engagement_is_not_theirs(self):
        assignment = AssignmentFactory()
        ProgressLogFactory(engagement=assignment.engagement, week=BEFORE[0])
        ProgressLogFactory(author=assignment.volunteer.user, week=BEFORE[0])

        assert is_silent()

    @pytest.mark.parametrize(
        "change",
        [
            {"starts_on": BEFORE[2] + timedelta(days=1)},
            {"ends_on": TODAY - timedelta(days=1)},
            {"confirmed_on": None},
        ],
    )
    def test_whoever_was_not_there_for_all_of_it_owes_no_word(self, change):
        AssignmentFactory(**change)

        assert not is_silent()

    @pytest.mark.parametrize(
        ("first", "last"), [(BEFORE[2], BEFORE[2]), (TODAY, None), (BEFORE[3], None)]
    )
    def test_a_pause_owes_no_word(self, first, last):
        PauseFactory(engagement=AssignmentFactory().engagement, starts_on=first, ends_on=last)

        assert not is_silent()

    def test_a_pause_that_was_over_before_changes_nothing(self):
        PauseFactory(
            engagement=AssignmentFactory().engagement,
            starts_on=BEFORE[3],
            ends_on=BEFORE[2] - timedelta(days=1),
        )

        assert is_silent()
