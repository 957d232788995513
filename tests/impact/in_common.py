"""Engagements that follow one indicator, and people that they have in common."""

from datetime import date

from impact.services import overlaps
from tests.impact.factories import MeasurementFactory, MetricFactory

TODAY = date(2026, 7, 3)


def following(indicator, member):
    """A metric of the indicator on an engagement of the coordinator's member, with so many people published."""

    def follow(count, **engagement):
        facts = {
            f"engagement__{name}": value
            for name, value in ({"member": member} | engagement).items()
        }
        metric = MetricFactory(indicator=indicator, **facts)
        if count is not None:
            MeasurementFactory(metric=metric, count=count)
        return metric

    return follow


def declare(first, second, by, **facts):
    facts = {"people": 15, "source": "Both lists compared"} | facts
    return overlaps.declare_overlap(first, second, **facts, by=by, today=TODAY)
