"""What indicators come to over many engagements, added up by the database: a fixed number of queries at any size.

What the measurements of one metric come to is defined once, by `results.result_of`; the query below says the same in
SQL, and tests/impact/selectors/test_totals.py holds one against the other on both databases.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Count, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import Lag, Lead
from django.utils import timezone

from engagements.domain.stages import Stage
from engagements.models import Milestone
from engagements.models.engagements import EngagementQuerySet
from impact.domain import statistics
from impact.models import Indicator, Measurement, Metric, Overlap
from impact.models.indicators import MetricQuerySet
from impact.models.overlaps import OverlapQuerySet
from impact.selectors.given_days import given_in_all

UNIQUE = Indicator.Aggregation.UNIQUE
MAX_ADDED_UP = 10_000
"""Engagements: of ten metrics over three years, some seconds; beyond, the database would give up."""

# Of windows in the order of their ends, two overlap only if two neighbours do: the same order says which is the last.
COMES_TO = """CASE
    WHEN MAX(is_latest) = 1 THEN MAX(CASE WHEN after_key IS NULL THEN {value} END)
    WHEN MAX(CASE WHEN before_end >= begins THEN 1 ELSE 0 END) = 1 THEN NULL
    WHEN MIN(whom) <> MAX(whom) THEN NULL
    WHEN COUNT({value}) = COUNT(*) THEN SUM({value})
