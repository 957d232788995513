"""Support requests as pages show them, in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from crm.domain.request_states import RequestState, WaitingFor
from crm.domain.roles import Role
from crm.domain.todos import MAX_TODOS
from crm.models import Referral, SupportRequest, User
from crm.models.requests import SupportRequestQuerySet


@dataclass(frozen=True)
class Box:
    """How many requests are in one box of the inbox."""

    key: str
    number: int


def boxes(requests: SupportRequestQuerySet, today: date) -> list[Box]:
    """How many wait for what, in one query: new, to refer, holder, member, late, nobody."""
    counts = (
        requests.open()
        .order_by()
        .aggregate(
            new=Count("pk", filter=Q(state=RequestState.RECEIVED)),
            refer=Count("pk", filter=Q(state=RequestState.QUALIFIED, waiting_for=WaitingFor.DESK)),
            holder=Count("pk", filter=Q(waiting_for=WaitingFor.HOLDER)),
            member=Count("pk", filter=Q(waiting_for=WaitingFor.MEMBER)),
            late=Count("pk", filter=Q(due_on__lt=today)),
            nobody=Count("pk", filter=Q(state=RequestState.NOBODY)),
        )
    )
    return [Box(key, number) for key, number in counts.items()]


def awaiting(user: User, today: date) -> list[SupportRequest]:
    """Requests that wait for the person: the desk's late and new ones, the member's unanswered proposals."""
    if user.holds(Role.ADMINISTRATOR, Role.DESK):
        due = SupportRequest.objects.open().filter(
            Q(waiting_for=WaitingFor.DESK) | Q(due_on__lt=today)
        )
        return list(
            due.exclude(state=RequestState.NOBODY, due_on__gte=today).for_list()[:MAX_TODOS]
        )
    members = user.organisations_as(Role.COORDINATOR)
    if not members:
        return []
    waiting = SupportRequest.objects.open().filter(
        referrals__state=Referral.State.PROPOSED, referrals__member__in=members
    )
    return list(waiting.exclude(waiting_for=WaitingFor.HOLDER).for_list()[:MAX_TODOS])
