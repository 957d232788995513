"""What the current measurements of a metric come to: the latest one, a sum, or the reason why there is no result."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple, Protocol, TypeVar

from django.conf import settings

from crm.models import Bilingual
from impact.domain import statistics
from impact.models import DEADWEIGHT, Grade, Indicator, Measurement, Metric, Population

GRADES_BY_STRENGTH = (
    Grade.DECLARED,
    Grade.SURVEYED,
    Grade.COUNTED,
    Grade.VERIFIED,
)  # weakest first

Value = TypeVar("Value", int, Decimal)


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

    def get_population_display(self) -> str:
        return str(Population(self.population).label)

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


class Observed(Protocol):
    """A baseline or a measurement, as a model or as a row."""

    @property
    def count(self) -> int | None: ...

    @property
    def total(self) -> int | None: ...


def result_of(metric: Metric, series: Sequence[MeasurementRow]) -> MetricResult:
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
            share=share_of(latest),
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
        grade=weakest_of(row.grade for row in series),
    )


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


def is_latest_alone(metric: Metric) -> bool:
    """Whether its last measurement says it all, since it counts from the beginning or is a share."""
    return (
        metric.reading == Metric.Reading.CUMULATIVE or metric.indicator.kind == Indicator.Kind.SHARE
    )


def counts_people_once(metric: Metric) -> bool:
    """Whether its measurements are of people who may stand in several of them."""
    return metric.indicator.aggregation == Indicator.Aggregation.UNIQUE


def share_of(row: Observed) -> statistics.Share | None:
    return statistics.share(row.count, row.total) if row.count is not None and row.total else None


def weakest_of(grades: Iterable[str]) -> str:
    """The weakest of the grades; one that is none of them is weaker than any."""
    return min(
        grades,
        key=lambda grade: GRADES_BY_STRENGTH.index(grade) if grade in GRADES_BY_STRENGTH else -1,
    )


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
