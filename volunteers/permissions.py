"""One rule, one function, asked by pages, fragments, the API and the templates' flags."""

from datetime import date

from crm.domain.roles import Role
from crm.models import Organisation, User
from engagements.models import Engagement
from engagements.permissions import leads
from volunteers.models import (
    Assignment,
    DayDisagreement,
    MonthSheet,
    Signer,
    SponsorshipAgreement,
    Voice,
    Volunteer,
)


def can_staff(user: User) -> bool:
    """Coordinators and administrators lend people to engagements."""
    return user.holds(Role.ADMINISTRATOR, Role.COORDINATOR)


def can_change_assignment(user: User, assignment: Assignment) -> bool:
    """Those who run the engagement change who is on its team."""
    return user.is_administrator or assignment.engagement.member_id in user.organisations_as(
        Role.COORDINATOR
    )


def can_change_volunteer(user: User, volunteer: Volunteer) -> bool:
    """Volunteers keep their own page while they are lent; their member's coordinators and administrators mend it."""
    if user.is_administrator or (volunteer.user_id == user.pk and user.holds(Role.VOLUNTEER)):
        return True
    return volunteer.member_id in user.organisations_as(Role.COORDINATOR)


def can_send_way_in(user: User, volunteer: Volunteer) -> bool:
    """Who may send the person a link to choose a password: their member's coordinators and administrators."""
    return user.is_administrator or volunteer.member_id in user.organisations_as(Role.COORDINATOR)


def side_of(user: User, sheet: MonthSheet) -> str | None:
    """The side for which the person signs a month; None where they sign for neither."""
    if leads(user, sheet.assignment.engagement):
        return Signer.LEAD
    if sheet.company.pk in user.organisations_as(Role.SPONSOR):
        return Signer.SPONSOR
    return None


def voice_of(user: User, sheet: MonthSheet) -> str | None:
    """As whom the person may dispute a day: for the side that they sign for, or as the volunteer whose days they are.

    The last month of an assignment is signed when the assignment is over: the volunteer may still dispute its days.
    """
    if sheet.assignment.volunteer.user_id == user.pk and user.holds(Role.VOLUNTEER):
        return Voice.VOLUNTEER
    return side_of(user, sheet)


def can_settle(user: User, disagreement: DayDisagreement) -> bool:
    """Whoever may speak for the side that disagreed takes it back; those who run the engagement may settle it."""
    sheet = disagreement.sheet
    return voice_of(user, sheet) == disagreement.side or can_change_assignment(
        user, sheet.assignment
    )


def can_read_months(user: User) -> bool:
    """Those whose days they are, those who sign them, and those who run the engagement."""
    return user.holds(Role.ADMINISTRATOR, Role.COORDINATOR, Role.VOLUNTEER, Role.LEAD, Role.SPONSOR)


def can_read_agreements(user: User) -> bool:
    """Hosts' coordinators, companies' contacts, and the people whom they are about."""
    return user.holds(Role.ADMINISTRATOR, Role.COORDINATOR, Role.SPONSOR, Role.VOLUNTEER)


def can_write_agreement(user: User, agreement: SponsorshipAgreement) -> bool:
    """The host's coordinators and administrators write it, sign for the host and end it."""
    return user.is_administrator or agreement.host_id in user.organisations_as(Role.COORDINATOR)


def can_sign_agreement(user: User, agreement: SponsorshipAgreement, side: str) -> bool:
    """Each side for itself; whoever keeps the paper may write down a signature that was given on it."""
    if can_write_agreement(user, agreement):
        return True
    return side == "sponsor" and agreement.sponsor_id in user.organisations_as(Role.SPONSOR)


def can_consent(user: User, agreement: SponsorshipAgreement) -> bool:
    """The person lent agrees for themselves; the host's coordinators write down an agreement given on paper."""
    is_theirs = agreement.volunteer is not None and agreement.volunteer.user_id == user.pk
    return (is_theirs and user.holds(Role.VOLUNTEER)) or can_write_agreement(user, agreement)


def can_value(user: User) -> bool:
    """Contacts of sponsor companies enter what their people cost; which ones, people_valued_by says."""
    return user.holds(Role.ADMINISTRATOR, Role.SPONSOR)


def can_log_week(user: User, assignment: Assignment) -> bool:
    """One's own assignment, once it is confirmed, while one is lent; its days say when, in the service."""
    if assignment.volunteer.user_id != user.pk or not assignment.is_confirmed:
        return False
    return user.memberships.not_over().filter(role=Role.VOLUNTEER).exists()


def can_change_company(user: User, company: Organisation) -> bool:
    """A company's own contacts say what papers write of it, as do administrators."""
    return user.is_administrator or company.pk in user.organisations_as(Role.SPONSOR)


def can_change_employer(user: User, volunteer: Volunteer) -> bool:
    """Whoever lends the person on writes down that they changed company; neither they nor a company does it alone."""
    return user.is_administrator or volunteer.member_id in user.organisations_as(Role.COORDINATOR)


def can_write_relay_note(user: User, assignment: Assignment, today: date) -> bool:
    """Who leaves writes until their last day; those who run the engagement may write down what they were told."""
    if can_change_assignment(user, assignment):
        return True
    return can_log_week(user, assignment) and assignment.starts_on <= today <= assignment.ends_on


def can_say_what_they_know(user: User, engagement: Engagement, today: date) -> bool:
    """Somebody of the team says it of themselves, for as long as their assignment lasts."""
    if not user.holds(Role.VOLUNTEER):
        return False
    return Assignment.objects.of(user).confirmed().on(today).filter(engagement=engagement).exists()
