"""The forms of figures and baselines: what is told at a field, and what is kept."""

import pytest
from django.urls import reverse

from impact.models import Measurement, Metric
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import IndicatorFactory, MetricFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


class TestForms:
    GOOD = {
        "count": "60",
        "exposure_months": "6",
        "window_start": "2026-01-01",
        "window_end": "2026-06-30",
        "population": "all",
        "source": "Kept source",
        "grade": "counted",
    }

    @pytest.fixture
    def metric(self, member):
        return MetricFactory(engagement=EngagementFactory(member=member))

    @pytest.fixture
    def post(self, client, coordinator, metric):
        client.force_login(coordinator)

        def post(**changes):
            return client.post(
                reverse("impact:measurement-create", args=[metric.pk]), self.GOOD | changes
            )

        return post

    def test_records_a_draft_that_is_then_submitted(self, post, client, metric):
        assert post().status_code == 302
        draft = Measurement.objects.get()
        assert draft.status == "draft"

        client.post(reverse("impact:measurement-submit", args=[draft.pk]), {"seen": draft.version})

        draft.refresh_from_db()
        assert draft.status == "submitted"

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("count", "-1"),
            ("count", "1e308"),
            ("count", "N/A"),
            ("count", ""),
            ("exposure_months", "0"),
            ("exposure_months", "NaN"),
            ("window_end", "2999-01-01"),
            ("window_end", "2025-01-01"),
            ("source", ""),
        ],
    )
    def test_bad_figures_are_told_and_what_was_typed_is_kept(self, post, field, value):
        response = post(**{field: value})

        assert response.status_code == 422
        assert response.context_data["form"].errors
        assert not Measurement.objects.exists()
        if field != "source":
            assert "Kept source" in response.content.decode()

    def test_a_share_above_a_hundred_per_cent_is_refused(self, client, coordinator, member):
        metric = MetricFactory(
            engagement=EngagementFactory(member=member), indicator=IndicatorFactory(share=True)
        )
        client.force_login(coordinator)

        payload = self.GOOD | {"count": "105", "total": "100"}
        response = client.post(reverse("impact:measurement-create", args=[metric.pk]), payload)

        assert response.status_code == 422

    def test_a_second_baseline_is_refused(self, client, coordinator, metric):
        client.force_login(coordinator)
        url = reverse("impact:baseline-create", args=[metric.pk])
        payload = self.GOOD | {"method": "measured"}
        assert client.post(url, payload).status_code == 302

        assert client.post(url, payload).status_code == 422
        assert Metric.objects.get(pk=metric.pk).baselines.count() == 1
