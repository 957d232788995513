"""One indicator over several engagements, side by side and never ranked: what is unlike stands in groups of its own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q

from crm.models import User
from engagements.models import Engagement
from engagements.models.engagements import EngagementQuerySet
from impact.domain import statistics
from impact.models import Indicator, Metric, Population, reported_to
from impact.models.indicators import IndicatorQuerySet
from impact.selectors import summaries

PAGE_SIZE = 50
WIDTH, LEFT, RIGHT, TOP, ROW = 640, 20, 24, 18, 46


@dataclass(frozen=True)
class ComparisonLine:
    """What the measurements of the indicator come to in one engagement."""

    engagement: Engagement
    summary: summaries.MetricSummary

    @property
    def per_month(self) -> Decimal | None:
        """The count for each month of observation; None of a share, and where the months are not known."""
        result = self.summary.result
        if (
            self.summary.metric.indicator.kind != Indicator.Kind.COUNT
            or result.count is None
            or not result.months
        ):
            return None
        return round(Decimal(result.count) / result.months, 2)

    @property
    def alike(self) -> tuple[str, str]:
        """(population, reading): only lines that agree in both are comparable; empty where there is no result."""
        result, metric = self.summary.result, self.summary.metric
        if result.refusal:
            return ("", "")
        return (result.population, "" if self.summary.is_share else metric.reading)


@dataclass(frozen=True)
class Dot:
    """A share with its interval in the picture, in its coordinates."""

    title: str
    label_y: int
    y: int
    x: float
    low_x: float
    high_x: float
    share: statistics.Share


@dataclass(frozen=True)
class Picture:
    dots: tuple[Dot, ...]
    width: int = WIDTH
    left: int = LEFT

    @property
    def bottom(self) -> int:
        return TOP + ROW * len(self.dots)

    @property
    def height(self) -> int:
        return self.bottom + 22

    @property
    def ticks(self) -> tuple[tuple[float, float], ...]:
        """(x, share) of each line of the grid."""
        return tuple((_x(value / 4), value / 4) for value in range(5))


@dataclass(frozen=True)
class ComparisonGroup:
    """Lines that are alike; `population` is empty for those without a result."""

    population: str
    reading: str
    lines: tuple[ComparisonLine, ...]

    @property
    def people(self) -> str:
        return str(Population(self.population).label) if self.population else ""

    @property
    def counting(self) -> str:
        return str(Metric.Reading(self.reading).label) if self.reading else ""

    @property
    def picture(self) -> Picture | None:
        """Each share as a dot with its interval, in the order of the table; None where there are not two."""
        shares = [
            (line.engagement.title, line.summary.result.share)
            for line in self.lines
            if line.summary.result.share
        ]
        dots = tuple(_dot(place, title, share) for place, (title, share) in enumerate(shares))
        return Picture(dots) if len(dots) > 1 else None


def comparable(user: User) -> IndicatorQuerySet:
    """The indicators that two or more of the engagements that the person reads follow."""
    reported = reported_to(user).values("pk")
    followers = Count("metrics", filter=Q(metrics__engagement__in=reported))
    return Indicator.objects.annotate(followers=followers).filter(followers__gte=2).by_name()


def following(user: User, indicator: Indicator) -> EngagementQuerySet:
    """The engagements that follow the indicator, among those that the person reads."""
    return reported_to(user).filter(metrics__indicator=indicator)


def lines_of(engagements: Sequence[Engagement], indicator: Indicator) -> list[ComparisonLine]:
    """The lines of a page of engagements that follow the indicator, in their order: as many queries as a summary."""
    return [
        ComparisonLine(section.engagement, section.metrics[0])
        for section in summaries.summarise(engagements, indicator=indicator)
        if section.metrics
    ]


def groups_of(lines: Iterable[ComparisonLine]) -> list[ComparisonGroup]:
    """The lines that are alike together, in the order that they have.

    Of everyone first, then of those who completed, then of an unknown population, then those without a result.
    """
    lines = list(lines)
    keys = [
        *(
            (population, reading)
            for population in Population.values
            for reading in ("", *Metric.Reading.values)
        ),
        ("", ""),
    ]
    groups = [(key, tuple(line for line in lines if line.alike == key)) for key in keys]
    return [ComparisonGroup(*key, alike) for key, alike in groups if alike]


def _dot(place: int, title: str, share: statistics.Share) -> Dot:
    y = TOP + ROW * place
    return Dot(title, y, y + 16, _x(share.value), _x(share.low), _x(share.high), share)


def _x(value: float) -> float:
    return round(LEFT + value * (WIDTH - LEFT - RIGHT), 1)
