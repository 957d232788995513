"""Which metrics expect a measurement: by their rhythm, and by the last one that anybody recorded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from engagements.domain.stages import Stage
from engagements.models import Engagement, Pause
from impact.domain import reporting_schedule
from impact.models import Measurement, Metric
from impact.models.indicators import MetricQuerySet


@dataclass(frozen=True)
class ExpectedMeasurement:
    """The period of which a metric expects a measurement next."""

    period: reporting_schedule.ReportingPeriod
    is_due: bool


def with_last_day(metrics: MetricQuerySet) -> MetricQuerySet:
    """`last_day`: the last one that a measurement of the series covers, in any state; a draft is on its way."""
    rows = Measurement.objects.filter(metric=OuterRef("pk"), counts_in_total=True).order_by(
        "-window_end", "-pk"
    )
    return metrics.annotate(last_day=Subquery(rows.values("window_end")[:1]))


def planned() -> MetricQuerySet:
    """The metrics that have a rhythm."""
    return Metric.objects.exclude(every=Metric.Every.NOT_PLANNED)


def overdue(
    engagements: QuerySet[Engagement] | Iterable[Engagement], today: date
) -> MetricQuerySet:
    """The metrics of these engagements whose measurement is due, with their `last_day`; the longest due first.

    Nothing is expected of an engagement that is stopped or paused, or whose organisation is archived.
    """
    late = Q(pk__in=[])
    for every in Metric.Every:
        if every:
            start = reporting_schedule.latest_start_due(every, today)
            late |= Q(every=every, every_from__lte=start) & (
                Q(last_day=None) | Q(last_day__lt=start)
            )
    paused = Pause.objects.filter(engagement=OuterRef("engagement")).on(today)
    metrics = planned().filter(
        engagement__in=engagements, engagement__beneficiary__archived_at=None
    )
    metrics = metrics.exclude(engagement__stage=Stage.STOPPED).exclude(Exists(paused))
    return with_last_day(metrics).filter(late).order_by(Coalesce("last_day", "every_from"), "pk")


def expected_measurements(engagement: Engagement, today: date) -> dict[int, ExpectedMeasurement]:
    """What each metric of an engagement that has a rhythm expects next, by its key: one query."""
    metrics = planned().filter(engagement=engagement).exclude(engagement__stage=Stage.STOPPED)
    rows = with_last_day(metrics).order_by("pk")
    schedules = rows.values_list("pk", "every", "every_from", "last_day")  # type: ignore[misc]  # annotated
    return {
        pk: _expected(reporting_schedule.expected(*schedule), today) for pk, *schedule in schedules
    }


def _expected(period: reporting_schedule.ReportingPeriod, today: date) -> ExpectedMeasurement:
    return ExpectedMeasurement(period, period.is_due(today))


def proposal(metric: Metric, today: date) -> dict[str, Any]:  # the initial values of a form
    """What the form of a new measurement begins with, where its metric has a rhythm: the number is left to type.

    The window is the next one; population, source and grade are those of the last measurement. A count since the
    beginning keeps its first day.
    """
    if not metric.every:
        return {}
    rows = metric.measurements.filter(counts_in_total=True).order_by("-window_end", "-pk")
    last = rows.first()
    period = reporting_schedule.expected(
        metric.every, metric.every_from, last.window_end if last else None
    )
    as_last = (
        {name: getattr(last, name) for name in ("population", "source", "grade")} if last else {}
    )
    window = reporting_schedule.proposed(period, today)
    if window is None:
        return as_last
    is_cumulative = metric.reading == Metric.Reading.CUMULATIVE
    months: Decimal | int | None = (
        None  # of a shorter window than the period, they are left to type
    )
    if window == period:
        months = metric.every
        if last and is_cumulative:
            months = last.exposure_months + metric.every if last.exposure_months else None
    return as_last | {
        "window_start": last.window_start if last and is_cumulative else window.window_start,
        "window_end": window.window_end,
        "exposure_months": months,
    }
