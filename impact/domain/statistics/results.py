"""What is compared and what comes out: numbers with all that must stand beside them."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from impact.domain.statistics.refusals import REFUSALS

Number = int | float | Decimal
RateMethod = Literal["exact", "mid-p"]
Kind = Literal["volume", "per-time", "per-person", "cost"]
Rule = Literal["additive", "unique", "never"]


@dataclass(frozen=True, slots=True)
class RateRatio:
    """How many times as often; `high` is infinite when the baseline count is 0 (then so is `ratio`)."""

    ratio: float
    low: float
    high: float
    method: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Rate:
    """Events per unit of exposure."""

    value: float
    low: float
    high: float
    method: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Share:
    value: float
    low: float
    high: float
    method: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Difference:
    """One share minus the other, between -1 and 1."""

    value: float
    low: float
    high: float
    method: str
    confidence: float


@dataclass(frozen=True, slots=True)
class ShareRatio:
    """`p_value` is Fisher's; being another method, it may disagree with the interval right at the edge."""

    ratio: float
    low: float
    high: float
    method: str
    confidence: float
    difference: Difference
    p_value: float


@dataclass(frozen=True, slots=True)
class InCommon:
    """People counted in two of several counts, by the places of the two; `exact` or "at least so many"."""

    first: int
    second: int
    people: Number
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Total:
    """A sum known only to lie between `low` and `high`, both included."""

    low: Number
    high: Number
    rule: Rule

    @property
    def exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True)
class ComparisonSide:
    """One side of a comparison.

    volume, per-time: `count` over `exposure` months. per-person: `numerator` people with the result among
    `denominator` people. cost: `numerator` euros for `denominator` results. None means: not known.
    """

    kind: Kind
    population: str
    count: Number | None = None
    exposure: Number | None = None
    numerator: Number | None = None
    denominator: Number | None = None


@dataclass(frozen=True, slots=True)
class Multiplier:
    """A ratio that may be shown, with what must be shown beside it."""

    kind: Kind
    ratio: float
    low: float
    high: float
    method: str
    confidence: float
    observed: ComparisonSide
    baseline: ComparisonSide
    cautions: tuple[str, ...] = ()
    shares: ShareRatio | None = None

    @property
    def direction(self) -> Literal["higher", "lower", "undecided"]:
        """Undecided while the interval holds 1: no evidence of a change is not evidence of none."""
        if self.low > 1:
            return "higher"
        return "lower" if self.high < 1 else "undecided"


@dataclass(frozen=True, slots=True)
class NoFigure:
    """No multiplier may be shown; `at_least` is what a zero baseline still allows one to say."""

    code: str
    at_least: float | None = None
    sentence: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sentence", REFUSALS[self.code])
