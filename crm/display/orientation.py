"""The members that fit a request beside each other: what each rule says of each, in a few words a cell."""

from collections.abc import Sequence
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
    """What one rule says of one member. `verdict`: fits, weak (it costs points) or unknown. `points` in all."""

    key: str
    verdict: str
    words: list[str]
    points: int
    is_same: bool


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
    """What the page shows of crm.selectors.orientation.Candidate rows: those that fit as a table of rules, the others
    with what speaks against them, which rules do not tell the former apart, and the notes on any of them.
    """
    fitting = [candidate for candidate in candidates if candidate.can_take]
    others = [candidate for candidate in candidates if not candidate.can_take]
    rows = compared([candidate.fit for candidate in fitting])
    label = ngettext("%(number)s other member", "%(number)s other members", len(others))
    notes = dict.fromkeys(code for candidate in fitting for code in candidate.fit.notes)
    return {
        "columns": COLUMNS,
        "fitting": list(zip(fitting, rows, strict=True)),
        "agreed": [str(COLUMNS[cell.key]) for cell in rows[0] if cell.is_same] if rows else [],
        "notes": [NOTES[code] for code in notes],
        "others": [(candidate, fit_in_words(candidate.fit)) for candidate in others],
        "others_label": label % {"number": len(others)},
    }


def compared(fits: Sequence) -> list[list[Cell]]:
    """The cells of each of several crm.domain.orientation.Fit, in the order of CRITERIA.

    A cell is the same where all members have it so: a phone leaves it out, and says once which rules do not tell them
    apart.
    """
    table = [[_cell(rule, fit) for rule in CRITERIA] for fit in fits]
    alike = [len({str(row[n]) for row in table}) == 1 < len(table) for n in range(len(CRITERIA))]
    return [
        [cell._replace(is_same=same) for cell, same in zip(row, alike, strict=True)]
        for row in table
    ]


def _cell(rule, fit):
    reasons = [(code, points) for code, points in fit.reasons if code in rule.reasons]
    missing = [code for code in fit.missing if code in rule.facts]
    points = sum(points for code, points in fit.reasons if _is_of(code, rule))
    words = [str(IN_FEW_WORDS[code]) for code, _points in reasons]
    words += [str(_to_ask(FACT_LABELS[code])) for code in missing]
    if not words:
        # Running costs give a reason or a question wherever a member looks at them.
        words = [str(_("no condition") if rule.key == "running" else _("accepted"))]
    verdict = "unknown" if missing else "weak" if points < 0 else "fits"
    return Cell(rule.key, verdict, words, points, is_same=False)


def _is_of(code, rule):
    return code in rule.reasons or code.removeprefix("missing-") in rule.facts


def _to_ask(fact):
    return _("to ask: %(fact)s") % {"fact": fact}
