"""The members that fit a request beside each other: what each criterion says of each, in a few words a cell."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm.display.messages import FACT_LABELS, NOTES, fit_in_words


class Criterion(NamedTuple):
    """A column: the facts of crm.domain.orientation that it looks at, and the reasons that it gives points for."""

    key: str
    facts: frozenset[str]
    reasons: frozenset[str]


class Cell(NamedTuple):
    """What one criterion says of one member. `verdict`: fits, weak (it costs points) or unknown. `points` in all."""

    key: str
    verdict: str
    words: list[str]
    points: int


CRITERIA = [
    Criterion("need", frozenset({"need", "audience", "maturity"}), frozenset({"need-named"})),
    Criterion("organisation", frozenset({"form", "staff", "budget"}), frozenset({"goal-shared"})),
    Criterion("territory", frozenset({"territory"}), frozenset()),
    Criterion(
        "lead",
        frozenset({"lead"}),
        frozenset({"lead-full-time", "lead-to-come", "skills-in-house"}),
    ),
    Criterion("running", frozenset({"running"}), frozenset({"running-covered", "running-short"})),
]
COLUMNS = {
    "member": _("Member"),
    "need": _("Need"),
    "organisation": _("Organisation"),
    "territory": _("Territory"),
    "lead": _("Project lead"),
    "running": _("Running costs"),
    "places": _("Places"),
    "before": _("Asked before"),
}
IN_FEW_WORDS = {
    "need-named": _("named by it"),
    "goal-shared": _("a shared goal"),
    "lead-full-time": _("full time"),
    "lead-to-come": _("still looked for"),
    "skills-in-house": _("digital skills in house"),
    "running-covered": _("could be borne"),
    "running-short": _("above what could be paid"),
}


def side_by_side(candidates):
    """What the page shows of crm.selectors.orientation.Candidate rows: those that fit as a table, the others with what
    speaks against them, and the notes on any that fits.

    A criterion by which several members are alike tells nothing apart: it is no column, and named once (`agreed`).
    """
    fitting = [candidate for candidate in candidates if candidate.can_take]
    others = [candidate for candidate in candidates if not candidate.can_take]
    rows = [[_cell(criterion, each.fit) for criterion in CRITERIA] for each in fitting]
    agreed = {column[0].key for column in zip(*rows, strict=True) if _are_alike(column)}
    left_out = agreed | (set() if any(each.before for each in fitting) else {"before"})
    label = ngettext("%(number)s other member", "%(number)s other members", len(others))
    notes = dict.fromkeys(code for candidate in fitting for code in candidate.fit.notes)
    return {
        "columns": {key: words for key, words in COLUMNS.items() if key not in left_out},
        "fitting": [
            (candidate, [cell for cell in row if cell.key not in agreed])
            for candidate, row in zip(fitting, rows, strict=True)
        ],
        "agreed": [str(words) for key, words in COLUMNS.items() if key in agreed],
        "notes": [NOTES[code] for code in notes],
        "others": [(candidate, fit_in_words(candidate.fit)) for candidate in others],
        "others_label": label % {"number": len(others)},
    }


def _are_alike(cells):
    return len(cells) > 1 and all(cell == cells[0] for cell in cells)


def _cell(criterion, fit):
    reasons = [(code, points) for code, points in fit.reasons if code in criterion.reasons]
    missing = [code for code in fit.missing if code in criterion.facts]
    points = sum(points for code, points in fit.reasons if _is_of(code, criterion))
    words = [str(IN_FEW_WORDS[code]) for code, _points in reasons]
    words += [str(_to_ask(FACT_LABELS[code])) for code in missing]
    if not words:
        # Running costs give a reason or a question wherever a member looks at them.
        words = [str(_("no condition") if criterion.key == "running" else _("accepted"))]
    verdict = "unknown" if missing else "weak" if points < 0 else "fits"
    return Cell(criterion.key, verdict, words, points)


def _is_of(code, criterion):
    return code in criterion.reasons or code.removeprefix("missing-") in criterion.facts


def _to_ask(fact):
    return _("to ask: %(fact)s") % {"fact": fact}
