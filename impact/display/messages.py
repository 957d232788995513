"""The codes of impact.domain.statistics and of targets in the reader's language."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.domain.formatting import day_text

REFUSALS = {
    "count-not-whole": _("A count is a whole number."),
    "count-negative": _("A count cannot be negative."),
    "count-absurd": _("A count above one thousand million is surely a slip."),
    "count-unknown": _("The count is not known, so there is nothing to compare."),
    "exposure-unknown": _("How long, or how many people, were observed is not known."),
    "exposure-not-positive": _("What was observed must be a finite length or number above zero."),
    "exposure-absurd": _("The length or number observed is too large or too small to be true."),
    "confidence-not-between": _("The confidence lies strictly between 0 and 1, for example 0.95."),
    "method-unknown": _("The method is either exact or mid-P."),
    "no-events": _("Nothing happened in either period, so no ratio can be given."),
    "total-zero": _("A share of nobody cannot be given."),
    "more-than-total": _("A share cannot exceed 100 %: there are more successes than people."),
    "nothing-to-add": _("There is no figure to add."),
    "value-not-finite": _("Only ordinary numbers can be added."),
    "never-added": _("These figures must never be added to one another."),
    "rule-unknown": _("How these figures may be added is not known."),
    "overlap-not-a-pair": _("People in common are declared once, of two different counts."),
    "overlap-above-count": _("There cannot be more people in common than either count has."),
    "overlaps-contradict": _(
        "The people declared in common contradict each other: more are different than were counted."
    ),
    "kind-unknown": _("The kind is one of: volume, per time, per person, cost."),
    "kinds-differ": _("The two figures are of different kinds and cannot be compared."),
    "population-unknown": _("Whom the figures are about is not known, so they cannot be compared."),
    "populations-differ": _(
        "The two figures are about different groups of people and cannot be compared."
    ),
    "baseline-zero": _("The baseline is zero, so no number of times can be given."),
    "no-result": _("There is no result yet, so no cost per result can be given."),
    "cost-unknown": _("The cost is not known, or is zero, so no cost per result can be given."),
    "people-in-several-periods": _(
        "The same person may stand in several periods: there are bounds, and no one count."
    ),
    "nobody-answered": _(
        "Nobody answered whether it would have happened anyway, so no net figure can be given."
    ),
    "too-few-answered": _(
        "Too few people answered whether it would have happened anyway for a net to be told."
    ),
    "asked-more-than-results": _("More people were asked than there are results."),
    "windows-overlap": _("The windows overlap: the same result would be counted twice."),
    "window-straddles": _(
        "A figure reaches over the edge of this period: its share of the period is not known."
    ),
    "no-baseline": _("No baseline is recorded, so there is nothing to compare with."),
    "no-measurement": _("Nothing is published yet."),
    "denominator-unknown": _("The denominator was not published."),
}

CAUTIONS = {
    "windows-differ": _(
        "The two periods are not of the same length: part of the change is only time."
    ),
}

KINDS = {
    "per-time": _("per time"),
    "per-person": _("per person"),
    "volume": _("volume"),
    "cost": _("cost per result"),
}

OUTCOMES = {  # of a target: how it stands, and the word
    "reached": ("good", _("reached")),
    "reached-so-far": ("good", _("reached so far")),
    "missed": ("watch", _("not reached")),
    "kept": ("good", _("kept to")),
    "kept-so-far": ("plain", _("kept to so far")),
    "exceeded": ("watch", _("exceeded")),
    "running": ("plain", _("period under way")),
    "ahead": ("plain", _("not begun")),
    "partial": ("unknown", _("figures missing")),
    "unmeasured": ("unknown", _("no measurement")),
    "refused": ("unknown", _("no single figure")),
}

METHODS = {
    "exact": _("exact conditional interval (Clopper-Pearson on the split of the counts)"),
    "mid-p": _("mid-P interval"),
    "koopman-score": _("Koopman score interval of the ratio of two shares"),
}


def when_set(target):
    """What a reader must know of a target that was not set ahead of its period; empty of any other."""
    if target.amended_on:
        words = {"day": day_text(target.amended_on), "why": target.amended_why}
        return gettext("changed on %(day)s: %(why)s") % words
    if target.is_set_late:
        return gettext("set on %(day)s, after the period began") % {"day": day_text(target.set_on)}
    return ""
