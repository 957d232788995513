"""From gross to net: what would have happened anyway (deadweight), as the people themselves say.

`deadweight` of `answered` people say that they would have had the result anyway; that share has the exact interval
of Clopper and Pearson, and what is left of the results is the net. Those who did answer are certain, so the net
lies between those who said no and all who did not say yes; those who were asked and kept silent leave the bounds of
Manski (The Journal of Human Resources 1989). Taking the deadweight off is the step of the SROI guide (Nicholls and
others, Cabinet Office 2009, stage 4). What people say of another course of events is not an observation of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from impact.domain.statistics.given import as_count
from impact.domain.statistics.rates import share
from impact.domain.statistics.refusals import StatisticsError
from impact.domain.statistics.results import Number, Share
from impact.domain.statistics.surveys import LARGE_SILENCE_BELOW

ADDED_FIELDS: Final = (
    "gross",
    "value",
    "low",
    "high",
    "silent_low",
    "silent_high",
    "asked",
    "answered",
    "deadweight",
)


@dataclass(frozen=True, slots=True)
class Net:
    """`low` and `high`: what chance leaves open; `silent_low` and `silent_high`: what those who kept silent do."""

    gross: int
    value: float
    low: float
    high: float
    silent_low: float
    silent_high: float
    asked: int
    answered: int
    deadweight: int
    share: Share

    @property
    def answer_rate(self) -> float:
        return self.answered / self.asked

    @property
    def is_silence_large(self) -> bool:
        return self.answer_rate < LARGE_SILENCE_BELOW


def net_of_many(
    surveys: Sequence[tuple[Number, Number, Number, Number]], confidence: float = 0.95
) -> Net:
    """The same over several windows, each (gross, asked, answered, deadweight), and of their results alone.

    Windows are not asked alike, so each has its own share. Their bounds are added at a confidence that leaves together
    what one leaves alone (Bonferroni). Windows in which nobody answered are left out.
    """
    answered = [survey for survey in surveys if survey[2]] or list(surveys)[:1]
    each = 1 - (1 - confidence) / max(1, len(answered))
    nets = [
        net(gross, asked=a, answered=n, deadweight=d, confidence=each)
        for gross, a, n, d in answered
    ]
    if len(nets) == 1:
        return nets[0]
    added = {name: sum(getattr(net_of_one, name) for net_of_one in nets) for name in ADDED_FIELDS}
    return Net(**added, share=share(added["deadweight"], added["answered"], confidence=confidence))


def net(
    gross: Number, *, asked: Number, answered: Number, deadweight: Number, confidence: float = 0.95
) -> Net:
    """What is left of `gross` results. Everybody asked and answering, the net is counted and its interval a point."""
    gross, asked, answered, deadweight = map(as_count, (gross, asked, answered, deadweight))
    if asked > gross:
        raise StatisticsError("asked-more-than-results")
    if answered > asked or deadweight > answered:
        raise StatisticsError("more-than-total")
    if answered == 0:
        raise StatisticsError("nobody-answered")
    anyway = share(deadweight, answered, confidence=confidence)
    silent = asked - answered

    def left(part: float) -> float:
        return min(max(gross * (1 - part), answered - deadweight), gross - deadweight)

    return Net(
        gross=gross,
        value=left(anyway.value),
        low=left(anyway.high),
        high=left(anyway.low),
        silent_low=left((deadweight + silent) / asked),
        silent_high=left(deadweight / asked),
        asked=asked,
        answered=answered,
        deadweight=deadweight,
        share=anyway,
    )
