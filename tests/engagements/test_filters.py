"""By what the list of engagements is narrowed."""

from datetime import timedelta

import pytest
from django.urls import reverse

from engagements.models import Engagement
from tests.engagements.factories import BlockerFactory, EngagementFactory, LeadAppointmentFactory

pytestmark = pytest.mark.django_db

LIST = reverse("engagements:engagement-list")


def titles(response):
    return [engagement.title for engagement, *_rest in response.context_data["rows"]]


class TestListFilters:
    @pytest.fixture(autouse=True)
    def rows(self, member, coordinator, today):
        new = {"member": member, "coordinator": coordinator, "last_news_on": today}
        for days, title in ((30, "Calm"), (20, "Blocked"), (10, "Silent")):
            row = EngagementFactory(**new, title=title, started_on=today - timedelta(days=days))
            LeadAppointmentFactory(engagement=row, starts_on=row.started_on)
        BlockerFactory(
            engagement=Engagement.objects.get(title="Blocked"), opened_on=today - timedelta(days=2)
        )
        Engagement.objects.filter(title="Silent").update(last_news_on=today - timedelta(days=50))
        EngagementFactory(**new, title="Stopped", stopped=True)
        EngagementFactory(**new, title="Autonomous", stage="autonomous")
        EngagementFactory(title="Foreign")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, ["Blocked", "Calm", "Silent"]),
            ({"state": "active"}, ["Blocked", "Calm", "Silent"]),
            ({"state": "stopped"}, ["Stopped"]),
            ({"state": "autonomous"}, ["Autonomous"]),
            ({"state": "all"}, ["Autonomous", "Blocked", "Calm", "Silent", "Stopped"]),
            ({"state": "active", "stage": "stopped"}, ["Stopped"]),
            ({"stage": "scoping"}, ["Blocked", "Calm", "Silent"]),
            ({"stage": "build"}, []),
            ({"needs": "any"}, ["Blocked", "Silent"]),
            ({"needs": "blocked"}, ["Blocked"]),
            ({"needs": "silent"}, ["Silent"]),
            ({"needs": "vacant"}, []),
            ({"health": "good"}, ["Calm"]),
            ({"health": "watch"}, ["Blocked"]),
            ({"health": "unknown"}, ["Silent"]),
            ({"health": "act"}, []),
            ({"health": "act", "state": "all"}, []),
            ({"sort": "start"}, ["Calm", "Blocked", "Silent"]),
            ({"sort": "-start"}, ["Silent", "Blocked", "Calm"]),
            ({"sort": "news"}, ["Silent", "Calm", "Blocked"]),
            ({"sort": "drop table"}, ["Blocked", "Calm", "Silent"]),
            (
                {"state": "nowhere", "stage": "x", "health": "\0", "q": "a\0"},
                ["Blocked", "Calm", "Silent"],
            ),
        ],
    )
    def test_finds_what_was_asked_for(self, page, query, found):
        response = page.get(LIST, query)

        assert response.status_code == 200
        assert titles(response) == found

    def test_a_coordinator_of_elsewhere_is_no_choice(self, page, outsider):
        response = page.get(LIST, {"coordinator": outsider.pk})

        assert "coordinator" in response.context_data["filter"].form.errors

    def test_the_administrator_chooses_among_members(self, enter, administrator, member):
        client = enter(administrator)

        assert titles(client.get(LIST)) == ["Blocked", "Calm", "Foreign", "Silent"]
        assert titles(client.get(LIST, {"member": member.pk})) == ["Blocked", "Calm", "Silent"]

    def test_says_what_to_do_when_nothing_matches(self, page):
        assert b"Nothing matches" in page.get(LIST, {"q": "nothing like it"}).content
