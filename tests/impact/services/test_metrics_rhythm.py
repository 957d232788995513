"""A metric followed in a rhythm, by the service, the page and the API."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from impact.services import metrics
from tests.api_client import ReadingBrowser
from tests.crm.factories import UserFactory
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import MetricFactory

JANUARY, APRIL = date(2026, 1, 1), date(2026, 4, 1)


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, in_build=True)


@pytest.fixture
def metric(engagement):
    return MetricFactory(engagement=engagement, every=3, every_from=JANUARY)


@pytest.mark.django_db
class TestFollowing:
    def test_a_rhythm_begins_with_the_stage_where_no_day_is_said(self, metric, engagement):
        changed = metrics.change_metric(
            metric, every=12, every_from=None, why="x", by=UserFactory()
        )
        assert changed.every_from == engagement.stage_entered_on

        assert metrics.change_metric(metric, every=0, why="x", by=UserFactory()).every_from is None

    @pytest.mark.parametrize("facts", [{"every": 2}, {"every_from": None}, {"every": 0}])
    def test_the_database_keeps_it_whole(self, engagement, facts):
        with pytest.raises(IntegrityError), transaction.atomic():
            MetricFactory(engagement=engagement, **{"every": 3, "every_from": JANUARY} | facts)

    def test_through_the_page_and_the_api(self, client, coordinator, metric):
        client.force_login(coordinator)
        payload = {
            "reading": "periods",
            "every": "6",
            "every_from": "2026-02-01",
            "why": "x",
            "seen": 1,
        }
        client.post(reverse("impact:metric-change", args=[metric.pk]), payload)
        metric.refresh_from_db()
        assert (metric.every, metric.every_from) == (6, date(2026, 2, 1))

        url = f"/api/v1/metrics/{metric.pk}/"
        client = ReadingBrowser()
        client.force_login(coordinator)
        body = client.patch(url, {"every": 1, "why": "x"}, content_type="application/json").json()
        assert (body["every"], body["every_from"]) == (1, "2026-02-01")
        assert (
            client.patch(url, {"every": 5, "why": "x"}, content_type="application/json").status_code
            == 400
        )

    def test_is_chosen_with_the_indicator(self, client, coordinator, metric, engagement):
        other = MetricFactory().indicator
        client.force_login(coordinator)
        payload = {"indicator": other.pk, "reading": "periods", "every": "3", "every_from": ""}
        client.post(reverse("impact:metric-create", args=[engagement.pk]), payload)

        assert engagement.metrics.get(indicator=other).every_from == engagement.stage_entered_on
