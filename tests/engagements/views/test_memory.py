"""What changed since and why, on the page; and who stands in while there is no lead."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused
from engagements.models import Milestone
from engagements.services import engagements
from tests.crm.factories import ContactFactory
from tests.engagements.factories import EngagementFactory


@pytest.mark.django_db
class TestStandIn:
    @pytest.fixture
    def page(self, client, coordinator):
        client.force_login(coordinator)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    def test_is_shown_while_there_is_no_lead_and_never_counts_as_one(
        self, page, member, coordinator
    ):
        engagement = EngagementFactory(
            member=member, started_on=timezone.localdate() - timedelta(days=30)
        )
        rose = ContactFactory(organisation=engagement.beneficiary, kept_by=member, full_name="Rose")

        answer = page.post(
            f"/engagements/{engagement.pk}/stand-in/", {"stand_in": rose.pk, "seen": 1}
        )

        response = page.get(engagement.get_absolute_url())
        assert answer.status_code == 302
        assert "Rose stands in" in response.content.decode()
        assert response.context_data["strip"].coverage.covered_percent == 0
        assert engagement.history.latest("history_date").stand_in_id == rose.pk

    def test_works_at_the_supported_organisation(self, member, coordinator):
        engagement, stranger = EngagementFactory(member=member), ContactFactory()

        with pytest.raises(Refused):
            engagements.change_engagement(engagement, {"stand_in": stranger}, by=coordinator)


def address(name, pk):
    return reverse(f"engagements:{name}", args=[pk])


@pytest.mark.django_db
class TestHistory:
    def test_tells_who_changed_what_and_why_of_milestones_too(self, page, engagement, coordinator):
        page.post(
            address("milestone-create", engagement.pk),
            {"title": "Recette", "planned_on": "2026-12-01"},
        )
        milestone = Milestone.objects.get()
        page.post(
            address("milestone-change", milestone.pk),
            {
                "title": "Recette",
                "planned_on": "2027-01-15",
                "why": "The server is late",
                "seen": 1,
            },
        )

        text = page.get(address("engagement-changes", engagement.pk)).content.decode()

        assert "The server is late" in text
        assert coordinator.full_name in text
