"""What changed for the people helped, in a fixed number of statements whatever the number of engagements."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise, starmap
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone

from crm.models import Bilingual
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
from impact.selectors.disaggregation import BreakdownRow, Disaggregation, disaggregate
from impact.selectors.given_days import UNTOLD, given_days

STRENGTHS = (Grade.DECLARED, Grade.SURVEYED, Grade.COUNTED, Grade.VERIFIED)  # weakest first
LATEST_TARGETS = 4


class MeasurementRow(NamedTuple):
    """A measurement as the summary reads it: a page holds thousands, and a tuple costs a quarter of a model's row."""

    metric_id: int
    count: int | None
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
    def note(self):
        return Bilingual.in_language(self, "note")

    @property
    def get_population_display(self):
        return Population(self.population).label

    @property
    def get_grade_display(self):
        return Grade(self.grade).label


@dataclass(frozen=True)
class MetricResult:
    """What the published figures of a metric come to; `refusal` is a code of words.REFUSALS where they do not."""

    count: int | None = None
    total: int | None = None
    percent: Decimal | None = None
    amount: Decimal | None = None
    months: Decimal | None = None
    window_start: object = None
    window_end: object = None
    population: str = ""
    latest: MeasurementRow | None = None
    grade: str = ""
    share: statistics.Share | None = None
    refusal: str = ""
    count_least: int | None = (
        None  # of unique people in several periods: as many at the least, `count` at most
    )
    net: statistics.Net | None = None
    no_net: str = ""  # the code of the reason why the question was asked and there is no net figure


@dataclass(frozen=True)
class Comparison:
    """A baseline against the result now: a multiplier, or the code of the reason why there is none."""

    baseline: Baseline
    result: statistics.Multiplier | statistics.NoFigure
    baseline_share: statistics.Share | None = None
    measured: str = ""

    @property
    def strength(self):
        """No comparison is better known than the weaker of its two sides."""
        return Grade(_weakest([self.baseline.strength, self.measured or Grade.DECLARED]))

    @property
    def is_hypothesis(self):
        return self.baseline.method == Baseline.Method.HYPOTHESIS

    @property
    def multiplier(self):
        return self.result if isinstance(self.result, statistics.Multiplier) else None

    @property
    def refusal(self):
        return self.result.code if isinstance(self.result, statistics.NoFigure) else ""

    @property
    def is_undecided(self):
        """The interval holds 1: the figures do not show a change."""
        return self.multiplier is not None and self.multiplier.low <= 1 <= self.multiplier.high


@dataclass(frozen=True)
class MetricSummary:
    metric: Metric
    result: MetricResult
    comparison: Comparison | None
    what_ifs: tuple[Comparison, ...]
    claims: tuple[Claim, ...]
    series: tuple[MeasurementRow, ...]
    beside: tuple[MeasurementRow, ...]
    effort: Effort | None = None
    disaggregations: tuple[Disaggregation, ...] = ()
    least: int = 0  # people: smaller groups are hidden
    targets: tuple[PeriodTarget, ...] = ()

    @property
    def latest_targets(self):
        """Those that a page of many engagements shows: of the last periods that have begun, or of the first."""
        begun = [target for target in self.targets if target.outcome != Outcome.AHEAD]
        return tuple(begun[-LATEST_TARGETS:]) or self.targets[:1]

    @property
    def is_share(self):
        return self.metric.indicator.kind == Indicator.Kind.SHARE


@dataclass(frozen=True)
class EngagementSummary:
    engagement: Engagement
    half_days: int | None
    milestones_done: int
    milestones: int
    metrics: tuple[MetricSummary, ...]
    reached: tuple[tuple[str, date], ...] = ()


