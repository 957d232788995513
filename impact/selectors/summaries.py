"""What changed for the people helped: a fixed number of queries, whatever the number of engagements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import starmap
from typing import Protocol, TypeVar

from django.conf import settings
from django.utils import timezone

from engagements.domain.running_costs import CostLine
from engagements.models import Engagement, Milestone, RunningCost
from impact.domain import statistics
from impact.domain.cost_per_result import Effort, effort_of
from impact.domain.targets import MetricRules, Outcome, PeriodTarget, against
from impact.models import (
    Baseline,
    Breakdown,
    Claim,
    Grade,
    Indicator,
    Measurement,
    Metric,
    Population,
    Target,
)
from impact.models.measurements import MeasurementQuerySet
from impact.selectors.disaggregation import BreakdownRow, Disaggregation, disaggregate
from impact.selectors.given_days import NO_DAYS_SHOWN, GivenDays, given_days
from impact.selectors.results import (
    MeasurementRow,
    MetricResult,
    counts_people_once,
    is_latest_alone,
    result_of,
    share_of,
    weakest_of,
)

LATEST_TARGETS_LIMIT = 4


@dataclass(frozen=True)
class Comparison:
    """A baseline against the result now: a multiplier, or the code of the reason why there is none."""

    baseline: Baseline
    result: statistics.Multiplier | statistics.NoFigure
    baseline_share: statistics.Share | None = None
    measured: str = ""

    @property
    def strength(self) -> Grade:
        """No comparison is better known than the weaker of its two sides."""
        return Grade(weakest_of([self.baseline.strength, self.measured or Grade.DECLARED]))

    @property
    def is_hypothesis(self) -> bool:
        return self.baseline.method == Baseline.Method.HYPOTHESIS

    @property
    def multiplier(self) -> statistics.Multiplier | None:
        return self.result if isinstance(self.result, statistics.Multiplier) else None

    @property
    def refusal(self) -> str:
        return self.result.code if isinstance(self.result, statistics.NoFigure) else ""

    @property
    def is_undecided(self) -> bool:
        """Whether the interval holds 1, so that no change is shown."""
        return self.multiplier is not None and self.multiplier.low <= 1 <= self.multiplier.high


@dataclass(frozen=True)
class MetricSummary:
    """A metric with its result, what it is compared with, and the current measurements that it is made of.

    `series` are those that count in the total, `beside` the others. Groups of fewer than `least` people are hidden.
    """

    metric: Metric
    result: MetricResult
    comparison: Comparison | None
    what_ifs: tuple[Comparison, ...]
    claims: tuple[Claim, ...]
    series: tuple[MeasurementRow, ...]
    beside: tuple[MeasurementRow, ...]
    effort: Effort | None = None
    disaggregations: tuple[Disaggregation, ...] = ()
    least: int = 0
    targets: tuple[PeriodTarget, ...] = ()

    @property
    def latest_targets(self) -> tuple[PeriodTarget, ...]:
        """Those that a page of many engagements shows: of the last periods that have begun, or else the first one."""
        begun = [target for target in self.targets if target.outcome != Outcome.AHEAD]
        return tuple(begun[-LATEST_TARGETS_LIMIT:]) or self.targets[:1]

    @property
    def is_share(self) -> bool:
        return self.metric.indicator.kind == Indicator.Kind.SHARE


@dataclass(frozen=True)
class EngagementSummary:
    """What was given to an engagement, and what it reached; `reached` are (title, day) of the milestones done."""

    engagement: Engagement
    half_days: int | None
    milestones_done: int
    milestones: int
    metrics: tuple[MetricSummary, ...]
    reached: tuple[tuple[str, date], ...] = ()


class OfMetric(Protocol):
    @property
    def metric_id(self) -> int: ...


Row = TypeVar("Row", bound=OfMetric)


@dataclass(frozen=True)
class Spending:
    """What was put into an engagement: the days given, and the running costs of its solutions."""

    days: GivenDays
    lines: Sequence[CostLine]


def summarise(
    engagements: Sequence[Engagement],
    today: date | None = None,
    indicator: Indicator | None = None,
) -> list[EngagementSummary]:
    """The summaries of a page of engagements, in their order: nine queries. Of one indicator, if given.

    Targets are judged as of `today`, the day of the reader where none is given.
    """
    today = today or timezone.localdate()
    ids = [engagement.pk for engagement in engagements]
    rows = Metric.objects.filter(engagement__in=ids)
    if indicator:
        rows = rows.filter(indicator=indicator)
    metrics = list(rows.select_related("indicator__sdg").order_by("engagement", "position", "pk"))
    keys = [metric.pk for metric in metrics]
    baselines = _by_metric(Baseline.objects.filter(metric__in=keys).order_by("pk"))
    series = _series(Measurement.objects.filter(metric__in=keys).current())
    claims = _by_metric(Claim.objects.filter(metric__in=keys).order_by("stated_on", "pk"))
    breakdowns = _breakdowns(keys)
    targets = _by_metric(Target.objects.filter(metric__in=keys).order_by("window_start", "pk"))
    days = given_days(ids, today)
    milestones = _milestones(ids)
    costs = defaultdict(list)
    for cost in RunningCost.objects.filter(engagement__in=ids).order_by("pk"):
        costs[cost.engagement_id].append(cost.line)
    of_engagement = defaultdict(list)
    for metric in metrics:
        key, engagement = metric.pk, metric.engagement_id
        spending = Spending(days.get(engagement, NO_DAYS_SHOWN), costs[engagement])
        summary = _summary(metric, baselines[key], series[key], claims[key], spending)
        if targets[key]:
            judged = against(targets[key], summary.series, _rules_of(metric), today)
            summary = replace(summary, targets=judged)
        of_engagement[engagement].append(_by_groups(summary, breakdowns[key]))
    return [
        _section(
            engagement,
            days.get(engagement.pk, NO_DAYS_SHOWN).half_days,
            milestones[engagement.pk],
            of_engagement[engagement.pk],
        )
        for engagement in engagements
    ]


def findings(engagement: Engagement) -> list[MetricSummary]:
    """The metrics with their results against their baselines, and nothing else: three queries."""
    metrics = list(engagement.metrics.select_related("indicator").order_by("position", "pk"))
    keys = [metric.pk for metric in metrics]
    baselines = _by_metric(Baseline.objects.filter(metric__in=keys).order_by("pk"))
    series = _series(Measurement.objects.filter(metric__in=keys).current())
    return [_summary(metric, baselines[metric.pk], series[metric.pk]) for metric in metrics]


def _section(
    engagement: Engagement,
    half_days: int | None,
    milestones: Sequence[tuple[str, date | None]],
    metrics: Iterable[MetricSummary],
) -> EngagementSummary:
    reached = tuple((title, done_on) for title, done_on in milestones if done_on)
    return EngagementSummary(
        engagement=engagement,
        half_days=half_days,
        milestones_done=len(reached),
        milestones=len(milestones),
        metrics=tuple(metrics),
        reached=reached,
    )


def _milestones(engagements: Sequence[int]) -> dict[int, list[tuple[str, date | None]]]:
    """{engagement: [(title, day on which it was done)]}, in the order of those days."""
    milestones = defaultdict(list)
    rows = Milestone.objects.filter(engagement__in=engagements).order_by("done_on", "pk")
    for engagement, title, done_on in rows.values_list("engagement", "title", "done_on"):
        milestones[engagement].append((title, done_on))
    return milestones


def _series(measurements: MeasurementQuerySet) -> dict[int, list[MeasurementRow]]:
    """{metric: its measurements in the order of their windows}."""
    rows = measurements.order_by("metric", "window_end", "window_start", "pk").values_list(
        *MeasurementRow._fields
    )
    return _by_metric(starmap(MeasurementRow, rows))


def _breakdowns(metrics: Sequence[int]) -> dict[int, list[BreakdownRow]]:
    """{metric: the groups of its published measurements that count in the total}."""
    rows = Breakdown.objects.filter(
        measurement__metric__in=metrics,
        measurement__status=Measurement.Status.PUBLISHED,
        measurement__counts_in_total=True,
    ).order_by("measurement", "position", "pk")
    breakdowns = defaultdict(list)
    for metric, *columns in rows.values_list("measurement__metric", *BreakdownRow._fields):
        breakdowns[metric].append(BreakdownRow(*columns))
    return breakdowns


def _by_groups(summary: MetricSummary, breakdowns: Sequence[BreakdownRow]) -> MetricSummary:
    """The summary with its result by groups: of the measurements that it is made of, and of no other."""
    result = summary.result
    if not breakdowns or result.refusal or result.count_least is not None:
        return summary
    measurements = summary.series[-1:] if is_latest_alone(summary.metric) else summary.series
    least = settings.SMALLEST_GROUP
    return replace(
        summary, disaggregations=disaggregate(breakdowns, measurements, least), least=least
    )


def _by_metric(rows: Iterable[Row]) -> dict[int, list[Row]]:
    by_metric = defaultdict(list)
    for row in rows:
        by_metric[row.metric_id].append(row)
    return by_metric


def _summary(
    metric: Metric,
    baselines: Iterable[Baseline],
    series: Sequence[MeasurementRow],
    claims: Iterable[Claim] = (),
    spending: Spending | None = None,
) -> MetricSummary:
    """Without `spending` nothing is said of what one result takes."""
    counted = [row for row in series if row.counts_in_total]
    result = result_of(metric, counted)
    comparisons = [_compare(metric, result, baseline) for baseline in baselines]
    comparison = next((each for each in comparisons if not each.is_hypothesis), None)
    effort = None
    if comparison and spending:
        effort = effort_of(result, comparison.baseline, days=spending.days, lines=spending.lines)
    return MetricSummary(
        metric=metric,
        result=result,
        comparison=comparison,
        what_ifs=tuple(each for each in comparisons if each.is_hypothesis),
        claims=tuple(claims),
        series=tuple(counted),
        beside=tuple(row for row in series if not row.counts_in_total),
        effort=effort,
    )


def _rules_of(metric: Metric) -> MetricRules:
    """How its measurements come to a result; only counts never go down."""
    kind = metric.indicator.kind
    return MetricRules(
        adds_up=not is_latest_alone(metric),
        only_grows=kind == Indicator.Kind.COUNT,
        counts_once=counts_people_once(metric),
        less_is_better=metric.indicator.less_is_better,
    )


def _compare(metric: Metric, result: MetricResult, baseline: Baseline) -> Comparison:
    if result.refusal or result.count_least is not None:
        code = "count-unknown" if result.refusal else "people-in-several-periods"
        return Comparison(baseline, statistics.NoFigure(code), share_of(baseline))
    now, before = _known(result.population), _known(baseline.population)
    if metric.indicator.kind == Indicator.Kind.SHARE:
        multiplier = statistics.multiplier(
            statistics.ComparisonSide(
                "per-person", now, numerator=result.count, denominator=result.total
            ),
            statistics.ComparisonSide(
                "per-person", before, numerator=baseline.count, denominator=baseline.total
            ),
        )
    else:
        multiplier = statistics.multiplier(
            statistics.ComparisonSide("per-time", now, count=result.count, exposure=result.months),
            statistics.ComparisonSide(
                "per-time", before, count=baseline.count, exposure=baseline.exposure_months
            ),
        )
    return Comparison(baseline, multiplier, share_of(baseline), result.grade)


def _known(population: str) -> str:
    """The statistics take an empty population for one that is not known."""
    return "" if population == Population.UNKNOWN else population
