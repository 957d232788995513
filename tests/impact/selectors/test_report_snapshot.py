"""What comes back is what was frozen, of any method."""

import json
from datetime import date
from decimal import Decimal

import pytest

from impact.models import Measurement
from impact.selectors import report_snapshot, summaries
from tests.impact.factories import (
    BaselineFactory,
    BreakdownFactory,
    ClaimFactory,
    MeasurementFactory,
    MetricFactory,
)

pytestmark = pytest.mark.django_db


class TestFreezing:
    @pytest.fixture
    def rich(self, engagement, measured):
        """Shares, groups, a net, an endless interval, a hypothesis, a claim, a figure beside, a refusal."""
        share = MetricFactory(engagement=engagement, indicator__share=True, position=1)
        BaselineFactory(
            metric=share,
            count=11,
            total=15,
            exposure_months=None,
            method="declared",
            hours=Decimal("9.5"),
        )
        MeasurementFactory(metric=share, count=45, total=80, exposure_months=None)
        MeasurementFactory(
            metric=share,
            count=None,
            percent=Decimal("61.25"),
            exposure_months=None,
            counts_in_total=False,
        )
        BaselineFactory(
            metric=measured.metric, method="hypothesis", count=1, exposure_months=Decimal("15.4")
        )
        ClaimFactory(metric=measured.metric)
        for count in (40, 12, 3):
            BreakdownFactory(measurement=measured, count=count)
        BreakdownFactory(
            measurement=share.measurements.get(total=80), dimension="age", count=20, total=40
        )
        payload = {"deadweight_asked": 30, "deadweight_answered": 20, "deadweight": 5}
        Measurement.objects.filter(pk=measured.pk).update(**payload)
        nothing = MetricFactory(engagement=engagement, position=2)
        BaselineFactory(metric=nothing, count=0)
        MeasurementFactory(metric=nothing, count=5)
        MetricFactory(engagement=engagement, position=3, target=500, target_on=date(2027, 1, 1))
        return summaries.summarise([engagement])[0]

    def test_what_comes_back_is_what_was_frozen(self, rich):
        frozen = json.loads(json.dumps(report_snapshot.dump(rich)))

        assert report_snapshot.dump(report_snapshot.load(frozen)) == frozen

    def test_the_numbers_that_come_back_are_the_numbers(self, rich):
        back = report_snapshot.load(json.loads(json.dumps(report_snapshot.dump(rich))))

        for before, after in zip(rich.metrics, back.metrics, strict=True):
            assert after.result == before.result
            assert after.series == before.series
            assert (after.disaggregations, after.least) == (before.disaggregations, before.least)
            assert [c.result for c in after.what_ifs] == [c.result for c in before.what_ifs]
            if before.comparison:
                assert (after.comparison.result, after.comparison.strength) == (
                    before.comparison.result,
                    before.comparison.strength,
                )

    def test_a_report_of_an_earlier_method_still_opens(self, rich):
        """Groups and net came later: what was frozen before knows neither."""
        frozen = json.loads(json.dumps(report_snapshot.dump(rich)))
        for told in frozen["figures"]:
            del (
                told["disaggregations"],
                told["least"],
                told["standing"]["net"],
                told["standing"]["no_net"],
            )
            for row in (*told["series"], *told["beside"], told["standing"]["latest"] or {}):
                if isinstance(row, dict):
                    for name in ("deadweight_asked", "deadweight_answered", "deadweight"):
                        row.pop(name, None)
        back = report_snapshot.load(frozen)

        assert [each.disaggregations for each in back.metrics] == [()] * len(back.metrics)
        assert {each.result.net for each in back.metrics} == {None}

    def test_nobody_is_named(self, rich, measured):
        frozen = json.dumps(report_snapshot.dump(rich))

        assert measured.author.full_name not in frozen
        assert measured.author.email not in frozen