def summarise(engagements, today=None, indicator=None):
    """[EngagementSummary] of a page of engagements, in their order: nine statements. Of one indicator, if given.

    Targets are judged as of `today`, the day of the reader where none is given.
    """
    today = today or timezone.localdate()
    ids = [engagement.pk for engagement in engagements]
    wanted = {"indicator": indicator} if indicator else {}
    metrics = list(
        Metric.objects.filter(engagement__in=ids, **wanted)
        .select_related("indicator__sdg")
        .order_by("engagement", "position", "pk")
    )
    keys = [metric.pk for metric in metrics]
    baselines = _by_metric(Baseline.objects.filter(metric__in=keys).order_by("pk"))
    series = _series(Measurement.objects.filter(metric__in=keys).current())
    claims = _by_metric(Claim.objects.filter(metric__in=keys).order_by("stated_on", "pk"))
    cells = _cells(keys)
    aims = _by_metric(Target.objects.filter(metric__in=keys).order_by("window_start", "pk"))
    days = given_days(ids, today)
    milestones = defaultdict(list)
    rows = Milestone.objects.filter(engagement__in=ids).order_by("done_on", "pk")
    for engagement, title, done_on in rows.values_list("engagement", "title", "done_on"):
        milestones[engagement].append((title, done_on))
    lines = defaultdict(list)
    for cost in RunningCost.objects.filter(engagement__in=ids).order_by("pk"):
        lines[cost.engagement_id].append(cost.line)
    of_engagement = defaultdict(list)
    for metric in metrics:
        key, pk = metric.pk, metric.engagement_id
        spent = {"days": days.get(pk, UNTOLD), "lines": lines[pk]}
        summary = _summary(metric, baselines[key], series[key], claims[key], spent)
        if aims[key]:
            summary = replace(
                summary, targets=against(aims[key], summary.series, _rules_of(metric), today)
            )
        of_engagement[pk].append(_by_groups(summary, cells[key]))
    return [
        _section(one, days.get(one.pk, UNTOLD).half_days, milestones[one.pk], of_engagement[one.pk])
        for one in engagements
    ]


def findings(engagement):
    """[MetricSummary] with what the figures say against their baselines, and nothing beside it: three statements."""
    metrics = list(engagement.metrics.select_related("indicator").order_by("position", "pk"))
    keys = [metric.pk for metric in metrics]
    baselines = _by_metric(Baseline.objects.filter(metric__in=keys).order_by("pk"))
    series = _series(Measurement.objects.filter(metric__in=keys).current())
    return [_summary(metric, baselines[metric.pk], series[metric.pk]) for metric in metrics]


def _section(engagement, half_days, milestones, metrics):
    reached = tuple((title, done_on) for title, done_on in milestones if done_on)
    return EngagementSummary(
        engagement=engagement,
        half_days=half_days,
        milestones_done=len(reached),
        milestones=len(milestones),
        metrics=tuple(metrics),
        reached=reached,
    )


def _series(measurements):
    """{metric: its Figures in the order of their windows}."""
    rows = measurements.order_by("metric", "window_end", "window_start", "pk").values_list(
        *MeasurementRow._fields
    )
    return _by_metric(starmap(MeasurementRow, rows))


def _cells(metrics):
    """{metric: the Cells of its figures that readers may count on}."""
    counted = {
        "measurement__status": Measurement.Status.PUBLISHED,
        "measurement__counts_in_total": True,
    }
    rows = Breakdown.objects.filter(measurement__metric__in=metrics, **counted)
    found = defaultdict(list)
    for metric, *cell in rows.order_by("measurement", "position", "pk").values_list(
        "measurement__metric", *BreakdownRow._fields
    ):
        found[metric].append(BreakdownRow(*cell))
    return found


def _by_groups(summary, cells):
    """With its result by groups: of the figures that it is made of, and of no other."""
    if not cells or summary.result.refusal or summary.result.count_least is not None:
        return summary
    figures = [summary.result.latest] if is_latest_alone(summary.metric) else summary.series
    least = settings.SMALLEST_GROUP
    return replace(summary, disaggregations=disaggregate(cells, figures, least), least=least)


def is_latest_alone(metric):
    """Whether its last figure says it all, since it counts from the beginning or is a share."""
    return (
        metric.reading == Metric.Reading.CUMULATIVE or metric.indicator.kind == Indicator.Kind.SHARE
    )


def _by_metric(rows):
    found = defaultdict(list)
    for row in rows:
        found[row.metric_id].append(row)
    return found


