from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.workdays import monday_of
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory, PauseFactory, ProgressLogFactory
from tests.volunteers.factories import AssignmentFactory
from volunteers.models import Assignment
from volunteers.selectors import silent_weeks, teams, weeks
from volunteers.todos import assignments

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


class TestTheFlag:
    @pytest.fixture
    def assignment(self, member, coordinator):
        today = timezone.localdate()
        return AssignmentFactory(
            engagement=EngagementFactory(member=member, coordinator=coordinator),
            starts_on=today - timedelta(days=90),
            ends_on=today + timedelta(days=90),
        )

    def test_goes_to_those_who_run_the_engagement_and_to_nobody_else(self, assignment, coordinator):
        def flags(user):
            return [
                todo
                for todo in assignments.todos_of(user, timezone.localdate())
                if todo.key.startswith("silent")
            ]

        (flag,) = flags(coordinator)
        assert flag.title == str(assignment.volunteer)
        assert flags(assignment.volunteer.user) == []
        assert flags(person_as("lead", assignment.engagement.beneficiary)) == []
        assert flags(person_as("coordinator")) == []

    def test_stands_on_the_team_panel_for_them_alone(self, client, assignment, coordinator):
        url = reverse("volunteers:engagement-team", args=[assignment.engagement_id])
        for user, seen in ((coordinator, True), (assignment.volunteer.user, False)):
            client.force_login(user)
            page = client.get(url, headers={"accept-language": "en"}).content.decode()
            assert ("No word for three weeks" in page) is seen

    def test_one_word_takes_it_down(self, assignment, coordinator):
        log(assignment, monday_of(timezone.localdate()) - timedelta(weeks=2))

        assert teams.silent_of(coordinator, timezone.localdate()) == []


@pytest.mark.parametrize(
    ("today", "week"),
    [
        (date(2026, 6, 8), date(2026, 6, 1)),
        (date(2026, 6, 10), date(2026, 6, 1)),
        (date(2026, 6, 11), date(2026, 6, 8)),
        (date(2026, 6, 14), date(2026, 6, 8)),
        (date(2027, 1, 1), date(2026, 12, 28)),
    ],
)
def test_the_week_to_log_is_the_last_one_until_wednesday(today, week):
    assert weeks.week_due(today) == week
