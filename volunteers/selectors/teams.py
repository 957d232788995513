"""Who works in an engagement, until when, and who has gone silent."""

from datetime import timedelta

from django.db.models import Exists, OuterRef

from crm.domain.roles import Role
from crm.domain.todos import MAX_TODOS
from engagements.models import Engagement
from volunteers.models import Assignment
from volunteers.selectors import silent_weeks
from volunteers.selectors.days import ENDS_SOON_DAYS, MAX_TEAM, half_days_by_assignment


def team_of(engagement, today):
    """[(assignment, half-days worked, days until its end or None)] of an engagement, who is there first.

    An assignment has `is_silent`: its person has written nothing for three weeks.
    """
    theirs = Assignment.objects.filter(engagement=engagement)
    quiet = silent_weeks.silent(Assignment.objects.filter(pk=OuterRef("pk")), today)
    assignments = list(
        theirs.annotate(is_silent=Exists(quiet))
        .with_company()
        .select_related("volunteer__user")
        .order_by("-ends_on", "pk")[:MAX_TEAM]
    )
    worked = half_days_by_assignment([assignment.pk for assignment in assignments])
    return [
        (assignment, worked.get(assignment.pk, 0), _days_left(assignment, today))
        for assignment in assignments
    ]


def _days_left(assignment, today):
    left = (assignment.ends_on - today).days
    return left if 0 <= left <= ENDS_SOON_DAYS else None


def endings_of(user, today):
    """Assignments of the engagements that the person runs which end soon or wait to be confirmed."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return [], []
    theirs = (
        Assignment.objects.filter(engagement__in=Engagement.objects.run_by(user).active())
        .select_related("volunteer__user", "engagement")
        .order_by("ends_on", "pk")
    )
    ending = theirs.confirmed().filter(
        ends_on__gte=today, ends_on__lte=today + timedelta(days=ENDS_SOON_DAYS)
    )
    proposed = theirs.filter(confirmed_on=None, ends_on__gte=today)
    return list(ending[:MAX_TODOS]), list(proposed[:MAX_TODOS])


def silent_of(user, today):
    """Assignments of the engagements that the person runs whose volunteer has written nothing for three weeks."""
    if not user.holds(Role.ADMINISTRATOR, Role.COORDINATOR):
        return []
    theirs = Assignment.objects.filter(engagement__in=Engagement.objects.run_by(user).active())
    return list(
        silent_weeks.silent(theirs, today)
        .select_related("volunteer__user", "engagement")
        .order_by("starts_on", "pk")[:MAX_TODOS]
    )
