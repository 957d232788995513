"""One rule, one function, asked by pages, fragments, the API and the templates' flags."""

from crm.models import User
from crm.roles import Role
from volunteers.models import Assignment, Volunteer


def can_staff(user: User) -> bool:
    """Coordinators and administrators lend people to engagements."""
    return user.holds(Role.ADMINISTRATOR, Role.COORDINATOR)


def can_change_assignment(user: User, assignment: Assignment) -> bool:
    """Those who run the engagement change who is on its team."""
    return user.is_administrator or assignment.engagement.member_id in user.organisations_as(Role.COORDINATOR)


def can_change_volunteer(user: User, volunteer: Volunteer) -> bool:
    """Volunteers keep their own page; their member's coordinators and administrators mend it."""
    if user.is_administrator or volunteer.user_id == user.pk:
        return True
    return volunteer.member_id in user.organisations_as(Role.COORDINATOR)
