"""One indicator over several engagements, side by side and never ranked: what is unlike stands in groups of its own."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Q

from impact.models import Indicator, Metric, Population, reported_to
from impact.selectors import summaries

PAGE_SIZE = 50
WIDTH, LEFT, RIGHT, TOP, ROW = 640, 20, 24, 18, 46


@dataclass(frozen=True)
class ComparisonLine:
    """What one engagement's figures of the indicator come to."""

    engagement: object
    summary: summaries.MetricSummary

    @property
    def per_month(self):
        """Of a count only, where it is known how many months were observed."""
        result = self.summary.result
        if (
            self.summary.metric.indicator.kind != Indicator.Kind.COUNT
            or result.count is None
            or not result.months
        ):
            return None
        return round(Decimal(result.count) / result.months, 2)

    @property
    def alike(self):
        """Figures are looked at beside each other when they speak of the same people, counted in the same way."""
        result, metric = self.summary.result, self.summary.metric
        if result.refusal:
            return ("", "")
        return (result.population, "" if self.summary.is_share else metric.reading)


@dataclass(frozen=True)
class Dot:
    title: str
    label_y: int
    y: int
    x: float
    low_x: float
    high_x: float
    share: object


@dataclass(frozen=True)
class ComparisonGroup:
    """`population` is empty for those that have no figure to show."""

    population: str
    reading: str
    lines: tuple[ComparisonLine, ...]

    @property
    def people(self):
        return Population(self.population).label if self.population else ""

    @property
    def counting(self):
        return Metric.Reading(self.reading).label if self.reading else ""

    @property
    def picture(self):
        """Each share as a dot with its interval, in the order of the table; None where there are not two."""
        shares = [(line.engagement.title, line.summary.result.share) for line in self.lines]
        dots = tuple(
            _dot(place, title, share)
            for place, (title, share) in enumerate(s for s in shares if s[1])
        )
        return Picture(dots) if len(dots) > 1 else None


@dataclass(frozen=True)
class Picture:
    dots: tuple[Dot, ...]
    width: int = WIDTH
    left: int = LEFT

    @property
    def bottom(self):
        return TOP + ROW * len(self.dots)

    @property
    def height(self):
        return self.bottom + 22

    @property
    def ticks(self):
        return tuple((_x(value / 4), value / 4) for value in range(5))


def comparable(user):
    """The indicators that two or more of the engagements that the person reads follow."""
    reported = reported_to(user).values("pk")
    followed = Count("metrics", filter=Q(metrics__engagement__in=reported))
    return Indicator.objects.annotate(followers=followed).filter(followers__gte=2).by_name()


def following(user, indicator):
    return reported_to(user).filter(metrics__indicator=indicator)


def lines_of(engagements, indicator):
    """[ComparisonLine] of a page of engagements that follow it, in their order: as many statements as a summary."""
    return [
        ComparisonLine(section.engagement, section.metrics[0])
        for section in summaries.summarise(engagements, indicator=indicator)
        if section.metrics
    ]


def groups_of(lines):
    """Everyone first, then those who completed, then the unknown, then those without a figure; inside, as they came."""
    kinds = [
        *((people, how) for people in Population.values for how in ("", *Metric.Reading.values)),
        ("", ""),
    ]
    found = [(kind, tuple(line for line in lines if line.alike == kind)) for kind in kinds]
    return [ComparisonGroup(*kind, alike) for kind, alike in found if alike]


def _dot(place, title, share):
    y = TOP + ROW * place
    return Dot(title, y, y + 16, _x(share.value), _x(share.low), _x(share.high), share)


def _x(value):
    return round(LEFT + value * (WIDTH - LEFT - RIGHT), 1)
