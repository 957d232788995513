"""What indicators come to over many engagements, added up by the database: a fixed number of statements at any size.

What the figures of one metric come to is defined once, by `summaries._result_of`; the statement below says the same in
SQL, and tests/impact/test_totals.py holds one against the other on both databases.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Count, F, Q, Value, When, Window
from django.db.models.functions import Lag, Lead
from django.utils import timezone

from engagements.domain.stages import Stage
from engagements.models import Milestone
from impact.domain import statistics
from impact.models import Indicator, Measurement, Metric, Overlap
from impact.selectors.given_days import given_in_all

UNIQUE = Indicator.Aggregation.UNIQUE
ADD_UP_TO = 10_000  # engagements: of ten metrics over three years, some seconds; beyond, the database would give up

# Of windows in the order of their ends, two overlap only if two neighbours do: one order tells that, and which is last.
COMES_TO = """CASE
    WHEN MAX(is_latest) = 1 THEN MAX(CASE WHEN after_key IS NULL THEN {value} END)
    WHEN MAX(CASE WHEN before_end >= begins THEN 1 ELSE 0 END) = 1 THEN NULL
    WHEN MIN(whom) <> MAX(whom) THEN NULL
    WHEN COUNT({value}) = COUNT(*) THEN SUM({value})
END"""
CENTS = "CAST(ROUND(amount_given * 100) AS bigint)"  # SQLite would add amounts as floats
METRIC_TOTALS = f"""
WITH figures AS ({{figures}}), metric_totals AS (
    SELECT metric_key, MIN(indicator_key) AS indicator_key,
        {COMES_TO.format(value="people")} AS people, {COMES_TO.format(value=CENTS)} AS cents,
        MAX(CASE WHEN is_latest = 0 OR after_key IS NULL THEN people END) AS most
    FROM figures GROUP BY metric_key
)
"""  # noqa: S608 (constants alone)
BY_METRIC = f"""{METRIC_TOTALS}
SELECT metric_key, people, cents, CASE WHEN people IS NOT NULL THEN most END FROM metric_totals
"""  # noqa: S608
# The two that are joined are a row an indicator, and made once: of new tables whose size it does not know, PostgreSQL
# would else add up the figures again for each row of the other side.
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
    """What an indicator comes to over several engagements, by its own rule; `left_out` have no figure to add.

    Of unique people, `widest` is the range without any declaration, `overlaps` the number of declarations that narrow
    it, `set_aside` those that do not, and `why` the code of words.REFUSALS that says why.
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
    def is_unique(self):
        return self.indicator.aggregation == UNIQUE


@dataclass(frozen=True)
class PortfolioTotals:
    """The whole of what the person reads, stopped engagements included."""

    engagements: int
    stopped: int
    half_days: int | None
    milestones_done: int
    milestones: int
    totals: tuple[IndicatorTotal, ...] | None


class IndicatorSums(NamedTuple):
    """Over the metrics of one indicator: how many, and what those that have a figure come to."""

    indicator_id: int
    followed: int
    counted: int
    most: int | None
    people: int | None
    priced: int
    cents: int | None


class MetricTotal(NamedTuple):
    """What the figures of a metric come to: people or an amount, or neither where they refuse.

    The same people may stand in several periods: of unique people there are `least` at the least, `people` at most.
    """

    people: int | None
    amount: Decimal | None
    least: int | None = None


@dataclass
class DeclaredOverlaps:
    """What is declared of the metrics of one indicator, and what those metrics count."""

    counts: dict[int, int] = field(default_factory=dict)
    fit: list[Overlap] = field(default_factory=list)
    set_aside: int = 0


def portfolio(engagements, add_up_to=ADD_UP_TO):
    """Over all engagements given: five statements, one more for unique people, one for people declared in common.

    Too many to add up: `totals` is None.
    """
    ids = engagements.order_by().values("pk")
    counted = engagements.order_by().aggregate(
        all=Count("pk"), stopped=Count("pk", filter=Q(stage=Stage.STOPPED))
    )
    milestones = Milestone.objects.filter(engagement__in=ids).aggregate(
        all=Count("pk"), done=Count("done_on")
    )
    return PortfolioTotals(
        engagements=counted["all"],
        stopped=counted["stopped"],
        half_days=given_in_all(ids, timezone.localdate()),
        milestones_done=milestones["done"],
        milestones=milestones["all"],
        totals=totals(engagements) if counted["all"] <= add_up_to else None,
    )


