"""What was measured as a picture: what it draws, and what it leaves out."""

import math
from datetime import date, timedelta

import pytest

from impact.display import charts
from impact.selectors import summaries
from tests.impact.factories import BaselineFactory, MeasurementFactory, MetricFactory, TargetFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def summary_of(metric):
    (section,) = summaries.summarise([metric.engagement])
    return section.metrics[0]


class TestCharts:
    def chart(self, **baseline):
        metric = BaselineFactory(**baseline).metric
        for month in range(1, 7):
            MeasurementFactory(
                metric=metric,
                count=month,
                exposure_months=1,
                window_start=date(2026, month, 1),
                window_end=date(2026, month, 28),
            )
        return charts.draw(summary_of(metric))

    def test_the_course_only_rises_and_stays_in_its_box(self):
        chart = self.chart()

        assert [point.value for point in chart.points] == [0, 1, 3, 6, 10, 15, 21]
        assert all(
            a.x <= b.x and a.y >= b.y for a, b in zip(chart.points, chart.points[1:], strict=False)
        )
        assert all(
            chart.left <= point.x <= chart.right and 0 <= point.y <= chart.bottom
            for point in chart.points
        )

    def test_the_baseline_runs_over_the_same_days(self):
        chart = self.chart(count=12, exposure_months=12)

        assert math.isclose(chart.baseline.value, 1 * 178 / 30.4375, rel_tol=1e-6)
        assert (chart.baseline.x1, chart.baseline.x2) == (chart.points[0].x, chart.points[-1].x)

    def test_labels_do_not_lie_on_each_other(self):
        chart = self.chart(count=42, exposure_months=12)

        assert abs(chart.measured_label_y - chart.baseline.label_y) >= 16

    def aimed(self, *targets, **facts):
        """Three months of 10, 20 and 30, with these targets; the goals as they are drawn, back as days and values."""
        metric = MetricFactory(**facts)
        counts = {1: 10, 2: 20, 3: 30}
        for month, count in counts.items():
            whole = {"total": 40} if metric.indicator.kind == "share" else {}
            last = date(2026, month + 1, 1) - timedelta(days=1)
            MeasurementFactory(
                metric=metric,
                count=count,
                window_start=date(2026, month, 1),
                window_end=last,
                **whole,
            )
        for start, end, value in targets:
            TargetFactory(metric=metric, window_start=start, window_end=end, value=value)
        chart = charts.draw(summary_of(metric))
        height = chart.bottom - chart.ticks[-1][0]
        top = chart.ticks[-1][1]
        days = (chart.last - chart.first).days
        return [
            (
                round((goal.x1 - chart.left) / (chart.right - chart.left) * days),
                round((chart.bottom - goal.y1) / height * top, 1),
                round((goal.x2 - chart.left) / (chart.right - chart.left) * days),
                round((chart.bottom - goal.y2) / height * top, 1),
                goal.ends,
            )
            for goal in chart.goals
        ]

    def test_a_target_leads_on_from_where_the_figures_stood(self):
        first, second = (
            (date(2026, 1, 1), date(2026, 1, 31), 25),
            (date(2026, 2, 1), date(2026, 3, 31), 40),
        )

        assert self.aimed(first, second) == [(0, 0, 30, 25, True), (31, 10, 89, 50, True)]

    def test_a_period_under_way_is_drawn_as_far_as_the_picture_goes(self):
        ((_start, begins, end, reached, ends),) = self.aimed(
            (date(2026, 3, 1), date(2026, 4, 30), 60)
        )

        assert (begins, end, ends) == (30, 89, False)
        assert reached == pytest.approx(30 + 60 * 30 / 60, abs=0.2)

    def test_a_target_that_begins_at_an_unknown_height_is_not_drawn(self):
        assert (
            self.aimed(
                (date(2026, 1, 15), date(2026, 3, 31), 40),
                (date(2025, 12, 1), date(2026, 3, 31), 9),
            )
            == []
        )
        assert self.aimed((date(2026, 4, 1), date(2026, 6, 30), 40)) == []
        assert self.aimed((date(2026, 1, 2), date(2026, 3, 31), 40)) == []

    def test_a_target_of_a_count_since_the_beginning_and_of_a_share_is_a_level(self):
        quarter = (date(2026, 1, 1), date(2026, 3, 31), 50)

        assert self.aimed(quarter, reading="cumulative") == [(0, 50, 89, 50, True)]
        assert self.aimed(quarter, indicator__kind="share", indicator__aggregation="never") == [
            (0, 0.5, 89, 0.5, True)
        ]

    def test_a_level_goes_on_beyond_the_picture_as_well(self):
        ((_start, _begins, end, _reached, ends),) = self.aimed(
            (date(2026, 3, 1), date(2026, 4, 30), 50), reading="cumulative"
        )

        assert (end, ends) == (89, False)

    def test_the_axis_holds_the_targets(self):
        ((_start, _begins, _end, reached, _ends),) = self.aimed(
            (date(2026, 1, 1), date(2026, 3, 31), 777)
        )

        assert reached == 777

    def test_nothing_to_draw_is_no_picture(self):
        assert charts.draw(summary_of(BaselineFactory().metric)) is None

    def test_takes_less_than_five_milliseconds(self, benchmark_median):
        metric = BaselineFactory().metric
        MeasurementFactory(metric=metric)
        summary = summary_of(metric)

        assert benchmark_median(lambda: charts.draw(summary)) < 0.005


@pytest.fixture
def benchmark_median():
    from statistics import median
    from time import perf_counter

    def measure(call):
        spent = []
        for _turn in range(30):
            began = perf_counter()
            call()
            spent.append(perf_counter() - began)
        return median(spent)

    return measure
