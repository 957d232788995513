"""A caveat is typed once and read with the figure."""

import pytest
from django.urls import reverse

from tests.api_client import ReadingBrowser
from tests.impact.factories import MetricFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def metric(member):
    return MetricFactory(engagement__member=member)


class TestPages:
    def test_a_caveat_is_read_with_the_figure(self, client, coordinator, metric):
        client.force_login(coordinator)
        payload = {
            "reading": "periods",
            "target": "",
            "caveat_fr": "À lire « avant » 🎉",
            "why": "Clearer",
            "seen": 1,
        }

        refused = client.post(
            reverse("impact:metric-change", args=[metric.pk]), payload | {"why": ""}
        )
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["why"])
        client.post(reverse("impact:metric-change", args=[metric.pk]), payload)

        html = client.get(
            reverse("impact:engagement-impact", args=[metric.engagement_id])
        ).content.decode()
        assert "À lire « avant » 🎉" in html

    def test_the_same_through_the_api(self, coordinator, metric):
        client = ReadingBrowser()
        client.force_login(coordinator)
        url = f"/api/v1/metrics/{metric.pk}/"

        assert list(
            client.patch(url, {"target": 5}, content_type="application/json").json()["errors"]
        ) == ["why"]
        changed = client.patch(
            url, {"target": 5, "why": "x"}, content_type="application/json"
        ).json()
        assert (changed["target"], changed["version"]) == (5, 2)