END"""
CENTS = "CAST(ROUND(amount_given * 100) AS bigint)"  # SQLite would add amounts as floats
METRIC_TOTALS = f"""
WITH measurements AS ({{measurements}}), metric_totals AS (
    SELECT metric_key, MIN(indicator_key) AS indicator_key,
        {COMES_TO.format(value="people")} AS people, {COMES_TO.format(value=CENTS)} AS cents,
        MAX(CASE WHEN is_latest = 0 OR after_key IS NULL THEN people END) AS most
    FROM measurements GROUP BY metric_key
)
"""  # noqa: S608 (constants alone)
BY_METRIC = f"""{METRIC_TOTALS}
SELECT metric_key, people, cents, CASE WHEN people IS NOT NULL THEN most END FROM metric_totals
"""  # noqa: S608
# The two tables that are joined have a row an indicator, and are made once. PostgreSQL does not know their size, and
# would add up the measurements again for each row of the other table.
BY_INDICATOR = f"""{METRIC_TOTALS}, summed AS MATERIALIZED (
    SELECT indicator_key, COUNT(people) AS counted, MAX(CASE WHEN people IS NOT NULL THEN most END) AS most,
        SUM(people) AS people, SUM(CASE WHEN people IS NULL AND cents IS NOT NULL THEN 1 ELSE 0 END) AS priced,
        SUM(CASE WHEN people IS NULL THEN cents END) AS cents
    FROM metric_totals GROUP BY indicator_key
), followed AS MATERIALIZED ({{followed}})
SELECT followed.indicator_key, many, COALESCE(counted, 0), most, people, COALESCE(priced, 0), cents
FROM followed LEFT JOIN summed ON summed.indicator_key = followed.indicator_key
"""  # noqa: S608


@dataclass(frozen=True)
class IndicatorTotal:
    """What an indicator comes to over several engagements, by its own rule; `left_out` have no result to add.

    Of unique people, `widest` is the range without any declaration, `overlaps` the number of declarations that narrow
    it, `set_aside` those that do not, and `why` the code in messages.REFUSALS that says why.
    """

    indicator: Indicator
    total: statistics.Total | None
    engagements: int
    left_out: int
    widest: statistics.Total | None = None
    overlaps: int = 0
    set_aside: int = 0
    why: str = ""

    @property
    def is_unique(self) -> bool:
        return self.indicator.aggregation == UNIQUE


@dataclass(frozen=True)
class PortfolioTotals:
    """The whole of what the person reads, stopped engagements included; `totals` is None of too many to add up."""

    engagements: int
    stopped: int
    half_days: int | None
    milestones_done: int
    milestones: int
    totals: tuple[IndicatorTotal, ...] | None


class IndicatorSums(NamedTuple):
    """A row of BY_INDICATOR: of the metrics of one indicator, how many there are and what they come to.

    `counted` of them have people, `people` in all and `most` at the most in one; `priced` have an amount, `cents` in
    all.
    """

    indicator_id: int
    followed: int
    counted: int
    most: int | None
    people: int | None
    priced: int
    cents: int | None


class MetricTotal(NamedTuple):
    """What the measurements of a metric come to: people or an amount, or neither where there is no single result.

    The same people may stand in several periods: of unique people there are `least` at the least, `people` at most.
    """

    people: int | None
    amount: Decimal | None
    least: int | None = None


@dataclass
class DeclaredOverlaps:
    """What is declared of the metrics of one indicator: `fit` with their counts, and how many are set aside."""

    counts: dict[int, int] = field(default_factory=dict)
    fit: list[Overlap] = field(default_factory=list)
    set_aside: int = 0


class OverlapFit(NamedTuple):
    """A declaration, and whether it fits the counts that stand now."""

    overlap: Overlap
    fits: bool


def portfolio_totals(
    engagements: EngagementQuerySet, max_added_up: int = MAX_ADDED_UP
) -> PortfolioTotals:
    """Over all these engagements: five queries, one more for unique people, one for people declared in common."""
    ids = engagements.order_by().values("pk")
    numbers = engagements.order_by().aggregate(
        all=Count("pk"), stopped=Count("pk", filter=Q(stage=Stage.STOPPED))
    )
    milestones = Milestone.objects.filter(engagement__in=ids).aggregate(
        all=Count("pk"), done=Count("done_on")
    )
    return PortfolioTotals(
        engagements=numbers["all"],
        stopped=numbers["stopped"],
        half_days=given_in_all(ids, timezone.localdate()),
        milestones_done=milestones["done"],
        milestones=milestones["all"],
        totals=totals(engagements) if numbers["all"] <= max_added_up else None,
    )


def totals(
    engagements: EngagementQuerySet, indicator: Indicator | None = None
) -> tuple[IndicatorTotal, ...]:
    """The total of each indicator that may be added and has a result, in the order of their codes; or of one alone.

    A declaration counts only where both of its engagements are among these: otherwise what one reader sees would
    depend on what only another one may read.
    """
    ids = engagements.order_by().values("pk")
    metrics = Metric.objects.filter(engagement__in=ids).exclude(
        Q(indicator__aggregation=Indicator.Aggregation.NEVER)
        | Q(indicator__kind=Indicator.Kind.SHARE)
    )
    if indicator is not None:
        metrics = metrics.filter(indicator=indicator)
    followed = metrics.order_by().values(indicator_key=F("indicator_id")).annotate(many=Count("pk"))
    rows = _rows_of(BY_INDICATOR, measurements=_measurements_of(metrics), followed=followed)
    sums = {row.indicator_id: row for row in map(IndicatorSums._make, rows)}
    indicators = list(Indicator.objects.filter(pk__in=list(sums)).order_by("code"))
    unique = [each.pk for each in indicators if each.aggregation == UNIQUE]
    overlaps = Overlap.objects.between(engagements).filter(first__indicator__in=unique)
    declared = _declared(overlaps if unique else overlaps.none())
    lines = [_line(each, sums[each.pk], declared[each.pk]) for each in indicators]
    return tuple(line for line in lines if line.engagements)


def metric_totals(metrics: MetricQuerySet) -> dict[int, MetricTotal]:
    """What the current measurements of each metric come to, of those that have any: one query."""
    return {
        key: MetricTotal(
            _whole(people), None if people is not None else _euros(cents), _whole(most)
        )
        for key, people, cents, most in _rows_of(BY_METRIC, measurements=_measurements_of(metrics))
    }


def fits(overlap: Overlap, counts: Mapping[int, int | None]) -> bool:
    """Whether it declares no more people in common than either of the two counts."""
    first, second = counts.get(overlap.first_id), counts.get(overlap.second_id)
    return first is not None and second is not None and overlap.people <= min(first, second)


def with_their_fit(overlaps: Sequence[Overlap]) -> list[OverlapFit]:
    """Each of the declarations, with whether it fits the counts that stand now: one query."""
    keys = {key for overlap in overlaps for key in (overlap.first_id, overlap.second_id)}
    counts = _least_counts(Metric.objects.filter(pk__in=keys))
    return [OverlapFit(overlap, fits(overlap, counts)) for overlap in overlaps]


def _least_counts(metrics: MetricQuerySet) -> dict[int, int | None]:
    """{metric: people at the least}."""
    return {key: total.least for key, total in metric_totals(metrics).items()}


def _measurements_of(metrics: MetricQuerySet) -> QuerySet[Any, Any]:  # rows of columns, of no model
    """The measurements that add up to what these metrics come to, each with its neighbours in its series."""
    cumulative = Q(metric__reading=Metric.Reading.CUMULATIVE) | Q(
        metric__indicator__kind=Indicator.Kind.SHARE
    )
    series: dict[str, Any] = {
        "partition_by": [F("metric_id")],
        "order_by": [F("window_end").asc(), F("window_start").asc(), F("pk").asc()],
    }
    return (
        Measurement.objects.filter(metric__in=metrics.order_by().values("pk"), counts_in_total=True)
        .current()
        .order_by()
        .values(
            metric_key=F("metric_id"),
            indicator_key=F("metric__indicator_id"),
            is_latest=Case(When(cumulative, then=Value(1)), default=Value(0)),
            people=F("count"),
            amount_given=F("amount"),
            whom=F("population"),
            begins=F("window_start"),
            before_end=Window(Lag("window_end"), **series),
            after_key=Window(Lead("pk"), **series),
        )
    )


def _rows_of(query: str, **parts: QuerySet[Any, Any]) -> list[tuple[Any, ...]]:
    """The rows of a query in SQL; `parts` are the querysets that it names, in the order in which it does."""
    try:
        compiled = {name: part.query.sql_with_params() for name, part in parts.items()}
    except EmptyResultSet:  # somebody who reads no engagement: there is nothing to ask
        return []
    texts = {name: text for name, (text, _params) in compiled.items()}
    params = [value for _text, values in compiled.values() for value in values]
    with connection.cursor() as cursor:
        cursor.execute(query.format(**texts), params)
        return cursor.fetchall()


def _declared(overlaps: OverlapQuerySet) -> dict[int, DeclaredOverlaps]:
    """{indicator: DeclaredOverlaps}; a declaration of more people than a metric counts is set aside."""
    by_indicator: dict[int, DeclaredOverlaps] = defaultdict(DeclaredOverlaps)
    rows = list(overlaps.select_related("first").order_by("pk"))
    if not rows:
        return by_indicator
    in_pairs = Q(pk__in=overlaps.values("first")) | Q(pk__in=overlaps.values("second"))
    counts = _least_counts(Metric.objects.filter(in_pairs))
    for row in rows:
        declared = by_indicator[row.first.indicator_id]
        first, second = counts.get(row.first_id), counts.get(row.second_id)
        if first is not None and second is not None and fits(row, counts):
            declared.fit.append(row)
            declared.counts |= {row.first_id: first, row.second_id: second}
        else:
            declared.set_aside += 1
    return by_indicator


def _line(indicator: Indicator, sums: IndicatorSums, declared: DeclaredOverlaps) -> IndicatorTotal:
    if indicator.aggregation == UNIQUE:
        return _unique(indicator, sums, declared)
    added = sums.counted + sums.priced
    values = [value for value in (_whole(sums.people), _euros(sums.cents)) if value is not None]
    total = statistics.total(values, "additive") if values else None
    return IndicatorTotal(indicator, total, added, sums.followed - added)


def _unique(
    indicator: Indicator, sums: IndicatorSums, declared: DeclaredOverlaps
) -> IndicatorTotal:
    """Of people alone, since an amount counts none. Declarations that contradict each other narrow nothing."""
    line = IndicatorTotal(
        indicator,
        total=None,
        engagements=sums.counted,
        left_out=sums.followed - sums.counted,
    )
    most, people = _whole(sums.most), _whole(sums.people)
    if most is None or people is None:
        return line
    widest = statistics.total_of_many(most, people, [], [])
    line = replace(
        line,
        total=widest,
        widest=widest,
        set_aside=declared.set_aside,
        why="overlap-above-count" if declared.set_aside else "",
    )
    places = {key: place for place, key in enumerate(declared.counts)}
    in_common = [
        statistics.InCommon(places[row.first_id], places[row.second_id], row.people, row.is_exact)
        for row in declared.fit
    ]
    try:
        total = statistics.total_of_many(most, people, list(declared.counts.values()), in_common)
    except statistics.StatisticsError as error:
        return replace(line, set_aside=declared.set_aside + len(in_common), why=error.code)
    return replace(line, total=total, overlaps=len(in_common))


def _whole(value: int | Decimal | None) -> int | None:
    """PostgreSQL adds whole numbers up to a decimal."""
    return None if value is None else int(value)


def _euros(cents: int | Decimal | None) -> Decimal | None:
    return None if cents is None else Decimal(int(cents)) / 100
