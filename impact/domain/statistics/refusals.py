"""Why numbers allow no result, and what must be said beside one, by stable codes."""

from typing import Final

REFUSALS: Final[dict[str, str]] = {
    "count-not-whole": "A count is a whole number.",
    "count-negative": "A count cannot be negative.",
    "count-absurd": "A count above one thousand million is surely a slip.",
    "count-unknown": "The count is not known, so there is nothing to compare.",
    "exposure-unknown": "How long, or how many people, were observed is not known.",
    "exposure-not-positive": "What was observed must be a finite length or number above zero.",
    "exposure-absurd": "The length or number observed is too large or too small to be true.",
    "confidence-not-between": "The confidence lies strictly between 0 and 1, for example 0.95.",
    "method-unknown": "The method is either exact or mid-P.",
    "no-events": "Nothing happened in either period, so no ratio can be given.",
    "total-zero": "A share of nobody cannot be given.",
    "more-than-total": "A share cannot exceed 100 %: there are more successes than people.",
    "nothing-to-add": "There is no figure to add.",
    "value-not-finite": "Only ordinary numbers can be added.",
    "never-added": "These figures must never be added to one another.",
    "rule-unknown": "How these figures may be added is not known.",
    "overlap-not-a-pair": "People in common are declared once, of two different counts.",
    "overlap-above-count": "There cannot be more people in common than either count has.",
    "overlaps-contradict": "The people declared in common contradict each other: more are different than were counted.",
    "kind-unknown": "The kind is one of: volume, per time, per person, cost.",
    "kinds-differ": "The two figures are of different kinds and cannot be compared.",
    "population-unknown": "Whom the figures are about is not known, so they cannot be compared.",
    "populations-differ": "The two figures are about different groups of people and cannot be compared.",
    "baseline-zero": "The baseline is zero, so no number of times can be given.",
    "no-result": "There is no result yet, so no cost per result can be given.",
    "cost-unknown": "The cost is not known, or is zero, so no cost per result can be given.",
    "people-in-several-periods": "The same person may stand in several periods: there are bounds, and no one count.",
    "nobody-answered": "Nobody answered whether it would have happened anyway, so no net figure can be given.",
    "too-few-answered": "Too few people answered whether it would have happened anyway for a net figure to be told.",
    "asked-more-than-results": "More people were asked than there are results.",
}
"""The reasons in English; callers translate them by their codes."""

CAUTIONS: Final[dict[str, str]] = {
    "windows-differ": "The two periods are not of the same length: part of the change is only time.",
}
"""What a reader must know beside a result that is given all the same."""


class StatisticsError(ValueError):
    """The numbers allow no result; `code` is a key of REFUSALS, `sentence` its text in English."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = REFUSALS[code]

    def __str__(self) -> str:
        return self.sentence