def totals(engagements, **of):
    """One IndicatorTotal for each indicator that may be added and has a figure, in the order of their codes.

    A declaration counts only where both of its engagements are among those given: otherwise what one reader is told
    would hang on what only another may read.
    """
    ids = engagements.order_by().values("pk")
    followed = Metric.objects.filter(engagement__in=ids, **of).exclude(
        Q(indicator__aggregation=Indicator.Aggregation.NEVER)
        | Q(indicator__kind=Indicator.Kind.SHARE)
    )
    many = followed.order_by().values(indicator_key=F("indicator_id")).annotate(many=Count("pk"))
    rows = _asked(BY_INDICATOR, figures=_figures_of(followed), followed=many)
    sums = {row.indicator_id: row for row in map(IndicatorSums._make, rows)}
    indicators = list(Indicator.objects.filter(pk__in=list(sums)).order_by("code"))
    unique = [indicator.pk for indicator in indicators if indicator.aggregation == UNIQUE]
    overlaps = Overlap.objects.between(engagements).filter(first__indicator__in=unique)
    declared = _declared(overlaps if unique else overlaps.none())
    lines = [
        _line(indicator, sums[indicator.pk], declared[indicator.pk]) for indicator in indicators
    ]
    return tuple(line for line in lines if line.engagements)


def metric_totals(metrics):
    """{metric: what its published figures come to} of those that have any, in one statement."""
    return {
        key: MetricTotal(
            _whole(people), None if people is not None else _euros(cents), _whole(most)
        )
        for key, people, cents, most in _asked(BY_METRIC, figures=_figures_of(metrics))
    }


def fits(overlap, counts):
    """No more people in common than either of the two figures that stand now."""
    both = [counts.get(key) for key in (overlap.first_id, overlap.second_id)]
    return None not in both and overlap.people <= min(both)


def with_their_fit(overlaps):
    """[(overlap, whether it fits the figures that stand now)], in one statement."""
    keys = {key for overlap in overlaps for key in (overlap.first_id, overlap.second_id)}
    counts = {
        key: row.least for key, row in metric_totals(Metric.objects.filter(pk__in=keys)).items()
    }
    return [(overlap, fits(overlap, counts)) for overlap in overlaps]


def _figures_of(metrics):
    """The published figures that add up to what these metrics come to, each with its neighbours in its series."""
    cumulative = Q(metric__reading=Metric.Reading.CUMULATIVE) | Q(
        metric__indicator__kind=Indicator.Kind.SHARE
    )
    over = {
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
            before_end=Window(Lag("window_end"), **over),
            after_key=Window(Lead("pk"), **over),
        )
    )


def _asked(statement, **queries):
    """The rows of a statement, with the queries that it names in their order."""
    try:
        parts = {name: query.query.sql_with_params() for name, query in queries.items()}
    except EmptyResultSet:  # somebody who reads no engagement: there is nothing to ask
        return []
    texts = {name: text for name, (text, _given) in parts.items()}
    with connection.cursor() as cursor:
        cursor.execute(
            statement.format(**texts), [value for _text, given in parts.values() for value in given]
        )
        return cursor.fetchall()


def _declared(overlaps):
    """{indicator: DeclaredOverlaps}; a declaration of more people than a current measurement counts is set aside."""
    found = defaultdict(DeclaredOverlaps)
    rows = list(overlaps.select_related("first").order_by("pk"))
    if not rows:
        return found
    of_them = Q(pk__in=overlaps.values("first")) | Q(pk__in=overlaps.values("second"))
    counts = {key: row.least for key, row in metric_totals(Metric.objects.filter(of_them)).items()}
    for row in rows:
        declared = found[row.first.indicator_id]
        if fits(row, counts):
            declared.fit.append(row)
            declared.counts |= {key: counts[key] for key in (row.first_id, row.second_id)}
        else:
            declared.set_aside += 1
    return found


def _line(indicator, sums, declared):
    if indicator.aggregation == UNIQUE:
        return _unique(indicator, sums, declared)
    known = sums.counted + sums.priced
    values = [value for value in (_whole(sums.people), _euros(sums.cents)) if value is not None]
    total = statistics.total(values, indicator.aggregation) if values else None
    return IndicatorTotal(indicator, total, known, sums.followed - known)


def _unique(indicator, sums, declared):
    """People alone: an amount counts none. Declarations that contradict each other narrow nothing, and are told."""
    line = {
        "indicator": indicator,
        "engagements": sums.counted,
        "left_out": sums.followed - sums.counted,
    }
    if not sums.counted:
        return IndicatorTotal(total=None, **line)
    most, people = _whole(sums.most), _whole(sums.people)
    widest = statistics.total_of_many(most, people, [], [])
    line |= {"widest": widest, "set_aside": declared.set_aside}
    line["why"] = "overlap-above-count" if declared.set_aside else ""
    places = {key: place for place, key in enumerate(declared.counts)}
    in_common = [
        statistics.InCommon(places[row.first_id], places[row.second_id], row.people, row.is_exact)
        for row in declared.fit
    ]
    try:
        total = statistics.total_of_many(most, people, list(declared.counts.values()), in_common)
    except statistics.StatisticsError as error:
        line |= {"set_aside": declared.set_aside + len(in_common), "why": error.code}
        return IndicatorTotal(total=widest, **line)
    return IndicatorTotal(total=total, overlaps=len(in_common), **line)


def _whole(value):
    """PostgreSQL adds whole numbers up to a decimal."""
    return None if value is None else int(value)


def _euros(cents):
    return None if cents is None else Decimal(int(cents)) / 100
