"""What changed for the people helped: a fixed number of queries, whatever the number of engagements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise, starmap
from typing import Any, NamedTuple, Protocol, TypeVar

from django.conf import settings
from django.utils import timezone

from crm.models import Bilingual
from engagements.domain.running_costs import CostLine
from engagements.models import Engagement, Milestone, RunningCost
from impact.domain import statistics
from impact.domain.cost_per_result import Effort, effort_of
from impact.domain.targets import MetricRules, Outcome, PeriodTarget, against
from impact.models import (
    DEADWEIGHT,
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
from impact.models.observations import MeasurementQuerySet
from impact.selectors.disaggregation import BreakdownRow, Disaggregation, disaggregate
from impact.selectors.given_days import NO_DAYS_SHOWN, GivenDays, given_days

GRADES_BY_STRENGTH = (
    Grade.DECLARED,
    Grade.SURVEYED,
    Grade.COUNTED,
    Grade.VERIFIED,
)  # weakest first
LATEST_TARGETS_LIMIT = 4


class MeasurementRow(NamedTuple):
    """A measurement as the summary reads it: a page holds thousands, and a tuple costs a quarter of a model's row."""

    metric_id: int
    count: int | None  # type: ignore[assignment]  # a column, in the place of a tuple's method that nobody calls
    total: int | None
    percent: Decimal | None
    amount: Decimal | None
    exposure_months: Decimal | None
    window_start: date
    window_end: date
    population: str
    counts_in_total: bool
    pk: int | None = None
    grade: str = ""
    source: str = ""
    recorded_on: date | None = None
    note_fr: str = ""
    note_en: str = ""
    asked: int | None = None
    answered: int | None = None
    deadweight_asked: int | None = None
    deadweight_answered: int | None = None
    deadweight: int | None = None

    @property
    def note(self) -> str:
        # The columns suffice: a named tuple has no other parent.
        return Bilingual.in_language(self, "note")  # type: ignore[arg-type]

    @property
    def get_population_display(self) -> str:
        return str(Population(self.population).label)

    @property
    def get_grade_display(self) -> str:
        return str(Grade(self.grade).label)


@dataclass(frozen=True)
class MetricResult:
    """What the current measurements of a metric come to; `refusal` is the code in messages.REFUSALS where they do not.

    `latest` is the last measurement that it is made of. Of unique people in several periods there are `count_least` at
    the least and `count` at most. `no_net` is the code of the reason why the question was asked and there is no net.
    """

    count: int | None = None
    total: int | None = None
    percent: Decimal | None = None
    amount: Decimal | None = None
    months: Decimal | None = None
    window_start: date | None = None
    window_end: date | None = None
    population: str = ""
    latest: MeasurementRow | None = None
    grade: str = ""
    share: statistics.Share | None = None
    refusal: str = ""
    count_least: int | None = None
    net: statistics.Net | None = None
    no_net: str = ""


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
        return Grade(_weakest([self.baseline.strength, self.measured or Grade.DECLARED]))

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


class Observed(Protocol):
    """A baseline or a measurement, as a model or as a row."""

    @property
    def count(self) -> int | None: ...

    @property
    def total(self) -> int | None: ...


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


def is_latest_alone(metric: Metric) -> bool:
    """Whether its last measurement says it all, since it counts from the beginning or is a share."""
    return (
        metric.reading == Metric.Reading.CUMULATIVE or metric.indicator.kind == Indicator.Kind.SHARE
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
    result = _result_of(metric, counted)
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


def _result_of(metric: Metric, series: Sequence[MeasurementRow]) -> MetricResult:
    """The latest measurement of a share or of a cumulative series; else the sum of windows that do not overlap."""
    if not series:
        return MetricResult(refusal="no-measurement")
    latest = series[-1]
    if is_latest_alone(metric):
        return MetricResult(
            **net_of([latest]),
            count=latest.count,
            total=latest.total,
            percent=latest.percent,
            amount=latest.amount,
            months=latest.exposure_months,
            window_start=latest.window_start,
            window_end=latest.window_end,
            population=latest.population,
            latest=latest,
            grade=latest.grade,
            share=_share(latest),
        )
    first_day = min(row.window_start for row in series)
    last_day = max(row.window_end for row in series)
    refused = MetricResult(latest=latest, window_start=first_day, window_end=last_day)
    if _windows_overlap(series):
        return replace(refused, refusal="windows-overlap")
    populations = {row.population for row in series}
    if len(populations) > 1:
        return replace(refused, refusal="populations-differ")
    count = _sum(row.count for row in series)
    bounds: Mapping[str, Any] = {}
    if len(series) > 1 and count is not None and counts_people_once(metric):
        bounds = {"count_least": max(row.count for row in series if row.count is not None)}
    elif count is not None:
        bounds = net_of(series)
    return MetricResult(
        **bounds,
        count=count,
        amount=_sum(row.amount for row in series),
        months=_sum(row.exposure_months for row in series),
        window_start=first_day,
        window_end=last_day,
        population=populations.pop(),
        latest=latest,
        grade=_weakest(row.grade for row in series),
    )


def counts_people_once(metric: Metric) -> bool:
    """Whether its measurements are of people who may stand in several of them."""
    return metric.indicator.aggregation == Indicator.Aggregation.UNIQUE


def net_of(rows: Iterable[MeasurementRow | Measurement]) -> dict[str, Any]:
    """`net` or `no_net` of a MetricResult, from the windows in which people were asked; empty where nobody was.

    Of fewer people than the smallest group, who answered, no net is given.
    """
    surveys = [
        tuple(getattr(row, name) for name in ("count", *DEADWEIGHT))
        for row in rows
        if row.deadweight_asked
    ]
    if not surveys:
        return {}
    if 0 < sum(answered for _count, _asked, answered, _yes in surveys) < settings.SMALLEST_GROUP:
        return {"no_net": "too-few-answered"}
    try:
        return {"net": statistics.net_of_many(surveys)}
    except statistics.StatisticsError as error:
        return {"no_net": error.code}


Value = TypeVar("Value", int, Decimal)


def _sum(values: Iterable[Value | None]) -> Value | None:
    """The sum, or None as soon as one is missing: part of a total is not the total."""
    numbers = []
    for value in values:
        if value is None:
            return None
        numbers.append(value)
    return sum(numbers[1:], start=numbers[0])


def _windows_overlap(series: Iterable[MeasurementRow]) -> bool:
    ordered = sorted(series, key=lambda row: (row.window_start, row.window_end))
    return any(later.window_start <= earlier.window_end for earlier, later in pairwise(ordered))


def _share(row: Observed) -> statistics.Share | None:
    return statistics.share(row.count, row.total) if row.count is not None and row.total else None


def _compare(metric: Metric, result: MetricResult, baseline: Baseline) -> Comparison:
    if result.refusal or result.count_least is not None:
        code = "count-unknown" if result.refusal else "people-in-several-periods"
        return Comparison(baseline, statistics.NoFigure(code), _share(baseline))
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
    return Comparison(baseline, multiplier, _share(baseline), result.grade)


def _weakest(grades: Iterable[str]) -> str:
    """The weakest of the grades; one that is none of them is weaker than any."""
    return min(
        grades,
        key=lambda grade: GRADES_BY_STRENGTH.index(grade) if grade in GRADES_BY_STRENGTH else -1,
    )


def _known(population: str) -> str:
    """The statistics take an empty population for one that is not known."""
    return "" if population == Population.UNKNOWN else population
