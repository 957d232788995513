"""Metrics through the API: an indicator is followed once, by those who run the engagement."""

import pytest

from crm.domain.roles import Role
from impact.models import Metric
from tests.api_client import refused
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import IndicatorFactory, MetricFactory

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt")


@pytest.fixture
def metric(engagement):
    return MetricFactory(engagement=engagement)


class TestMetrics:
    def test_an_engagement_follows_an_indicator(self, api, engagement, coordinator):
        indicator = IndicatorFactory()
        payload = {
            "engagement": engagement.pk,
            "indicator": indicator.pk,
            "target": 500,
            "target_on": "2027-01-01",
        }

        response = api.post(f"{ROOT}/metrics/", payload)

        metric = Metric.objects.get()
        assert (response.status_code, response.data["indicator_name"]) == (201, indicator.name_en)
        assert (metric.target, metric.history.get().history_user) == (500, coordinator)

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("indicator", 987_654_321),
            ("indicator", None),
            ("engagement", 987_654_321),
            ("reading", "backwards"),
            ("target", -1),
            ("target", 10**10),
            ("target_on", "2027-02-31"),
        ],
    )
    def test_bad_input_is_told_at_its_field(self, api, engagement, field, value):
        payload = {"engagement": engagement.pk, "indicator": IndicatorFactory().pk, field: value}

        assert set(refused(api.post(f"{ROOT}/metrics/", payload))) == {field}
        assert not Metric.objects.exists()

    def test_the_same_indicator_is_followed_once(self, api, metric):
        payload = {"engagement": metric.engagement_id, "indicator": metric.indicator_id}

        assert "follows this indicator already" in str(
            refused(api.post(f"{ROOT}/metrics/", payload))
        )
        assert Metric.objects.count() == 1

    @pytest.mark.parametrize("role", [Role.LEAD, Role.DESK, Role.FUNDER, Role.VOLUNTEER])
    def test_those_who_do_not_run_it_follow_nothing(self, enter, engagement, role):
        user = person_as(role, engagement.beneficiary if role == Role.LEAD else None)
        payload = {"engagement": engagement.pk, "indicator": IndicatorFactory().pk}

        assert set(refused(enter(user).post(f"{ROOT}/metrics/", payload))) == {"engagement"}
