"""One rule, one function, asked by pages, fragments, the API and the templates' flags."""

from django.utils import timezone

from crm.domain.roles import Role
from crm.models import User
from engagements.models import Engagement, Side
from engagements.models.team import works_in


def can_open_engagement(user: User) -> bool:
    """Coordinators open engagements for their member; administrators for any."""
    return user.holds(Role.ADMINISTRATOR, Role.COORDINATOR)


def can_run(user: User, engagement: Engagement) -> bool:
    """Coordinators of the supporting member and administrators change the engagement and what hangs from it."""
    return user.is_administrator or engagement.member_id in user.organisations_as(Role.COORDINATOR)


def can_move_stage(user: User, engagement: Engagement) -> bool:
    """Those who run the engagement move it from stage to stage."""
    return can_run(user, engagement)


def can_pass_gate(user: User, engagement: Engagement) -> bool:
    """An administrator or the member's head coordinator may let it pass a gate, with a written reason."""
    if user.is_administrator:
        return True
    heads = user.memberships.current().filter(
        role=Role.COORDINATOR, is_head=True, organisation_id=engagement.member_id
    )
    return heads.exists()


def leads(user: User, engagement: Engagement) -> bool:
    """The project lead, for as long as they are: a lead whose appointment is over reads on, and writes no more."""
    if engagement.beneficiary_id not in user.organisations_as(Role.LEAD):
        return False
    return Engagement.objects.led_by(user).filter(pk=engagement.pk).exists()


def can_accept_milestone(user: User, engagement: Engagement) -> bool:
    """The project lead accepts; a coordinator may write down an acceptance given elsewhere."""
    return can_run(user, engagement) or leads(user, engagement)


def can_log_progress(user: User, engagement: Engagement) -> bool:
    """The team of today, the lead and those who run the engagement write news."""
    return can_accept_milestone(user, engagement) or (
        user.holds(Role.VOLUNTEER) and works_in(user, engagement, timezone.localdate())
    )


def can_read_rules(user: User) -> bool:
    """Whoever reads a health may know what it means."""
    return user.holds(Role.ADMINISTRATOR, Role.COORDINATOR, Role.LEAD, Role.VOLUNTEER)


def can_change_rules(user: User) -> bool:
    """Administrators alone say what health means, for everybody at once."""
    return user.is_administrator


def can_see_interactions(user: User, engagement: Engagement) -> bool:
    """Notes of calls and meetings stay inside the supporting member."""
    return can_run(user, engagement)


def can_sign_for(user: User, engagement: Engagement, side: str) -> bool:
    """Each side gives its own word: the lead for the organisation, those who run the engagement for the member."""
    if side == Side.BENEFICIARY:
        return leads(user, engagement)
    return can_run(user, engagement)


def can_assess_for(user: User, engagement: Engagement, side: str) -> bool:
    """The lead assesses for the organisation; a coordinator assesses, and writes down what a lead told them."""
    return can_run(user, engagement) or can_sign_for(user, engagement, side)


def can_see_outcomes(user: User) -> bool:
    """Coordinators see what became of their member's engagements, administrators of all."""
    return user.holds(Role.ADMINISTRATOR, Role.COORDINATOR)


def can_let_go(user: User) -> bool:
    """Administrators give roles and accounts, and take them back."""
    return user.is_administrator
