"""The summary of an engagement through the API: figures, baseline and multiplier, or why there is none."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.domain.roles import Role
from tests.api_client import keys
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    BaselineFactory,
    FundingFactory,
    MeasurementFactory,
    MetricFactory,
)

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt")


@pytest.fixture
def metric(engagement):
    return MetricFactory(engagement=engagement)


class TestSummary:
    def test_one_carries_counts_baseline_and_multiplier(self, api, engagement, metric):
        BaselineFactory(metric=metric)
        MeasurementFactory(metric=metric)

        body = api.get(f"{ROOT}/impact/{engagement.pk}/").data

        row = body["metrics"][0]
        assert (body["title"], row["count"], row["comparison"]["baseline_count"]) == (
            "Forêt",
            60,
            10,
        )
        assert row["comparison"]["low"] < row["comparison"]["ratio"] < row["comparison"]["high"]

    def test_a_hypothesis_is_a_what_if_and_no_comparison(self, api, engagement, metric):
        BaselineFactory(metric=metric, method="hypothesis")
        MeasurementFactory(metric=metric)

        row = api.get(f"{ROOT}/impact/{engagement.pk}/").data["metrics"][0]

        assert row["comparison"] is None
        assert [what_if["is_hypothesis"] for what_if in row["what_ifs"]] == [True]

    def test_without_figures_it_says_why(self, api, engagement, metric):
        row = api.get(f"{ROOT}/impact/{engagement.pk}/").data["metrics"][0]

        assert row["count"] is None
        assert row["refusal"]

    def test_a_funder_reads_what_it_funds_as_long_as_it_may(self, enter, engagement):
        funder = person_as(Role.FUNDER)
        funding = FundingFactory(
            funder=funder.memberships.get().organisation, engagement=engagement
        )
        EngagementFactory(title="Not funded")
        assert keys(enter(funder).get(f"{ROOT}/impact/"), "title") == ["Forêt"]

        funding.reads_until = timezone.localdate() - timedelta(days=1)
        funding.save()

        assert keys(enter(funder).get(f"{ROOT}/impact/"), "title") == []
        assert enter(funder).get(f"{ROOT}/impact/{engagement.pk}/").status_code == 404
