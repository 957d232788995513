"""What the solution costs to run, beside the ceiling that was agreed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from engagements.models import Decision, RunningCost
from engagements.selectors import autonomy
from engagements.services import costs
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory, RunningCostFactory, TeamMemberFactory
from tests.services import refusal

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, in_handover=True)


@pytest.fixture
def lead(engagement):
    return person_as(Role.LEAD, engagement.beneficiary, full_name="Rose Lead")


class TestRunningCosts:
    def cost(self, engagement, price, **given):
        return RunningCost(
            engagement=engagement,
            kind="hosting",
            label="Server",
            unit_price=price,
            starts_on=TODAY,
            **given,
        )

    def save(self, cost, coordinator, **given):
        return costs.save_cost(cost, by=coordinator, today=TODAY, **given)

    def test_within_the_ceiling_nothing_is_asked(self, engagement, coordinator):
        self.save(self.cost(engagement, 100), coordinator)

        assert autonomy.projection_of(engagement, TODAY).peak == 100

    def test_above_the_ceiling_it_wants_a_decision_and_keeps_nothing_without(
        self, engagement, coordinator
    ):
        assert list(refusal(self.save, self.cost(engagement, 101), coordinator)) == ["decision"]
        assert not RunningCost.objects.exists()

    def test_the_decision_is_kept_among_the_decisions(self, engagement, coordinator):
        self.save(self.cost(engagement, 101), coordinator, decision="The board voted it on Monday.")

        decision = Decision.objects.get()
        assert (decision.engagement, decision.text) == (engagement, "The board voted it on Monday.")
        assert decision.decided_on == TODAY

    def test_a_cheaper_cost_needs_no_new_decision_though_still_above(self, engagement, coordinator):
        cost = self.save(self.cost(engagement, 150), coordinator, decision="Voted.")
        cost.unit_price = Decimal(120)

        self.save(cost, coordinator)

        assert Decision.objects.count() == 1

    def test_what_somebody_else_pays_does_not_count_against_the_ceiling(
        self, engagement, coordinator
    ):
        self.save(self.cost(engagement, 900, payer="member"), coordinator)

        assert autonomy.projection_of(engagement, TODAY) is None

    def test_free_credits_have_an_end(self, engagement, coordinator):
        cost = RunningCost(
            engagement=engagement,
            kind="credits",
            label="Credits",
            unit_price=30,
            starts_on=TODAY,
            free_until=None,
        )

        with pytest.raises(Refused, match="Say until when"):
            self.save(cost, coordinator)

    def test_the_end_of_free_credits_crosses_the_ceiling_beforehand(self, engagement, coordinator):
        cost = self.cost(engagement, 130, free_until=TODAY + timedelta(days=300))

        assert list(refusal(self.save, cost, coordinator)) == ["decision"]

    def test_a_cost_that_somebody_changed_meanwhile_is_stale(self, engagement, coordinator):
        cost = RunningCostFactory(engagement=engagement)
        saved = RunningCost.objects.get()
        saved.label = "Other"
        self.save(saved, coordinator, seen=1)

        with pytest.raises(Stale):
            self.save(cost, coordinator, seen=1)

    def test_the_page_says_the_share_of_the_budget_to_the_lead_and_not_to_the_team(
        self, engagement, lead, client
    ):
        engagement.beneficiary.annual_budget = 12_000
        engagement.beneficiary.save()
        RunningCostFactory(engagement=engagement, unit_price=20)
        page = reverse("engagements:engagement-autonomy", args=[engagement.pk])
        client.force_login(lead)
        assert "2.00%" in client.get(page, headers={"accept-language": "en"}).content.decode()

        client.force_login(in_team(engagement))
        text = client.get(page, headers={"accept-language": "en"}).content.decode()

        assert "2.00%" not in text
        assert "Server" not in text
        assert "Hosting" in text


def in_team(engagement):
    volunteer = person_as(Role.VOLUNTEER, full_name="Vera Volunteer")
    TeamMemberFactory(engagement=engagement, user=volunteer)
    return volunteer
