"""Rules, levels set by hand and pauses by the API."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from engagements.domain import health
from tests.api_client import ReadingClient
from tests.engagements.factories import EngagementFactory, LeadAppointmentFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


@pytest.fixture
def engagement(member, coordinator):
    """Led, with news of today, nothing late."""
    engagement = EngagementFactory(member=member, coordinator=coordinator, last_news_on=TODAY)
    LeadAppointmentFactory(engagement=engagement)
    return engagement


class TestApi:
    @pytest.fixture
    def api(self, coordinator):
        api = ReadingClient(headers={"accept-language": "en"})
        api.force_authenticate(coordinator)
        return api

    def test_rules_overrides_and_pauses(self, api, engagement, administrator):
        assert len(api.get(reverse("api:healthrule-list")).json()) == len(health.DEFAULTS)
        assert (
            api.patch(reverse("api:healthrule-detail", args=["late"]), {"days": 3}).status_code
            == 403
        )
        boss = ReadingClient()
        boss.force_authenticate(administrator)
        assert (
            boss.patch(reverse("api:healthrule-detail", args=["late"]), {"days": 3}).json()["days"]
            == 3
        )
        until = str(timezone.localdate() + timedelta(days=2))
        body = {"level": "act", "reason": "So.", "until": until}
        override = api.post(
            reverse("api:health-override-health", args=[engagement.pk]), body
        ).json()
        assert api.post(reverse("api:healthoverride-take-back", args=[override["id"]])).json()[
            "ended_at"
        ]
        pause = api.post(
            reverse("api:health-pause", args=[engagement.pk]),
            {"starts_on": "2026-06-01", "reason": "So."},
        )
        assert pause.status_code == 201
        ended = api.post(
            reverse("api:pause-resume", args=[pause.json()["id"]]), {"ends_on": "2026-05-01"}
        )
        assert "before it begins" in str(ended.json())
