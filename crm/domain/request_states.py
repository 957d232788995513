"""The life of a support request as a table of moves, and the words of its facts."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RequestState(TextChoices):
    DRAFT = "draft", _("Draft")
    RECEIVED = "received", _("Received")
    QUALIFIED = "qualified", _("Qualified")
    REFERRED = "referred", _("Referred")
    ACCEPTED = "accepted", _("Taken on")
    NOBODY = "nobody", _("Nobody fits")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    MERGED = "merged", _("Merged")


S = RequestState

# A refusal by a member goes back to qualified: the next proposal is due at once.
MOVES = {
    S.DRAFT: {S.RECEIVED},
    S.RECEIVED: {S.QUALIFIED, S.WITHDRAWN, S.MERGED},
    S.QUALIFIED: {S.REFERRED, S.NOBODY, S.WITHDRAWN, S.MERGED},
    S.REFERRED: {S.QUALIFIED, S.ACCEPTED, S.WITHDRAWN},
    S.NOBODY: {S.QUALIFIED, S.WITHDRAWN, S.MERGED},
    S.ACCEPTED: set(),
    S.WITHDRAWN: set(),
    S.MERGED: {S.RECEIVED, S.QUALIFIED, S.NOBODY},
}
TO_QUALIFY = (S.RECEIVED, S.NOBODY)  # a proposed request goes back only by an answer, or taken back
OPEN = (S.RECEIVED, S.QUALIFIED, S.REFERRED, S.NOBODY)


class WaitingFor(TextChoices):
    """Whose turn it is."""

    DESK = "desk", _("the Coalition's desk")
    HOLDER = "holder", _("the project holder")
    MEMBER = "member", _("the Coalition member")


class Audience(TextChoices):
    INTERNAL = "internal", _("our own team: an internal tool")
    BENEFICIARIES = "beneficiaries", _("the people we help")
    BOTH = "both", _("both")


class Maturity(TextChoices):
    IDEA = "idea", _("an idea")
    SCOPED = "scoped", _("the need is written down")
    PROTOTYPE = "prototype", _("a first version was tried")
    RUNNING = "running", _("a tool is in use and must grow or change")


class LeadTime(TextChoices):
    FULL_TIME = "full-time", _("yes, full time")
    HIRING = "hiring", _("not yet: we are looking for one, full time")
    PART_TIME = "part-time", _("yes, part of their time")
    NONE = "none", _("no")


class InHouse(TextChoices):
    NONE = "none", _("nobody")
    SOME = "some", _("somebody handy with digital tools")
    TEAM = "team", _("one or more digital professionals")


class DeclineReason(TextChoices):
    CAPACITY = "capacity", _("No team available in time")
    NEED = "need", _("The need is not what we do")
    STAGE = "stage", _("The project is too early or too late for us")
    LEAD = "lead", _("Nobody available to lead the project at the organisation")
    FORM = "form", _("We do not work with this kind of organisation")
    BUDGET = "budget", _("The running costs could not be borne")
    OTHER = "other", _("Another reason")


# Four barriers, each from 0 (none) to 4 (stops us): the same words at intake, at hand-over and six months later.
BARRIERS = {
    "culture": (
        _("Culture: what digital could bring"),
        (
            _("We know what we want a digital tool to do for us."),
            _("We see several uses, and have not chosen."),
            _("We suspect that it could help, without seeing how."),
            _("Most of us do not see what it would bring."),
            _("It is seen as not for us."),
        ),
    ),
    "expertise": (
        _("Expertise: choosing and building"),
        (
            _("Somebody here can choose, specify and judge a tool."),
            _("We can describe what we need, and need help to choose."),
            _("We can use tools, and could not specify one."),
            _("We depend on outsiders for every decision."),
            _("Nobody here can tell a good proposal from a bad one."),
        ),
    ),
    "finance": (
        _("Money: building it, then keeping it running"),
        (
            _("Building and running it are in our budget."),
            _("Running it is in our budget, building it is not."),
            _("We could find the running costs, with an effort."),
            _("We do not know how running it would be paid."),
            _("We cannot pay for either."),
        ),
    ),
    "time": (
        _("Time: somebody for the project"),
        (
            _("A full-time person is free for the project."),
            _("Somebody can give it half of their time."),
            _("Somebody can give it a day or two a week."),
            _("A few hours here and there."),
            _("Nobody has any time for it."),
        ),
    ),
}
