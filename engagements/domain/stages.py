"""The life of an engagement as a table of moves, and the register of gates that guard its stages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Stage(TextChoices):
    SCOPING = "scoping", _("Scoping")
    DESIGN = "design", _("Design")
    BUILD = "build", _("Build")
    LAUNCH = "launch", _("Launch")
    HANDOVER = "handover", _("Hand-over")
    AUTONOMOUS = "autonomous", _("Autonomous")
    STOPPED = "stopped", _("Stopped")


MOVES = {
    Stage.SCOPING: {Stage.DESIGN, Stage.STOPPED},
    Stage.DESIGN: {Stage.SCOPING, Stage.BUILD, Stage.STOPPED},
    Stage.BUILD: {Stage.DESIGN, Stage.LAUNCH, Stage.STOPPED},
    Stage.LAUNCH: {Stage.BUILD, Stage.HANDOVER, Stage.STOPPED},
    Stage.HANDOVER: {Stage.LAUNCH, Stage.AUTONOMOUS, Stage.STOPPED},
    Stage.AUTONOMOUS: set(),
    Stage.STOPPED: set(),
}

ORDER = {stage: place for place, stage in enumerate(Stage)}
ACTIVE = [stage for stage in Stage if MOVES[stage]]


# The domain knows no models: `Any` stands for an Engagement, and for the Reason that a check gives.
Check = Callable[[Any, date], Any]


@dataclass(frozen=True)
class Gate:
    """What a stage demands: `check(engagement, today)` gives None, or the reason that says what is missing.

    `place` is the name of the page of an engagement where it is given, or "".
    """

    key: str
    check: Check
    place: str = ""


GATES: dict[Stage, list[Gate]] = {stage: [] for stage in Stage}


def gate(stage: Stage, key: str, place: str = "") -> Callable[[Check], Check]:
    """Put a function in the register: the apps above add what they demand in their own gates.py."""

    def register(check: Check) -> Check:
        GATES[stage].append(Gate(key, check, place))
        return check

    return register


class MissedGate(NamedTuple):
    key: str
    sentence: Any  # the Reason that its check gave
    place: str


def missing_for(engagement: Any, to: Stage, today: date) -> list[MissedGate]:
    """The gates of a stage that the engagement does not meet. Going back asks nothing: gates guard the way forward."""
    if to == Stage.STOPPED or ORDER[to] < ORDER[Stage(engagement.stage)]:
        return []
    return [
        MissedGate(gate.key, sentence, gate.place)
        for gate in GATES[to]
        if (sentence := gate.check(engagement, today))
    ]


@dataclass(frozen=True)
class Ending:
    """What an app above has open in an engagement, and how it ends where whoever stops the engagement says so."""

    sentence: Callable  # (engagement, today): what is open, in words, or None
    hold: Callable  # (engagement): lock its rows, before the engagement's own, as everywhere
    end: Callable  # (engagement, by, today)


ENDINGS: list[Ending] = []


def open_at_the_end(engagement: Any, today: date) -> list[str]:
    """Sentences on what the apps above have open in an engagement that is about to be stopped."""
    return [sentence for ending in ENDINGS if (sentence := ending.sentence(engagement, today))]
