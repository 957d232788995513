"""Somebody who has gone silent is told to those who run the engagement, and to nobody else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.workdays import monday_of
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory, ProgressLogFactory
from tests.volunteers.factories import AssignmentFactory
from volunteers.selectors import teams
from volunteers.todos import assignments

pytestmark = pytest.mark.django_db


def log(assignment, week, **words):
    return ProgressLogFactory(
        engagement=assignment.engagement, author=assignment.volunteer.user, week=week, **words
    )


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
