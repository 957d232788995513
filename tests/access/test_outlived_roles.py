"""Calendars and mailed links of a lead: what they still tell or take once the lead's part is over.

A lead whose appointment is over reads on for as long as they hold the role at the organisation, and gives no word more.
Whoever holds the role no more, or the engagement of whose organisation moved away, reads nothing that came afterwards.
"""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import User
from engagements.models import Engagement, EngagementLink, Signature
from engagements.selectors import autonomy
from engagements.services import calendars, leads, links
from engagements.services.links import make_link
from tests.crm.factories import (
    ContactFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    person_as,
)
from tests.engagements.factories import EngagementFactory, LeadAppointmentFactory, MilestoneFactory

pytestmark = pytest.mark.django_db
NEW = "What came afterwards"


@pytest.fixture
def engagement(member):
    engagement = EngagementFactory(member=member, title="As she knew it", stage="handover")
    MilestoneFactory(engagement=engagement)
    return engagement


@pytest.fixture
def appointment(engagement):
    lead = person_as(
        Role.LEAD, engagement.beneficiary, full_name="Oona Old", email="oona@relais.example"
    )
    contact = ContactFactory(
        organisation=engagement.beneficiary,
        kept_by=engagement.member,
        user=lead,
        email=lead.email,
        full_name="Oona Old",
    )
    return LeadAppointmentFactory(engagement=engagement, contact=contact)


def feed_of_one(appointment):
    return _feed(appointment, appointment.engagement)


def feed_of_all(appointment):
    return _feed(appointment, None)


def _feed(appointment, engagement):
    _link, token = calendars.make_calendar_link(
        appointment.contact.user, engagement=engagement, at=timezone.now()
    )
    return lambda: (
        NEW in Client().get(reverse("engagements:calendar", args=[token])).content.decode()
    )


def calendar_page(appointment):
    """Drawn for whoever has an account, with the addresses that they have made."""
    calendars.make_calendar_link(
        appointment.contact.user, engagement=appointment.engagement, at=timezone.now()
    )

    def tells():
        browser = Client()
        browser.force_login(User.objects.get(pk=appointment.contact.user_id))
        return NEW in browser.get(reverse("engagements:calendar-links")).content.decode()

    return tells


def signing_link(appointment):
    path = _mailed(appointment)
    return lambda: Client().get(path).status_code == 302


def opened_signing_link(appointment):
    """The page that stands open in her browser, and is sent only now."""
    browser, path = Client(), _mailed(appointment)
    browser.get(path)

    def signs():
        seen = autonomy.seal_of(Engagement.objects.get(pk=appointment.engagement_id))
        given = {"agrees": "True", "name": "Oona Old", "comment": "", "seen": seen}
        answer = browser.post(reverse("engagements:link-word"), given)
        assert (answer.status_code == 200) == Signature.objects.exists()
        if answer.status_code != 200:
            dead = Client().get(reverse("engagements:link-enter", args=["wrong"]))
            assert (answer.status_code, answer.templates[0].name) == (404, dead.templates[0].name)
        return answer.status_code == 200

    return signs


def _mailed(appointment):
    """As `ask_to_sign` makes it."""
    engagement, contact = appointment.engagement, appointment.contact
    purpose = EngagementLink.Purpose.SIGNATURE
    return make_link(
        engagement, purpose, sent_to=contact.full_name, at=timezone.now(), lead=contact
    )


def nothing(appointment, by):
    pass


def office_over(appointment, by):
    leads.end_lead(appointment, ends_on=timezone.localdate() - timedelta(days=1), by=by)


def replaced(appointment, by):
    leads.appoint_lead(
        appointment.engagement,
        leads.LeadChoice(new_name="Nina New"),
        leads.LeadTerm(starts_on=timezone.localdate()),
        by=by,
    )


def named_by_mistake(appointment, by):
    leads.correct_lead(
        appointment,
        leads.LeadChoice(new_name="Nina New"),
        reason="Namesakes",
        by=by,
        today=timezone.localdate(),
    )


def role_over(appointment, by):
    appointment.contact.user.memberships.update(ended_on=timezone.localdate())


def moved_away(appointment, by):
    """To another organisation, with somebody else to lead it: by hand, or when twins are merged."""
    appointment.engagement.leads.all().delete()
    Engagement.objects.filter(pk=appointment.engagement_id).update(
        beneficiary=OrganisationFactory()
    )


def account_closed(appointment, by):
    user = appointment.contact.user
    user.is_active = False
    user.save()
    user.is_active = True
    user.save()


READS = {feed_of_one, feed_of_all, calendar_page}
WORDS = {signing_link, opened_signing_link}
EVENTS = {
    nothing: READS | WORDS,
    office_over: READS,
    replaced: READS,
    named_by_mistake: READS,
    role_over: set(),
    moved_away: set(),
    account_closed: {
        calendar_page
    },  # opened again, the account reads the page; what it had given is dead
}


@pytest.mark.parametrize(
    "way", sorted(READS | WORDS, key=lambda each: each.__name__), ids=lambda each: each.__name__
)
@pytest.mark.parametrize("event", EVENTS, ids=lambda each: each.__name__)
def test_what_outlives_a_lead(appointment, coordinator, way, event):
    opens = way(appointment)

    event(appointment, coordinator)
    Engagement.objects.filter(pk=appointment.engagement_id).update(title=NEW)

    assert opens() == (way in EVENTS[event])


def test_who_is_asked_to_sign_leads_today(engagement, coordinator):
    """An older link is dead, and no new one goes to whoever led before."""
    today = timezone.localdate()
    old, new = (
        ContactFactory(
            organisation=engagement.beneficiary,
            kept_by=engagement.member,
            full_name=name,
            email=email,
        )
        for name, email in (("Oona Old", "oona@x.example"), ("Nina New", "nina@x.example"))
    )
    LeadAppointmentFactory(engagement=engagement, contact=old, ends_on=today)
    assert links.ask_to_sign(engagement, at=timezone.now()) == "Oona Old"

    leads.end_lead(engagement.leads.get(), ends_on=today - timedelta(days=1), by=coordinator)
    assert (
        links.ask_to_sign(engagement, at=timezone.now()) == "Nina New"
    )  # a contact of the organisation
    leads.appoint_lead(
        engagement, leads.LeadChoice(contact=new), leads.LeadTerm(starts_on=today), by=coordinator
    )
    assert links.ask_to_sign(engagement, at=timezone.now()) == "Nina New"

    assert EngagementLink.objects.live(timezone.now()).get().lead == new


def test_links_mailed_before_are_tied_to_the_lead_of_their_day(engagement, appointment):
    purpose = EngagementLink.Purpose.SIGNATURE
    make_link(engagement, purpose, sent_to="Oona Old", at=timezone.now())

    tables = MigrationLoader(connection).project_state().apps
    import_module("engagements.migrations.0004_links_end_with_the_lead").say_whom(tables, None)

    assert EngagementLink.objects.get().lead == appointment.contact


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.SPONSOR, Role.VOLUNTEER])
def test_a_calendar_of_another_role_ends_with_it(engagement, member, role):
    user = UserFactory()
    held = MembershipFactory(user=user, organisation=member, role=role)
    _link, token = calendars.make_calendar_link(user, at=timezone.now())
    held.ended_on = timezone.localdate()
    held.save()

    assert (
        "SUMMARY"
        not in Client().get(reverse("engagements:calendar", args=[token])).content.decode()
    )
