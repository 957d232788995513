"""What an engagement has come to: its figures against their baseline, and the claims that it tells apart from them."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from crm.domain.roles import Role
from engagements.models import Engagement
from impact.domain import statistics
from impact.models import Measurement
from impact.selectors import summaries
from tests.crm.factories import person_as
from tests.impact.factories import (
    BaselineFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
)

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def summary_of(metric):
    (section,) = summaries.summarise([metric.engagement])
    return section.metrics[0]


@pytest.mark.usefixtures("demo_of_a_class")
class TestLinkedOut:
    @pytest.fixture
    def page(self, client):
        client.force_login(person_as(Role.ADMINISTRATOR))
        engagement = Engagement.objects.get(title="LinkedOut")
        url = reverse("impact:engagement-impact", args=[engagement.pk])
        return client.get(url, headers={"accept-language": "en"}).content.decode()

    def test_sixteen_times_is_a_claim_without_its_baseline(self, page):
        assert "baseline not supplied" in page
        assert "×\u00a016<" in page

    def test_the_what_if_carries_its_interval(self, page):
        assert "What if" in page
        assert "×\u00a016.6" in page
        assert "[8.8;\u00a035.1]" in page
        assert "The baseline is a hypothesis: nobody supplied it." in page

    def test_per_person_the_rate_did_not_rise(self, page):
        assert (
            "Per person the rate did not rise: 11 out of 15 (73%) before, 45 out of 80 (56%) now."
            in page
        )

    def test_both_readings_of_sixteen_are_told_and_what_they_are_not(self, page):
        assert "200 ÷ 16 = 12.5 people, so 12 or 13" in page
        assert "×\u00a016.7" in page
        assert "more people, not better odds for each" in page

    def test_three_definitions_and_series_that_do_not_reconcile(self, page):
        assert "61% was shown under three definitions" in page
        assert "The published series do not reconcile: 61% of the 300 people" in page

    def test_percentages_without_denominator_say_so(self, page):
        assert "61% (denominator not published)" in page


class TestMultipliers:
    def test_pace_against_pace(self):
        metric = BaselineFactory(count=10, exposure_months=Decimal("15.4")).metric
        MeasurementFactory(metric=metric, count=200, exposure_months=Decimal("18.6"))

        summary = summary_of(metric).comparison.multiplier

        assert (summary.kind, round(summary.ratio, 6)) == ("per-time", 16.55914)
        assert (round(summary.low, 6), round(summary.high, 6)) == (8.818789, 35.063649)

    def test_windows_add_up_when_they_do_not_overlap(self):
        metric = BaselineFactory().metric
        for month in (1, 2, 3):
            MeasurementFactory(
                metric=metric,
                count=10,
                exposure_months=1,
                window_start=date(2026, month, 1),
                window_end=date(2026, month, 28),
            )

        result = summary_of(metric).result

        assert (result.count, result.months) == (30, 3)
        assert result.window_start == date(2026, 1, 1)

    def test_overlapping_windows_are_refused(self):
        metric = BaselineFactory().metric
        MeasurementFactory.create_batch(2, metric=metric)

        assert summary_of(metric).result.refusal == "windows-overlap"

    @pytest.mark.parametrize(
        ("baseline", "measured", "reason"),
        [
            ({"count": 0}, {}, "baseline-zero"),
            ({"exposure_months": None}, {}, "exposure-unknown"),
            ({"population": "all"}, {"population": "completers"}, "populations-differ"),
            ({"population": "unknown"}, {}, "population-unknown"),
            ({"count": 0}, {"count": 0}, "no-events"),
        ],
    )
    def test_refuses_a_single_figure_in_words(self, client, baseline, measured, reason):
        metric = BaselineFactory(**baseline).metric
        MeasurementFactory(metric=metric, **measured)
        client.force_login(person_as(Role.ADMINISTRATOR))

        page = client.get(
            reverse("impact:summary"), headers={"accept-language": "en"}
        ).content.decode()

        assert summary_of(metric).comparison.refusal == reason
        assert str(statistics.REFUSALS[reason]) in page

    def test_completers_are_never_compared_with_everybody(self):
        metric = MetricFactory(indicator=IndicatorFactory(share=True))
        BaselineFactory(metric=metric, count=11, total=15, exposure_months=None)
        MeasurementFactory(
            metric=metric, count=45, total=63, population="completers", exposure_months=None
        )

        assert summary_of(metric).comparison.refusal == "populations-differ"

    def test_a_correction_takes_the_place_of_what_it_corrects(self):
        metric = BaselineFactory().metric
        wrong = MeasurementFactory(metric=metric, count=600)
        MeasurementFactory(metric=metric, count=60, corrects=wrong)

        assert summary_of(metric).result.count == 60
        assert Measurement.objects.count() == 2

    def test_a_draft_counts_for_nothing(self):
        metric = BaselineFactory().metric
        MeasurementFactory(metric=metric, status="draft")

        assert summary_of(metric).result.refusal == "no-measurement"
