"""A metric of the kind that one asks for."""

from datetime import date

from tests.impact.factories import IndicatorFactory, MeasurementFactory, MetricFactory


def metric_of_kind(engagement, kind):
    reading = "cumulative" if kind == "running" else "periods"
    indicator = IndicatorFactory(code="x", kind="count" if kind == "running" else kind)
    metric = MetricFactory(engagement=engagement, indicator=indicator, reading=reading)
    if kind == "running":
        MeasurementFactory(
            metric=metric,
            count=10,
            window_start=date(2023, 1, 1),
            window_end=date(2023, 12, 31),
        )
    return metric
