"""Which engagements are in trouble, the worst first."""

from datetime import timedelta

import pytest
from django.urls import reverse

from engagements.selectors.troubles import MAX_SHOWN, troubles_of
from tests.engagements.factories import EngagementFactory, LeadAppointmentFactory

pytestmark = pytest.mark.django_db

LIST = reverse("engagements:engagement-list")


def titles(response):
    return [engagement.title for engagement, *_rest in response.context_data["rows"]]


class TestNeedsMe:
    def test_the_worst_come_first_though_many_others_are_older(self, coordinator, member, today):
        """Once the oldest news were taken first, and what was worst fell off the end."""
        silent = {"member": member, "last_news_on": today - timedelta(days=40)}
        for row in EngagementFactory.create_batch(MAX_SHOWN + 5, **silent):
            LeadAppointmentFactory(engagement=row)
        vacant = EngagementFactory(member=member, title="Vacant", last_news_on=today)

        troubles = troubles_of(coordinator, today)

        assert len(troubles) == MAX_SHOWN
        assert troubles[0].engagement == vacant
        assert [trouble.health.level for trouble in troubles] == ["act"] + ["unknown"] * (
            MAX_SHOWN - 1
        )

    def test_the_whole_list_is_one_click_away(self, page, member):
        EngagementFactory.create_batch(MAX_SHOWN + 1, member=member)

        assert "?all=1" in page.get("/").content.decode()
        assert len(titles(page.get(LIST, {"needs": "any"}))) == MAX_SHOWN + 1

    def test_what_others_run_is_not_asked_of_me(self, outsider, engagement, today):
        assert troubles_of(outsider, today) == []

    def test_what_is_over_needs_nobody(self, coordinator, member, today):
        EngagementFactory(member=member, stopped=True)

        assert troubles_of(coordinator, today) == []
