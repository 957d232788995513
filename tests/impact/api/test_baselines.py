"""A baseline recorded through the API."""

import pytest
from django.utils import timezone

from impact.models import Baseline
from tests.api_client import refused
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import MetricFactory
from tests.impact.sent_figures import BAD_FIGURES, figure

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt")


@pytest.fixture
def metric(engagement):
    return MetricFactory(engagement=engagement)


class TestBaselines:
    def test_is_recorded_with_its_author(self, api, metric, coordinator):
        response = api.post(f"{ROOT}/baselines/", figure(metric, method="measured"))

        baseline = Baseline.objects.get()
        assert (response.status_code, response.data["count"]) == (201, 60)
        assert (baseline.author, baseline.recorded_on) == (coordinator, timezone.localdate())

    @pytest.mark.parametrize(
        ("field", "value"), [*BAD_FIGURES, ("method", "guessed"), ("method", None)]
    )
    def test_bad_input_is_told_at_its_field(self, api, metric, field, value):
        payload = figure(metric, method="measured") | {field: value}

        assert field in refused(api.post(f"{ROOT}/baselines/", payload))
        assert not Baseline.objects.exists()

    def test_there_is_one_and_any_number_of_hypotheses(self, api, metric):
        answers = [
            api.post(f"{ROOT}/baselines/", figure(metric, method=method)).status_code
            for method in ("measured", "declared", "hypothesis", "hypothesis")
        ]

        assert answers == [201, 400, 201, 201]
