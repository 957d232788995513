"""What indicators come to over many engagements: the database adds as the page of one engagement does, and refuses."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks import portfolio
from engagements.models import Engagement
from impact.domain import statistics
from impact.models import Indicator, Measurement, Metric
from impact.selectors import results, summaries, totals
from tests.crm.factories import UserFactory
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    OverlapFactory,
)

pytestmark = pytest.mark.django_db


def lines():
    return totals.portfolio_totals(Engagement.objects.all()).totals


@pytest.fixture
def measured():
    """Engagements that follow one indicator, with one published figure each."""

    def follow(aggregation, *counts):
        indicator = IndicatorFactory(aggregation=aggregation)
        for count in counts:
            MeasurementFactory(metric=MetricFactory(indicator=indicator), count=count)
        return lines()

    return follow


class TestTotals:
    def test_what_adds_up_is_added(self, measured):
        (line,) = measured("additive", 60, 40)

        assert (line.total.low, line.total.high, line.engagements) == (100, 100, 2)

    def test_unique_people_give_a_range(self, measured):
        (line,) = measured("unique", 60, 40)

        assert (line.total.low, line.total.high) == (60, 100)

    def test_what_is_never_added_has_no_line(self, measured):
        assert measured("never", 60, 40) == ()

    @pytest.mark.parametrize("aggregation", ["additive", "unique", "never"])
    def test_shares_are_never_added_whatever_their_indicator_says(self, aggregation):
        MeasurementFactory(
            metric__indicator=IndicatorFactory(kind="share", aggregation=aggregation),
            count=5,
            total=10,
        )

        assert lines() == ()

    def test_what_refuses_a_figure_of_its_own_is_left_out_and_counted(self, measured):
        (line,) = measured("additive", 60)
        MetricFactory(indicator=line.indicator)

        (line,) = lines()

        assert (line.total.low, line.engagements, line.left_out) == (60, 1, 1)

    def test_stopped_engagements_stay_in_the_sum(self, measured):
        (line,) = measured("additive", 60)
        stopped = MetricFactory(
            indicator=line.indicator, engagement=EngagementFactory(stopped=True)
        )
        MeasurementFactory(metric=stopped, count=40)

        (line,) = lines()

        assert (line.total.low, line.engagements) == (100, 2)

    def test_a_draft_is_in_no_total(self, measured):
        (line,) = measured("additive", 60)
        MeasurementFactory(metric=MetricFactory(indicator=line.indicator), count=40, status="draft")

        assert lines()[0].total.low == 60

    def test_what_would_take_too_long_is_not_begun(self, measured):
        measured("additive", 60, 40)

        assert totals.portfolio_totals(Engagement.objects.all(), max_added_up=2).totals != ()
        assert totals.portfolio_totals(Engagement.objects.all(), max_added_up=1).totals is None

    def test_cents_are_added_as_cents(self):
        indicator = IndicatorFactory(kind="amount")
        for cents in range(100):
            amount = Decimal(10**9) + Decimal(cents) / 100
            MeasurementFactory(metric=MetricFactory(indicator=indicator), count=None, amount=amount)

        assert lines()[0].total.low == Decimal("100000000049.50")

    def test_an_amount_counts_no_unique_people(self):
        indicator = IndicatorFactory(kind="amount", aggregation="unique")
        MeasurementFactory(metric__indicator=indicator, count=None, amount=Decimal("12.50"))

        assert lines() == ()

    def test_the_largest_counts_that_are_taken_add_up_to_bounds(self):
        """No figure is larger, so no lower bound is: the sums refuse nothing of what the figures let in."""
        metric = MetricFactory(indicator=IndicatorFactory(aggregation="unique"))
        for year in (2023, 2024):
            window = {"window_start": date(year, 1, 1), "window_end": date(year, 12, 31)}
            MeasurementFactory(metric=metric, count=10**9, **window)

        (line,) = lines()

        assert (line.total.low, line.total.high) == (10**9, 2 * 10**9)

    def test_a_thousand_engagements_are_added_in_as_many_statements_as_one(self):
        engagement, indicator, author = EngagementFactory(), IndicatorFactory(), UserFactory()

        def follow(times):
            copies = [_copy(engagement) for _n in range(times)]
            metrics = [
                Metric(engagement=each, indicator=indicator)
                for each in Engagement.objects.bulk_create(copies)
            ]
            facts = {
                "window_start": date(2026, 1, 1),
                "window_end": date(2026, 1, 31),
                "source": "Base",
            }
            rows = [
                _published(metric, author, count=2, **facts)
                for metric in Metric.objects.bulk_create(metrics)
            ]
            Measurement.objects.bulk_create(rows)
            with CaptureQueriesContext(connection) as asked:
                (line,) = lines()
            return len(asked), line.total.low, line.engagements

        assert [follow(1), follow(999)] == [(5, 2, 1), (5, 2_000, 1_000)]


def _copy(engagement):
    row = Engagement.objects.get(pk=engagement.pk)
    row.pk, row._state.adding = None, True
    return row


def _published(metric, author, **facts):
    return Measurement(
        metric=metric,
        author=author,
        recorded_on=date(2026, 7, 1),
        status="published",
        published_at=datetime(2026, 7, 1, tzinfo=UTC),
        grade="counted",
        **facts,
    )


class TestOneMeaning:
    """`results.result_of` says what the figures of one metric come to; the statement says the same of many."""

    @pytest.mark.parametrize("seed", range(4))
    def test_the_database_adds_what_the_page_of_one_engagement_adds(self, seed):
        make_up_figures(random.Random(seed))
        metrics = Metric.objects.select_related("indicator").order_by("pk")
        series = summaries._series(Measurement.objects.filter(counts_in_total=True).current())
        expected = {metric.pk: results.result_of(metric, series[metric.pk]) for metric in metrics}
        nothing = totals.MetricTotal(None, None)

        added = totals.metric_totals(metrics)

        facts = {
            key: (row.count, row.amount if row.count is None else None)
            for key, row in expected.items()
        }
        assert {key: tuple(added.get(key, nothing))[:2] for key in expected} == facts
        least = {
            metric.pk: least_of(expected[metric.pk])
            for metric in metrics
            if metric.indicator.code == "count-unique"
        }
        assert {key: added.get(key, nothing).least for key in least} == least
        assert any(row.count_least is not None for row in expected.values())
        assert {row.refusal for row in expected.values()} == {
            "",
            "no-measurement",
            "windows-overlap",
            "populations-differ",
        }

    @pytest.mark.parametrize("seed", range(4, 8))
    def test_an_indicator_comes_to_what_its_metrics_come_to(self, seed):
        make_up_figures(random.Random(seed))
        series = summaries._series(Measurement.objects.filter(counts_in_total=True).current())
        expected = []
        for indicator in (
            Indicator.objects.exclude(kind="share").exclude(aggregation="never").order_by("code")
        ):
            metric_results = [
                results.result_of(metric, series[metric.pk])
                for metric in indicator.metrics.order_by("pk")
            ]
            values = [row.amount if row.count is None else row.count for row in metric_results]
            numbers = [value for value in values if value is not None]
            total = statistics.total(numbers, indicator.aggregation)
            if indicator.aggregation == "unique":
                total = replace(
                    total, low=max(least_of(row) for row in metric_results if row.count is not None)
                )
            expected.append((indicator, total, len(numbers), len(values) - len(numbers)))

        assert [
            (line.indicator, line.total, line.engagements, line.left_out) for line in lines()
        ] == expected


def least_of(result):
    return result.count if result.count_least is None else result.count_least


def make_up_figures(chance):
    """Sixty metrics of every kind with up to six figures: gaps, overlaps, corrections, drafts, other populations."""
    author = UserFactory()
    indicators = [
        IndicatorFactory(code=f"{kind}-{aggregation}", kind=kind, aggregation=aggregation)
        for kind, aggregation in (
            *(("count", "additive"), ("count", "unique"), ("count", "never")),
            *(("amount", "additive"), ("share", "never"), ("share", "additive")),
        )
    ]
    engagements = [EngagementFactory() for _n in range(10)]
    for indicator in indicators:
        for engagement in engagements:
            metric = MetricFactory(
                indicator=indicator,
                engagement=engagement,
                reading=chance.choice(["periods", "periods", "cumulative"]),
            )
            Measurement.objects.bulk_create(_made_up(metric, author, chance))
            _corrected(metric, author, chance)


def _made_up(metric, author, chance):
    begins = date(2023, 1, 1) + timedelta(days=chance.randrange(60))
    is_tidy, whom = chance.random() < 0.6, chance.choice(["all", "completers"])
    for _n in range(chance.randrange(7)):
        ends = begins + timedelta(days=chance.randrange(40))
        yield _published(
            metric,
            author,
            window_start=begins,
            window_end=ends,
            population=whom
            if is_tidy
            else chance.choice(["all", "all", "all", "completers", "unknown"]),
            counts_in_total=chance.random() < 0.9,
            source="Made up",
            **_figure(metric.indicator.kind, chance),
        )
        begins = ends + timedelta(
            days=chance.randrange(1, 20) if is_tidy else chance.randrange(-30, 20)
        )


def _figure(kind, chance):
    """One in ten is of another kind than its indicator: no service would write it, and the sums must agree on it."""
    if chance.random() < 0.1:
        return {"percent": Decimal(50)}
    if kind == "amount":
        return {"amount": Decimal(chance.randrange(-(10**6), 10**9)) / 100}
    if kind == "share":
        return {"count": chance.randrange(10), "total": chance.randrange(10, 90)}
    return {"count": chance.randrange(1_000)}


def _corrected(metric, author, chance):
    for wrong in metric.measurements.order_by("pk"):
        if chance.random() < 0.15:
            right = _published(
                metric,
                author,
                window_start=wrong.window_start,
                window_end=wrong.window_end,
                source="Corrected",
                corrects=wrong,
                **_figure(metric.indicator.kind, chance),
            )
            if chance.random() < 0.5:
                right.status, right.published_at = "draft", None
            right.save()


class TestDeclaredOverlaps:
    @pytest.fixture
    def declared(self, measured):
        """Two engagements of 60 and 40 people, of whom so many are declared to be the same."""

        def declare(people, *, bound="exactly"):
            measured("unique", 60, 40)
            OverlapFactory(first=_metric(60), second=_metric(40), people=people, bound=bound)
            return lines()[0]

        return declare

    def test_an_exact_one_of_two_leaves_no_doubt(self, declared):
        line = declared(15)

        assert (line.total.low, line.total.high, line.overlaps) == (85, 85, 1)
        assert (line.widest.low, line.widest.high) == (60, 100)

    def test_at_least_so_many_comes_off_the_most(self, declared):
        line = declared(15, bound="at-least")

        assert (line.total.low, line.total.high, line.overlaps) == (60, 85, 1)

    def test_the_engagements_that_nothing_is_declared_of_keep_their_doubt(self, declared):
        line = declared(15)
        MeasurementFactory(metric=MetricFactory(indicator=line.indicator), count=70)

        (line,) = lines()

        assert (line.total.low, line.total.high) == (85, 155)

    def test_one_larger_than_a_figure_that_stands_now_is_left_out_and_said(self, declared):
        declared(15)
        MeasurementFactory(metric=_metric(40), corrects=Measurement.objects.get(count=40), count=14)

        (line,) = lines()

        assert (line.total.low, line.total.high) == (60, 74)
        assert (line.overlaps, line.set_aside, line.why) == (0, 1, "overlap-above-count")

    def test_one_of_a_metric_whose_figures_refuse_is_left_out(self, declared):
        declared(15)
        MeasurementFactory(metric=_metric(40), count=1)  # the same window again

        (line,) = lines()

        assert (line.engagements, line.left_out, line.overlaps, line.set_aside) == (1, 1, 0, 1)

    def test_those_that_contradict_each_other_narrow_nothing_and_it_is_said(self, measured):
        measured("unique", 10, 11, 12)
        one, two, three = (_metric(count) for count in (10, 11, 12))
        OverlapFactory(first=one, second=two, people=10)
        OverlapFactory(first=one, second=three, people=10)
        OverlapFactory(first=two, second=three, people=0)

        (line,) = lines()

        assert (line.total, line.overlaps, line.set_aside) == (line.widest, 0, 3)
        assert line.why == "overlaps-contradict"

    @pytest.mark.parametrize("size", [2, 6])
    def test_statements_do_not_grow(self, measured, size):
        measured("unique", *range(10, 10 + size))
        for count in range(11, 10 + size):
            OverlapFactory(first=_metric(count - 1), second=_metric(count), people=5)

        with CaptureQueriesContext(connection) as asked:
            (line,) = lines()

        assert (len(asked), line.overlaps) == (7, size - 1)


def _metric(count):
    return Measurement.objects.get(count=count).metric


@pytest.mark.postgres
def test_are_added_up_once_where_the_planner_takes_the_tables_for_empty():
    """Every join then looks cheap to it: the figures must be added up before they are joined, and kept."""
    portfolio.begin()
    portfolio.fill(0, 2)
    with CaptureQueriesContext(connection) as asked:
        assert len(totals.portfolio_totals(Engagement.objects.all()).totals) == 8
    (statement,) = [query["sql"] for query in asked if "summed AS" in query["sql"]]

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE pg_class SET relpages = 1000, reltuples = 0 WHERE relname LIKE 'impact_%'"
        )
        cursor.execute(f"EXPLAIN {statement}")
        plan = [line.strip() for (line,) in cursor.fetchall()]

    (windows,) = [place for place, line in enumerate(plan) if "WindowAgg" in line]
    assert plan.index("CTE summed") < windows < plan.index("CTE followed")
