"""A baseline agreed to, questioned and changed through the API."""

import pytest

from crm.domain.roles import Role
from impact.display.narrative import sentence_of
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import BaselineFactory, MetricFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(member):
    return EngagementFactory(member=member, title="Forêt")


@pytest.fixture
def metric(engagement):
    return MetricFactory(
        engagement=engagement, indicator__name_en="People in work", indicator__unit_en="people"
    )


@pytest.fixture
def baseline(metric):
    return BaselineFactory(metric=metric, method="reconstructed", source="mails")


@pytest.fixture
def lead(engagement):
    return person_as(Role.LEAD, engagement.beneficiary)


class TestApi:
    def url(self, baseline, verb=""):
        return f"/api/v1/baselines/{baseline.pk}/{verb}"

    def test_the_lead_agrees(self, client, baseline, lead):
        client.force_login(lead)

        body = client.post(
            self.url(baseline, "agree/"), {"seen": 1}, content_type="application/json"
        ).json()

        assert body["agreed_on"] is not None
        assert body["sentence"] == sentence_of(baseline)

    def test_the_lead_questions(self, client, baseline, lead):
        client.force_login(lead)

        client.post(
            self.url(baseline, "question/"),
            {"reason": "Four", "seen": 1},
            content_type="application/json",
        )

        baseline.refresh_from_db()
        assert baseline.doubt == "Four"

    @pytest.mark.parametrize("why", ["", "   ", None])
    def test_a_change_says_why(self, client, coordinator, baseline, why):
        client.force_login(coordinator)
        payload = {"count": 3, "seen": 1} | ({} if why is None else {"why": why})

        response = client.patch(self.url(baseline), payload, content_type="application/json")

        assert (response.status_code, list(response.json()["errors"])) == (400, ["why"])
        assert client.delete(self.url(baseline)).status_code == 405
        response = client.patch(
            self.url(baseline),
            {"count": 3, "why": "Slip", "seen": 1},
            content_type="application/json",
        )
        assert response.json()["count"] == 3
