"""A series that counts since the beginning only grows, however its figures come."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.refusals import Refused
from impact.models import Measurement, Metric
from impact.services import imports, measurements
from impact.services.observations import refuse_decrease
from tests.impact.factories import IndicatorFactory, MeasurementFactory, MetricFactory

TODAY = date(2026, 7, 15)
FACTS = {"window_start": date(2026, 1, 1), "source": "Platform", "by": None, "today": TODAY}


@pytest.fixture
def metric(member):
    return MetricFactory(
        engagement__member=member, reading="cumulative", indicator=IndicatorFactory(code="jobs")
    )


def record(metric, by, day, count, **more):
    return measurements.record_measurement(
        metric, **FACTS | {"by": by, "window_end": day, "count": count} | more
    )


@pytest.mark.django_db
class TestRecording:
    @pytest.fixture(autouse=True)
    def march(self, metric):
        self.march = MeasurementFactory(metric=metric, count=40, window_end=date(2026, 3, 31))

    @pytest.mark.parametrize(("day", "count"), [(date(2026, 4, 30), 39), (date(2026, 2, 28), 41)])
    def test_less_later_or_more_earlier_is_refused_with_the_other_figure(
        self, metric, coordinator, day, count
    ):
        with pytest.raises(Refused, match="there are 40 on 31 March 2026") as refused:
            record(metric, coordinator, day, count)

        assert list(refused.value.message_dict) == ["count"]

    @pytest.mark.parametrize(("day", "count"), [(date(2026, 4, 30), 40), (date(2026, 2, 28), 40)])
    def test_as_many_is_taken(self, metric, coordinator, day, count):
        assert record(metric, coordinator, day, count).count == 40

    def test_a_correction_is_not_compared_with_what_it_corrects(self, metric, coordinator):
        assert record(metric, coordinator, date(2026, 4, 30), 12, corrects=self.march).count == 12

    def test_a_figure_beside_the_series_is_not_compared(self, metric, coordinator):
        assert record(metric, coordinator, date(2026, 4, 30), 12, counts_in_total=False).count == 12

    def test_figures_of_their_own_period_may_go_down(self, member, coordinator):
        periods = MetricFactory(engagement__member=member)
        MeasurementFactory(metric=periods, count=40, window_end=date(2026, 3, 31))

        assert (
            record(periods, coordinator, date(2026, 4, 30), 12, window_start=date(2026, 4, 1)).count
            == 12
        )

    def test_a_draft_is_changed_under_the_same_rule(self, metric, coordinator):
        draft = record(metric, coordinator, date(2026, 4, 30), 50)

        with pytest.raises(Refused):
            measurements.change_draft(draft, count=39, by=coordinator, today=TODAY)
        assert measurements.change_draft(draft, count=45, by=coordinator, today=TODAY).count == 45

    def test_a_table_is_refused_at_its_cell_against_the_record_and_the_rows_above(
        self, metric, coordinator
    ):
        head = "indicateur\tdu\tau\tnombre\tsource"
        rows = ["jobs\t01/01/2026\t30/04/2026\t50\tS", "jobs\t01/01/2026\t31/05/2026\t45\tS"]
        rows.append("jobs\t01/01/2026\t28/02/2026\t41\tS")

        plan = imports.plan_import(
            metric.engagement, "\n".join([head, *rows]), by=coordinator, today=TODAY
        )

        assert [(each.line, each.column) for each in plan.errors] == [(3, "count"), (4, "count")]
        assert "there are 50 on 30 April 2026" in plan.errors[0].reason


days = st.integers(1, 28).map(lambda day: date(2026, 3, day))
points = st.lists(st.tuples(days, st.integers(0, 50)), max_size=8)


@given(points, days, st.integers(0, 50))
def test_what_is_taken_leaves_a_series_that_grows(series, day, count):
    series = sorted(series)
    growing = [
        point
        for place, point in enumerate(series)
        if all(point[1] >= other[1] for other in series[:place])
    ]
    observation = Measurement(count=count, window_end=day, counts_in_total=True)
    metric = Metric(reading="cumulative")
    fits = all((d <= day or c >= count) and (d >= day or c <= count) for d, c in growing)
    try:
        refuse_decrease(observation, metric, growing)
    except Refused:
        assert not fits
    else:
        assert fits
