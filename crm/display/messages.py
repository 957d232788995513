"""The words of the codes of crm.domain.orientation: what fails, what speaks for and against, what is missing."""

from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

FAILURES = {
    "need": _("It does not take this kind of need."),
    "audience": _("It does not build for these users."),
    "form": _("It does not support this legal form."),
    "maturity": _("It does not take projects at this stage."),
    "territory": _("It does not work in this territory."),
    "staff": _("The organisation's size is outside what it takes."),
    "budget": _("The organisation's budget is outside what it takes."),
    "lead": _("It asks for a project lead with more time at the organisation."),
}
FACT_LABELS = {
    "need": _("the need"),
    "audience": _("who would use the tool"),
    "form": _("the legal form"),
    "maturity": _("where the project stands"),
    "territory": _("the postcode"),
    "staff": _("the number of employees"),
    "budget": _("the annual budget"),
    "lead": _("whether somebody can lead the project"),
    "running": _("what could be paid a month to keep it running"),
}
REASONS = {
    "need-named": _("This need is one that it names."),
    "goal-shared": _("They share a Sustainable Development Goal."),
    "lead-full-time": _("A full-time project lead is available."),
    "lead-to-come": _("The project lead is still being looked for."),
    "skills-in-house": _("There are digital skills in house."),
    "running-covered": _("The running costs could be borne."),
    "running-short": _("The running costs are above what the organisation could pay."),
}
NOTES = {
    "no-tax-favour": _(
        "Welcome. But what a sponsor company gives to this legal form is, as far as facts are known, "
        "no tax-favoured giving. This is no tax advice."
    ),
}


def reason(code):
    """The words of a reason; one that a missing fact gave names the fact."""
    if code.startswith("missing-"):
        return _("Not known: %(fact)s.") % {"fact": FACT_LABELS[code.removeprefix("missing-")]}
    return REASONS[code]


BOXES = {
    "new": _("New"),
    "refer": _("To be proposed"),
    "holder": _("On the holder's side"),
    "member": _("On a member's side"),
    "late": _("Late"),
    "nobody": _("Nobody fits"),
}


class FitInWords(NamedTuple):
    """How a member fits a request, in sentences: what fails, (what speaks for it, points), and against it, notes."""

    failures: list[str]
    in_favour: list[tuple[str, int]]
    against: list[tuple[str, int]]
    notes: list[str]


def fit_in_words(fit):
    return FitInWords(
        [FAILURES[code] for code in fit.failures],
        [(reason(code), points) for code, points in fit.reasons if points > 0],
        [(reason(code), points) for code, points in fit.reasons if points < 0],
        [NOTES[code] for code in fit.notes],
    )


def referral_in_words(referral):
    """How the member of a referral fitted on the day of the proposal; notes are not kept."""
    return FitInWords(
        [FAILURES[code] for code in referral.failures],
        [(reason(code), points) for code, points in referral.reasons if points > 0],
        [(reason(code), points) for code, points in referral.reasons if points < 0],
        [],
    )


# One sentence a kind of event and who did it; "" is whoever else it was: the desk, or nobody in particular.
STEPS = {
    ("received", "you"): _("You sent your request."),
    ("received", ""): _("The project holder sent the request."),
    ("qualified", ""): _("The Coalition's desk has read the request."),
    ("referred", "member"): _("The Coalition's desk proposed the request to %(member)s."),
    ("referred", ""): _("The Coalition's desk proposed the request to a member."),
    ("question", "member"): _("%(member)s has a question."),
    ("question", ""): _("The Coalition's desk has a question."),
    ("answer", "you"): _("You answered."),
    ("answer", ""): _("The project holder answered."),
    ("fact", "you"): _("You added something."),
    ("fact", "holder"): _("The project holder added something."),
    ("fact", "member"): _("%(member)s added something."),
    ("fact", ""): _("The Coalition's desk added something."),
    ("declined", "member"): _("%(member)s cannot take the request."),
    ("declined", ""): _("A member cannot take the request."),
    ("taken-back", "member"): _("The Coalition's desk took the proposal to %(member)s back."),
    ("taken-back", ""): _("The Coalition's desk took the proposal back."),
    ("accepted", "member"): _("%(member)s takes the request on."),
    ("accepted", ""): _("A member takes the request on."),
    ("nobody", ""): _("No member fits today."),
    ("reopened", ""): _("The Coalition's desk took the request up again."),
    ("withdrawn", "you"): _("You withdrew your request."),
    ("withdrawn", "holder"): _("The project holder withdrew the request."),
    ("withdrawn", ""): _("The request was withdrawn."),
    ("merged", ""): _("The request was joined with another one of the same organisation."),
}


def step(entry, for_holder):
    """What happened, in one sentence for the project holder or for whoever works on the request."""
    who = (
        ("you" if for_holder else "holder")
        if entry.is_from_holder
        else "member"
        if entry.member
        else ""
    )
    sentence = STEPS.get((entry.kind, who)) or STEPS[entry.kind, ""]
    return sentence % {"member": entry.member} if entry.member else str(sentence)
