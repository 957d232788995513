"""What keeps an organisation in the directory, and what a person still holds; each app registers its own.

Both are asked before an organisation is archived and before a role or an account ends.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import ngettext

from crm.models import Membership, Organisation, SupportRequest, User

MAX_NAMED = 5


@dataclass(frozen=True)
class Held:
    """What somebody still holds, and the page where it changes hands."""

    sentence: str
    url: str


Hold = Callable[[Organisation, date], str | None]
InHands = Callable[[User, Membership | None], Held | None]
_holds: list[Hold] = []
_in_hands: list[InHands] = []


def hold(function: Hold) -> Hold:
    """Put a function in the register: (organisation, today) gives a sentence, or None where nothing is under way."""
    _holds.append(function)
    return function


def what_holds(organisation: Organisation, today: date) -> list[str]:
    """A sentence for each thing that is under way with the organisation."""
    return [sentence for function in _holds if (sentence := function(organisation, today))]


def in_hands(function: InHands) -> InHands:
    """Put a function in the register: (user, membership) gives a Held, or None where the person holds nothing.

    `membership` is the role by which it is held; None asks for all of it.
    """
    _in_hands.append(function)
    return function


def what_they_hold(user: User, membership: Membership | None = None) -> list[Held]:
    """What the person holds, by one of their roles or by all."""
    return [held for function in _in_hands if (held := function(user, membership))]


def named(things: Sequence[object]) -> str:
    """The names of the first of some rows, and an ellipsis where there are more."""
    return ", ".join(map(str, things[:MAX_NAMED])) + ("…" if len(things) > MAX_NAMED else "")


@hold
def open_requests(organisation: Organisation, today: date) -> str | None:
    requests = list(
        SupportRequest.objects.open().filter(owner=organisation).order_by("due_on", "pk")
    )
    if not requests:
        return None
    words = {"number": len(requests), "names": named(requests)}
    return (
        ngettext(
            "It has to answer %(number)s request: %(names)s.",
            "It has to answer %(number)s requests: %(names)s.",
            len(requests),
        )
        % words
    )


@hold
def people_with_a_role(organisation: Organisation, today: date) -> str | None:
    held = Membership.objects.not_over().filter(organisation=organisation)
    users = User.objects.filter(is_active=True, pk__in=held.values("user")).order_by(
        "sort_name", "pk"
    )
    people = list(users.values_list("full_name", flat=True))
    if not people:
        return None
    words = {"number": len(people), "names": named(people)}
    sentence = ngettext(
        "%(number)s person holds a role there: %(names)s.",
        "%(number)s people hold a role there: %(names)s.",
        len(people),
    )
    return sentence % words
