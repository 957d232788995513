"""Figures that several people change in the same moment."""

from datetime import date

from crm.domain.refusals import Refused
from tests.impact.factories import BaselineFactory, MeasurementFactory, MetricFactory
from tests.races import at_once


def all_at_once(*acts):
    """Each gives something or is refused in words; nothing else may happen."""
    outcomes = at_once(*acts)
    unexpected = [
        each for each in outcomes if isinstance(each, Exception) and not isinstance(each, Refused)
    ]
    assert unexpected == []
    return outcomes


def figures_of(engagement):
    """Two figures of one metric, and one of another: published, with a baseline."""
    first = MetricFactory(engagement=engagement)
    BaselineFactory(metric=first)
    second = MetricFactory(engagement=engagement, position=1)
    published = MeasurementFactory(
        metric=first, count=60, window_start=date(2026, 1, 1), window_end=date(2026, 3, 31)
    )
    MeasurementFactory(metric=second, count=5)
    return published
