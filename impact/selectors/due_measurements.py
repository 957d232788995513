"""Which metrics wait for a figure: by their rhythm, and the last figure that anybody recorded."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from engagements.domain.stages import Stage
from engagements.models import Pause
from impact.domain import reporting_schedule
from impact.models import Measurement, Metric


@dataclass(frozen=True)
class ExpectedMeasurement:
    """The period that a metric waits a figure for."""

    period: reporting_schedule.ReportingPeriod
    is_due: bool


def with_last_day(metrics):
    """`last_day`: the last one that a figure of the series covers, in any state; a draft is on its way."""
    rows = Measurement.objects.filter(metric=OuterRef("pk"), counts_in_total=True).order_by(
        "-window_end", "-pk"
    )
    return metrics.annotate(last_day=Subquery(rows.values("window_end")[:1]))


def planned():
    return Metric.objects.exclude(every=Metric.Every.NOT_PLANNED)


def overdue(engagements, today):
    """Metrics of these engagements whose figure is due, the longest first.

    Nobody waits for a stopped engagement, for one whose organisation is archived, or during a pause.
    """
    late = Q(pk__in=[])
    for every in Metric.Every:
        if every:
            start = reporting_schedule.latest_start_due(every, today)
            late |= Q(every=every, every_from__lte=start) & (
                Q(last_day=None) | Q(last_day__lt=start)
            )
    resting = Pause.objects.filter(engagement=OuterRef("engagement")).on(today)
    metrics = planned().filter(
        engagement__in=engagements, engagement__beneficiary__archived_at=None
    )
    metrics = metrics.exclude(engagement__stage=Stage.STOPPED).exclude(Exists(resting))
    return with_last_day(metrics).filter(late).order_by(Coalesce("last_day", "every_from"), "pk")


def expected_measurements(engagement, today):
    """{metric: ExpectedMeasurement} of the metrics of one engagement that have a rhythm: one statement."""
    metrics = planned().filter(engagement=engagement).exclude(engagement__stage=Stage.STOPPED)
    rows = (
        with_last_day(metrics).order_by("pk").values_list("pk", "every", "every_from", "last_day")
    )
    return {pk: _expected(reporting_schedule.expected(*schedule), today) for pk, *schedule in rows}


def _expected(period, today):
    return ExpectedMeasurement(period, period.is_due(today))


def proposal(metric, today):
    """What a new figure of a metric with a rhythm begins with, so that its number is left to type.

    The window is the next one; population, source and grade are those of the last figure. A count since the
    beginning keeps its first day.
    """
    if not metric.every:
        return {}
    rows = metric.measurements.filter(counts_in_total=True).order_by("-window_end", "-pk")
    last = rows.first()
    following = reporting_schedule.expected(
        metric.every, metric.every_from, last.window_end if last else None
    )
    kept = {name: getattr(last, name) for name in ("population", "source", "grade")} if last else {}
    window = reporting_schedule.proposed(following, today)
    if window is None:
        return kept
    is_cumulative = last is not None and metric.reading == Metric.Reading.CUMULATIVE
    start = last.window_start if is_cumulative else window.window_start
    return kept | {
        "window_start": start,
        "window_end": window.window_end,
        "exposure_months": _months(metric, last, window, following, is_cumulative),
    }


def _months(metric, last, window, following, is_cumulative):
    """Of a whole period; what a shorter one was is left to say."""
    if window != following:
        return None
    if not is_cumulative:
        return metric.every
    return last.exposure_months + metric.every if last.exposure_months else None
