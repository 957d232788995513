"""How strong a figure is: no stronger than its weakest side."""

from datetime import date

import pytest

from impact.models import Baseline, Grade
from impact.selectors import summaries
from impact.selectors.results import GRADES_BY_STRENGTH
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import BaselineFactory, MeasurementFactory, MetricFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(member):
    return EngagementFactory(member=member, title="Forêt")


@pytest.fixture
def metric(engagement):
    return MetricFactory(
        engagement=engagement, indicator__name_en="People in work", indicator__unit_en="people"
    )


class TestStrength:
    @pytest.mark.parametrize("method", ["reconstructed", "declared", "hypothesis"])
    @pytest.mark.parametrize("grade", Grade.values)
    def test_is_declared_for_good_when_nothing_was_measured_before(self, method, grade):
        assert Baseline(method=method, grade=grade).strength == Grade.DECLARED

    @pytest.mark.parametrize("before", Grade.values)
    @pytest.mark.parametrize("now", Grade.values)
    def test_of_a_comparison_is_that_of_its_weaker_side(self, engagement, metric, before, now):
        BaselineFactory(metric=metric, method="measured", grade=before)
        MeasurementFactory(metric=metric, grade=now)

        compared = summaries.summarise([engagement])[0].metrics[0].comparison

        assert GRADES_BY_STRENGTH.index(compared.strength) == min(
            GRADES_BY_STRENGTH.index(before), GRADES_BY_STRENGTH.index(now)
        )

    def test_of_a_sum_is_that_of_its_weakest_figure(self, engagement, metric):
        BaselineFactory(metric=metric, method="measured", grade="verified")
        MeasurementFactory(metric=metric, grade="verified")
        late = {"window_start": date(2026, 7, 1), "window_end": date(2026, 7, 10)}
        MeasurementFactory(metric=metric, grade="surveyed", **late)

        assert summaries.summarise([engagement])[0].metrics[0].comparison.strength == Grade.SURVEYED