def _summary(metric, baselines, series, claims=(), spent=None):
    """Without what was `spent` nothing is said of what a result takes."""
    counted = [row for row in series if row.counts_in_total]
    result = _result_of(metric, counted)
    comparisons = [_compare(metric, result, baseline) for baseline in baselines]
    compared = next((each for each in comparisons if not each.is_hypothesis), None)
    return MetricSummary(
        metric=metric,
        result=result,
        comparison=compared,
        what_ifs=tuple(c for c in comparisons if c.is_hypothesis),
        claims=tuple(claims),
        series=tuple(counted),
        beside=tuple(row for row in series if not row.counts_in_total),
        effort=effort_of(result, compared.baseline, **spent) if compared and spent else None,
    )


def _rules_of(metric):
    """Shares and counts since the beginning are read by their latest figure; only counts never go down."""
    kind = metric.indicator.kind
    return MetricRules(
        adds_up=metric.reading != Metric.Reading.CUMULATIVE and kind != Indicator.Kind.SHARE,
        only_grows=kind == Indicator.Kind.COUNT,
        counts_once=counts_people_once(metric),
        less_is_better=metric.indicator.less_is_better,
    )


def _result_of(metric, series):
    """The latest figure of a share or of a cumulative series; else the sum of windows that do not overlap."""
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
    windows = {
        "window_start": min(row.window_start for row in series),
        "window_end": max(row.window_end for row in series),
    }
    if _overlap(series):
        return MetricResult(refusal="windows-overlap", latest=latest, **windows)
    populations = {row.population for row in series}
    if len(populations) > 1:
        return MetricResult(refusal="populations-differ", latest=latest, **windows)
    count = _sum(row.count for row in series)
    if len(series) > 1 and count is not None and counts_people_once(metric):
        told = {"count_least": max(row.count for row in series)}
    else:
        told = net_of(series) if count is not None else {}
    return MetricResult(
        **told,
        count=count,
        amount=_sum(row.amount for row in series),
        months=_sum(row.exposure_months for row in series),
        population=populations.pop(),
        latest=latest,
        grade=_weakest(row.grade for row in series),
        **windows,
    )


def counts_people_once(metric):
    """Whether its figures are of people who may stand in several of them."""
    return metric.indicator.aggregation == Indicator.Aggregation.UNIQUE


def net_of(rows):
    """Net of what would have happened anyway, of the windows in which it was asked; of too few people, not told."""
    asked = [
        tuple(getattr(row, name) for name in ("count", *DEADWEIGHT))
        for row in rows
        if row.deadweight_asked
    ]
    if not asked:
        return {}
    if 0 < sum(answered for _count, _asked, answered, _yes in asked) < settings.SMALLEST_GROUP:
        return {"no_net": "too-few-answered"}
    try:
        return {"net": statistics.net_of_many(asked)}
    except statistics.StatisticsError as error:
        return {"no_net": error.code}


def _sum(values):
    """The sum, or None as soon as one is missing: part of a total is not the total."""
    values = list(values)
    return None if any(value is None for value in values) else sum(values)


def _overlap(series):
    ordered = sorted(series, key=lambda row: (row.window_start, row.window_end))
    return any(later.window_start <= earlier.window_end for earlier, later in pairwise(ordered))


def _share(row):
    return statistics.share(row.count, row.total) if row.count is not None and row.total else None


def _compare(metric, result, baseline):
    if result.refusal or result.count_least is not None:
        why = "count-unknown" if result.refusal else "people-in-several-periods"
        return Comparison(baseline, statistics.NoFigure(why), _share(baseline))
    if metric.indicator.kind == Indicator.Kind.SHARE:
        kind = "per-person"
        now = {"numerator": result.count, "denominator": result.total}
        before = {"numerator": baseline.count, "denominator": baseline.total}
    else:
        kind = "per-time"
        now = {"count": result.count, "exposure": result.months}
        before = {"count": baseline.count, "exposure": baseline.exposure_months}
    multiplier = statistics.multiplier(
        statistics.ComparisonSide(kind=kind, population=_known(result.population), **now),
        statistics.ComparisonSide(kind=kind, population=_known(baseline.population), **before),
    )
    return Comparison(baseline, multiplier, _share(baseline), result.grade)


def _weakest(grades):
    return min(grades, key=lambda grade: STRENGTHS.index(grade) if grade in STRENGTHS else -1)


def _known(population):
    return "" if population == "unknown" else population
