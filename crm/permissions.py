"""One rule, one function, asked by pages, fragments, the API and the templates' flags."""

from crm.models import User
from crm.roles import Role


def can_see_style(user: User) -> bool:
    """The style page is for those who look after the product."""
    return user.is_administrator


def can_change_directory(user: User) -> bool:
    """Coordinators, the Coalition's desk and administrators keep the shared directory."""
    return user.holds(Role.ADMINISTRATOR, Role.DESK, Role.COORDINATOR)


def can_keep_contacts(user: User) -> bool:
    """Address books belong to members: their coordinators and administrators write in them."""
    return user.holds(Role.ADMINISTRATOR, Role.COORDINATOR)
