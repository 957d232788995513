"""Somebody who holds things in an engagement, and leaves."""

from datetime import timedelta

from django.utils import timezone

from crm.domain.roles import Role
from engagements.selectors import holdings
from tests.api_client import ReadingBrowser
from tests.crm.factories import ContactFactory, person_as
from tests.engagements.factories import (
    BlockerFactory,
    DecisionFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    RiskFactory,
)
from tests.volunteers.factories import AssignmentFactory, VolunteerFactory

DAY = timedelta(days=1)


def today():
    return timezone.localdate()


def browser(user):
    client = ReadingBrowser()
    client.force_login(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def lead_of(engagement, **more):
    contact = ContactFactory(
        organisation=engagement.beneficiary,
        kept_by=engagement.member,
        full_name="Rose Lead",
        user=person_as(Role.LEAD, engagement.beneficiary, full_name="Rose Lead"),
    )
    return LeadAppointmentFactory(engagement=engagement, contact=contact, **more)


def one_of_each(person, engagement):
    """Whatever somebody can hold in an engagement, besides following it."""
    return {
        "decision": DecisionFactory(engagement=engagement, owner=person),
        "risk": RiskFactory(engagement=engagement, owner=person),
        "milestone": MilestoneFactory(engagement=engagement, owner=person),
        "blocker": BlockerFactory(engagement=engagement, owner=person),
    }


def waits(engagement):
    return {key: len(rows) for key, rows in holdings.left_in(engagement, today()).items()}


def assignment_on(engagement, **more):
    more = {"starts_on": engagement.started_on, "ends_on": today() + 30 * DAY} | more
    volunteer = VolunteerFactory(member=engagement.member, available_from=engagement.started_on)
    return AssignmentFactory(engagement=engagement, volunteer=volunteer, **more)
