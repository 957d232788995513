"""Costs, owners, signatures, barriers and survival by the API."""

import pytest
from django.urls import reverse

from tests.api_client import ReadingClient
from tests.engagements.factories import (
    EngagementFactory,
    OwnershipItemFactory,
    SurvivalCheckFactory,
)

pytestmark = pytest.mark.django_db

LEVELS = {"culture": 1, "expertise": 2, "finance": 1, "time": 0}


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, in_handover=True)


ANSWER = {"is_running": True, "usage": "daily", "keeper": "selves", "answered_by": "Rose"}


class TestApi:
    @pytest.fixture
    def api(self, coordinator):
        api = ReadingClient(headers={"accept-language": "en"})
        api.force_authenticate(coordinator)
        return api

    def test_writes_a_cost_and_reads_the_burden(self, api, engagement):
        body = {
            "engagement": engagement.pk,
            "kind": "hosting",
            "label": "Server",
            "unit_price": "9.90",
            "starts_on": "2026-01-01",
        }
        created = api.post(reverse("api:runningcost-list"), body)
        assert created.status_code == 201, created.json()

        answer = api.get(reverse("api:autonomy-running-costs", args=[engagement.pk])).json()
        assert (answer["peak"], answer["ceiling"], answer["over"]) == ("9.90", "100.00", None)

    def test_the_refusal_is_that_of_the_page(self, api, engagement):
        body = {
            "engagement": engagement.pk,
            "kind": "hosting",
            "label": "Server",
            "unit_price": 400,
            "starts_on": "2026-01-01",
        }
        response = api.post(reverse("api:runningcost-list"), body)

        assert response.status_code == 400
        assert "ceiling" in str(response.json())

    def test_a_part_never_moves_to_another_engagement(self, api, engagement, member):
        item, other = OwnershipItemFactory(engagement=engagement), EngagementFactory(member=member)

        address = reverse("api:ownershipitem-detail", args=[item.pk])
        assert api.patch(address, {"engagement": other.pk, "label": "New"}).status_code == 400
        assert (
            api.patch(address, {"engagement": engagement.pk, "label": "Newer"}).status_code == 200
        )

        item.refresh_from_db()
        assert (item.engagement, item.label) == (engagement, "Newer")

    def test_an_old_version_is_refused(self, api, engagement):
        item = OwnershipItemFactory(engagement=engagement)
        address = reverse("api:ownershipitem-detail", args=[item.pk])
        assert api.patch(address, {"label": "Hers", "seen": 1}).status_code == 200

        assert api.patch(address, {"label": "His", "seen": 1}).status_code == 409

    def test_signs_assesses_and_writes_the_levers(self, api, engagement):
        word = {"occasion": "handover", "side": "member", "agrees": True, "name": "Camille"}
        word["seen"] = api.get(reverse("api:autonomy-to-sign", args=[engagement.pk])).json()["seen"]
        assert api.post(reverse("api:autonomy-sign", args=[engagement.pk]), word).status_code == 201
        levels = LEVELS | {"moment": "handover", "side": "member"}
        assert (
            api.post(reverse("api:autonomy-assess", args=[engagement.pk]), levels).json()[
                "expertise"
            ]
            == 2
        )
        levers = {"legitimacy": "yes", "skills": "both"}
        assert (
            api.put(reverse("api:autonomy-levers", args=[engagement.pk]), levers).json()["skills"]
            == "both"
        )

    def test_the_coordinator_does_not_sign_for_the_organisation(self, api, engagement):
        word = {"occasion": "handover", "side": "beneficiary", "agrees": True, "name": "Camille"}

        assert api.post(reverse("api:autonomy-sign", args=[engagement.pk]), word).status_code == 403

    def test_answers_a_survival_check(self, api, member):
        check = SurvivalCheckFactory(engagement__member=member)
        answered = api.post(reverse("api:survivalcheck-answer", args=[check.pk]), ANSWER)

        assert answered.json()["is_alive"] is True

    def test_the_outcomes_are_those_of_the_page(self, api, engagement):
        answer = api.get(reverse("api:autonomy-outcomes")).json()

        assert [(row["year"], row["started"]) for row in answer] == [(2026, 1), (None, 1)]
