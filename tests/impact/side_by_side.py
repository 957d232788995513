"""Engagements that a funder reads about, each with a figure of an indicator."""

from tests.impact.factories import FundingFactory, MeasurementFactory, MetricFactory


def read_by(funder):
    """An engagement that the funder reads about and its figure of an indicator."""

    def one(title, indicator, reading="periods", **facts):
        metric = MetricFactory(engagement__title=title, indicator=indicator, reading=reading)
        FundingFactory(funder=funder, engagement=metric.engagement)
        if facts:
            MeasurementFactory(metric=metric, **facts)
        return metric

    return one
