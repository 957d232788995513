"""No build without a baseline that stands."""

from datetime import date

import pytest
from django.utils import translation

from crm.domain.roles import Role
from impact.gates import has_baseline
from impact.services import baselines
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import BaselineFactory, MetricFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 15)


@pytest.fixture
def engagement(member):
    return EngagementFactory(member=member, title="Forêt")


@pytest.fixture
def metric(engagement):
    return MetricFactory(
        engagement=engagement, indicator__name_en="People in work", indicator__unit_en="people"
    )


@pytest.fixture
def lead(engagement):
    return person_as(Role.LEAD, engagement.beneficiary)


class TestGate:
    def test_wants_a_baseline(self, engagement):
        with translation.override("en"):
            assert "Record a baseline first" in str(has_baseline(engagement, TODAY))

    def test_takes_a_measured_one_as_it_is(self, engagement, metric):
        BaselineFactory(metric=metric, method="measured")

        assert has_baseline(engagement, TODAY) is None

    @pytest.mark.parametrize("method", ["reconstructed", "declared"])
    def test_wants_the_lead_to_sign_any_other(self, engagement, metric, lead, method):
        row = BaselineFactory(metric=metric, method=method)
        with translation.override("en"):
            assert "the project lead agrees" in str(has_baseline(engagement, TODAY))

        baselines.agree_to_baseline(row, seen=row.version, by=lead, today=TODAY)

        assert has_baseline(engagement, TODAY) is None

    def test_is_not_opened_by_a_hypothesis(self, engagement, metric):
        BaselineFactory(metric=metric, method="hypothesis")

        with translation.override("en"):
            assert "Record a baseline first" in str(has_baseline(engagement, TODAY))
