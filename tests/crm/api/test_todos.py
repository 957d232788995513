"""What waits for somebody, by the API."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.models import User
from tests.api_client import ReadingClient
from tests.engagements.factories import BlockerFactory, EngagementFactory, LeadAppointmentFactory

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

    def test_the_needs_are_those_of_the_page_and_can_be_put_off(self, api, engagement):
        BlockerFactory(engagement=engagement, opened_on=timezone.localdate())
        (todo,) = [
            row for row in api.get(reverse("api:needs")).json() if row["key"].startswith("trouble")
        ]
        until = str(timezone.localdate() + timedelta(days=2))

        snoozed = api.post(
            reverse("api:snooze-list"), {"key": todo["key"], "title": todo["title"], "until": until}
        )

        assert snoozed.status_code == 201
        reader = ReadingClient(headers={"accept-language": "en"})
        reader.force_authenticate(User.objects.get(pk=engagement.coordinator_id))
        assert not [
            row for row in reader.get(reverse("api:needs")).json() if row["key"] == todo["key"]
        ]
        assert (
            reader.delete(reverse("api:snooze-detail", args=[snoozed.json()["id"]])).status_code
            == 204
        )
