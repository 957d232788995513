"""One rule, one function, asked by pages, fragments, the API and the templates' flags."""

from crm.domain.roles import Role
from crm.models import MemberOffer, Organisation, Referral, User


def can_see_style(user: User) -> bool:
    """The style page is for those who look after the product."""
    return user.is_administrator


def can_see_background(user: User) -> bool:
    """Administrators see what Relais does by itself, which mails wait or failed, and have it tried again."""
    return user.is_administrator


def can_change_directory(user: User) -> bool:
    """Coordinators, the Coalition's desk and administrators keep the shared directory."""
    return user.holds(Role.ADMINISTRATOR, Role.DESK, Role.COORDINATOR)


def can_keep_contacts(user: User) -> bool:
    """Address books belong to members: their coordinators and administrators write in them."""
    return user.holds(Role.ADMINISTRATOR, Role.COORDINATOR)


def can_merge(user: User) -> bool:
    """Administrators, and head coordinators within their member (crm.selectors.merges.may_merge says which)."""
    return user.is_administrator or bool(user.heads)


def can_see_duplicates(user: User) -> bool:
    """Coordinators and administrators look for what stands twice, and say of a pair that they are two."""
    return user.holds(Role.ADMINISTRATOR, Role.COORDINATOR)


def can_see_people(user: User) -> bool:
    """Administrators see everybody's account and roles, coordinators those of their member."""
    return user.holds(Role.ADMINISTRATOR, Role.COORDINATOR)


def can_look_after(user: User, person: User) -> bool:
    """Administrators change names, addresses and roles, take back invitations and open accounts again."""
    return user.is_administrator


def needs_second_factor(user: User) -> bool:
    """Whoever reads or changes the data of many: administrators, desk, coordinators, who enters the administration."""
    return (
        user.is_staff
        or user.is_superuser
        or user.holds(Role.ADMINISTRATOR, Role.DESK, Role.COORDINATOR)
    )


def can_take_second_factor(user: User) -> bool:
    """An administrator, for who has lost the phone."""
    return user.is_administrator


def can_see_access(user: User, person: User) -> bool:
    """What somebody may open is shown to administrators, and to themselves."""
    return user.is_administrator or user.pk == person.pk


def roles_to_give(user: User, organisation: Organisation) -> set[str]:
    """The roles that the person may give there.

    An administrator gives all but the volunteer's, which comes with the days and skills of whoever is lent; a head
    coordinator makes coordinators of their own member. Nobody gives more than they have.
    """
    if user.is_administrator:
        return set(Role.values) - {Role.VOLUNTEER}
    return {Role.COORDINATOR} if organisation.pk in user.heads else set()


def can_invite(user: User, organisation: Organisation) -> bool:
    return bool(roles_to_give(user, organisation))


def can_triage(user: User) -> bool:
    """The Coalition's desk and administrators read every request, direct it and take it back."""
    return user.holds(Role.ADMINISTRATOR, Role.DESK)


def can_read_requests(user: User) -> bool:
    """The desk reads all requests, coordinators those that were referred to their member."""
    return user.holds(Role.ADMINISTRATOR, Role.DESK, Role.COORDINATOR)


def can_answer(user: User, referral: Referral) -> bool:
    """The coordinators of the member that a request was proposed to, and administrators."""
    return user.is_administrator or referral.member_id in user.organisations_as(Role.COORDINATOR)


def can_write_offer(user: User, member: Organisation) -> bool:
    """Who changes the offer of a member writes its first one."""
    return member.is_member and can_change_offer(user, MemberOffer(member=member))


def can_change_offer(user: User, offer: MemberOffer) -> bool:
    """Each member keeps its own offer; administrators may help."""
    return user.is_administrator or offer.member_id in user.organisations_as(Role.COORDINATOR)
