"""What an answer rate leaves open.

Those who answer are seldom those who keep silent. Without a word on them, all that is known of the share among
everybody who was asked lies between "none of the silent" and "all of the silent" (Manski, The Journal of Human
Resources 1989); the interval of chance inside the answers comes on top of it and is that of `share`.
"""

from dataclasses import dataclass
from typing import Final

from impact.domain.statistics.refusals import StatisticsError

LARGE_SILENCE_BELOW: Final = 0.6
"""A convention, not a law: below it a reader is told that most of the answer lies with those who are silent."""


@dataclass(frozen=True, slots=True)
class Silence:
    """`answer_rate` of those asked; `low` and `high` bound the share among all of them, where a share was asked."""

    answer_rate: float
    low: float | None = None
    high: float | None = None

    @property
    def is_large(self) -> bool:
        return self.answer_rate < LARGE_SILENCE_BELOW


def silence(answered: int, asked: int, yes: int | None = None, total: int | None = None) -> Silence:
    """`yes` out of `total` answers to the question; who left it out is silent too. Refuses what cannot be."""
    if asked <= 0:
        raise StatisticsError("total-zero")
    if answered > asked or (total is not None and (total > answered or (yes or 0) > total)):
        raise StatisticsError("more-than-total")
    if yes is None or total is None:
        return Silence(answered / asked)
    return Silence(answered / asked, yes / asked, (yes + asked - total) / asked)
