"""What becomes of the rows that hang from an organisation, or from a contact, that is merged into another.

The relations are found by looking at the models (crm.selectors.merges), so none is forgotten; each app says in its
module `merges` what each of its own is about, by the relation's name: "engagements.Engagement.beneficiary".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Twin(StrEnum):
    """What becomes of a row that the kept one has a row like: two of them are one too many."""

    STAYS = "stays"  # with what is merged, and is told as such
    ENDS = "ends"  # likewise, and is over from that day on
    GOES = "goes"  # it would count twice; it comes back if the merge is undone
    REFUSES = "refuses"  # the two cannot be merged


@dataclass(frozen=True)
class Rule:
    """A relation: its rows move, unless `stays` says why they do not.

    `owner` is the path from a row to the member whose head coordinator may move it; without one, only an
    administrator may. `twin` is for relations that a constraint allows once.
    """

    relation: str
    owner: str = ""
    stays: str = ""
    twin: Twin = Twin.STAYS


# `Any`: an organisation or a contact, of whose models this knows nothing. (kept, absorbed) gives sentences.
Objection = Callable[[Any, Any], Iterable[str]]
RULES: dict[str, Rule] = {}
_objections: dict[str, list[Objection]] = {}


def moves(relation: str, *, owner: str = "", twin: Twin = Twin.STAYS) -> None:
    """Say of a relation that its rows move."""
    RULES[relation] = Rule(relation, owner=owner, twin=twin)


def stays(relation: str, why: str) -> None:
    """Say of a relation that its rows stay as they are, and why."""
    RULES[relation] = Rule(relation, stays=why)


def objection(model: str) -> Callable[[Objection], Objection]:
    """Put a function in the register that says why two rows of a model ("crm.Contact") cannot be merged."""

    def put(function: Objection) -> Objection:
        _objections.setdefault(model, []).append(function)
        return function

    return put


def objections_to(model: str, kept: Any, absorbed: Any) -> list[str]:
    """All that speaks against merging the two, in sentences."""
    return [
        sentence for function in _objections.get(model, []) for sentence in function(kept, absorbed)
    ]
