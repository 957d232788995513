"""Who works in an engagement, until when, and who has gone silent."""

from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Exists, OuterRef

from crm.domain.roles import Role
from crm.domain.todos import MAX_TODOS
from crm.models import User
from engagements.models import Engagement
from volunteers.models import Assignment
from volunteers.selectors import silent_weeks
from volunteers.selectors.days import ENDS_SOON_DAYS, MAX_TEAM, half_days_by_assignment


class TeamRow(NamedTuple):
    """One assignment on its engagement's page; `days_left` until its end, None where it is over or ends later.

    The assignment has `is_silent`: its person has written nothing for three weeks.
    """

    assignment: Assignment
    half_days: int
    days_left: int | None


def team_of(engagement: Engagement, today: date) -> list[TeamRow]:
    """The assignments of an engagement, the latest to end first: two queries."""
    silent = silent_weeks.silent(Assignment.objects.filter(pk=OuterRef("pk")), today)
    assignments = list(
        Assignment.objects.filter(engagement=engagement)
        .annotate(is_silent=Exists(silent))
        .with_company()
        .select_related("volunteer__user")
        .order_by("-ends_on", "pk")[:MAX_TEAM]
    )
    half_days = half_days_by_assignment([assignment.pk for assignment in assignments])
    return [
        TeamRow(assignment, half_days.get(assignment.pk, 0), _days_left(assignment, today))
        for assignment in assignments
    ]


def _days_left(assignment: Assignment, today: date) -> int | None:
    days = (assignment.ends_on - today).days
    return days if 0 <= days <= ENDS_SOON_DAYS else None


def endings_of(user: User, today: date) -> tuple[list[Assignment], list[Assignment]]:
    """Of the engagements that the person runs: the assignments that end soon, and those that wait to be confirmed."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return [], []
    rows = (
        Assignment.objects.filter(engagement__in=Engagement.objects.run_by(user).active())
        .select_related("volunteer__user", "engagement__beneficiary")
        .order_by("ends_on", "pk")
    )
    ending = rows.confirmed().filter(
        ends_on__gte=today, ends_on__lte=today + timedelta(days=ENDS_SOON_DAYS)
    )
    proposed = rows.filter(confirmed_on=None, ends_on__gte=today)
    return list(ending[:MAX_TODOS]), list(proposed[:MAX_TODOS])


def silent_of(user: User, today: date) -> list[Assignment]:
    """Assignments of the engagements that the person runs whose volunteer has written nothing for three weeks."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return []
    rows = Assignment.objects.filter(engagement__in=Engagement.objects.run_by(user).active())
    return list(
        silent_weeks.silent(rows, today)
        .select_related("volunteer__user", "engagement__beneficiary")
        .order_by("starts_on", "pk")[:MAX_TODOS]
    )
