"""The lead of an engagement in the words of the service: the first day, the last, the day before and the day after."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from crm.models import Contact
from engagements.models import LeadAppointment
from engagements.services import leads
from engagements.services.succession import SUCCESSOR, Succession
from tests.crm.factories import ContactFactory, UserFactory
from tests.engagements.factories import (
    STARTED_ON,
    EngagementFactory,
    LeadAppointmentFactory,
    RiskFactory,
)
from tests.services import WHOLE, last_line, refusal

pytestmark = pytest.mark.django_db

TODAY, DAY = date(2026, 6, 15), timedelta(days=1)
FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)
ELSEWHERE = ["This person already leads another engagement full time within these days."]


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def by():
    return UserFactory()


@pytest.fixture
def engagement(member):
    return EngagementFactory(member=member)


@pytest.fixture
def rose(engagement):
    return ContactFactory(
        organisation=engagement.beneficiary,
        kept_by=engagement.member,
        full_name="Rose",
        user=UserFactory(),
    )


@pytest.fixture
def yves(engagement):
    return ContactFactory(
        organisation=engagement.beneficiary,
        kept_by=engagement.member,
        full_name="Yves",
        user=UserFactory(),
    )


def appoint(engagement, by, contact=None, new_name="", succession=None, seen=None, **term):
    return leads.appoint_lead(
        engagement,
        leads.LeadChoice(contact, new_name),
        leads.LeadTerm(**{"starts_on": FIRST} | term),
        by=by,
        succession=succession,
        seen=seen,
    )


def led_elsewhere(contact, first, last, share=100):
    """By the same contact, another engagement of the same organisation."""
    other = EngagementFactory(beneficiary=contact.organisation, member=contact.kept_by)
    return LeadAppointmentFactory(
        engagement=other, contact=contact, starts_on=first, ends_on=last, share=share
    )


def risk_of(contact, engagement):
    return RiskFactory(engagement=engagement, owner=contact.user)


class TestAppointing:
    def test_keeps_what_was_given(self, engagement, rose, by):
        appointment = LeadAppointment.objects.get(
            pk=appoint(engagement, by, rose, ends_on=LAST, share=50).pk
        )

        assert (appointment.engagement, appointment.contact, appointment.share) == (
            engagement,
            rose,
            50,
        )
        assert (appointment.starts_on, appointment.ends_on, last_line(appointment)) == (
            FIRST,
            LAST,
            (by, "Appointed"),
        )

    def test_is_full_time_and_without_end_unless_said(self, engagement, rose, by):
        appointment = appoint(engagement, by, rose)

        assert (appointment.share, appointment.ends_on) == (100, None)

    def test_somebody_new_becomes_a_contact(self, engagement, by):
        appointment = appoint(engagement, by, new_name="Zoé")

        new = Contact.objects.get(pk=appointment.contact_id)
        assert (new.organisation, new.kept_by, new.full_name) == (
            engagement.beneficiary,
            engagement.member,
            "Zoé",
        )
        assert last_line(new) == (by, "Added as project lead")

    def test_somebody_and_one_alone(self, engagement, rose, by):
        assert refusal(appoint, engagement, by, new_name=" ") == {
            "contact": ["Choose the lead, or write their name below."]
        }
        assert refusal(appoint, engagement, by, rose, new_name="Zoé") == {
            "new_name": ["Choose a contact or write a new name, not both."]
        }
        assert appoint(engagement, by, rose, new_name=" ").contact == rose

    def test_a_namesake_is_the_contact_of_that_name(self, engagement, rose, by):
        assert refusal(appoint, engagement, by, new_name=" ROSE ") == {
            "new_name": [
                "ROSE is among the contacts of the organisation already: choose them above."
            ]
        }

    def test_a_namesake_in_another_address_book_is_another(self, engagement, by):
        ContactFactory(organisation=engagement.beneficiary, full_name="Zoé")
        ContactFactory(kept_by=engagement.member, full_name="Zoé")

        assert appoint(engagement, by, new_name="Zoé").contact.kept_by == engagement.member

    def test_of_that_organisation(self, engagement, by):
        assert refusal(appoint, engagement, by, ContactFactory(full_name="Olga")) == {
            "contact": ["The lead works at the supported organisation: Olga does not."]
        }

    def test_from_the_first_day_of_the_engagement_on(self, engagement, rose, by):
        assert refusal(appoint, engagement, by, rose, starts_on=STARTED_ON - DAY) == {
            "starts_on": ["The engagement only starts on 5 January 2026."]
        }
        assert appoint(engagement, by, rose, starts_on=STARTED_ON).starts_on == STARTED_ON

    @pytest.mark.parametrize(
        ("first", "last", "fits"),
        [
            (FIRST - 9 * DAY, FIRST - DAY, True),
            (FIRST - 9 * DAY, FIRST, False),
            (LAST, LAST + 9 * DAY, False),
            (LAST + DAY, None, True),
        ],
    )
    def test_beside_the_days_of_another(self, engagement, rose, yves, by, first, last, fits):
        appoint(engagement, by, rose, ends_on=LAST)
        if fits:
            assert appoint(engagement, by, yves, starts_on=first, ends_on=last).pk
            return
        assert refusal(appoint, engagement, by, yves, starts_on=first, ends_on=last) == {
            "starts_on": ["Rose already leads within these days, from 1 July 2026."]
        }

    @pytest.mark.parametrize(
        ("first", "last", "fits"),
        [
            (FIRST - 9 * DAY, FIRST - DAY, True),
            (FIRST - 9 * DAY, FIRST, False),
            (LAST, None, False),
            (LAST + DAY, None, True),
        ],
    )
    def test_full_time_in_one_place_at_a_time(self, engagement, rose, by, first, last, fits):
        led_elsewhere(rose, first, last)
        if fits:
            assert appoint(engagement, by, rose, ends_on=LAST).pk
            return
        assert refusal(appoint, engagement, by, rose, ends_on=LAST) == {"contact": ELSEWHERE}

    @pytest.mark.parametrize(("there", "here"), [(100, 50), (50, 100), (50, 50)])
    def test_part_time_in_two(self, engagement, rose, by, there, here):
        led_elsewhere(rose, FIRST, None, share=there)

        assert appoint(engagement, by, rose, share=here).share == here


class TestReplacing:
    def test_ends_the_open_one_the_day_before(self, engagement, rose, yves, by):
        present = appoint(engagement, by, rose)

        appoint(engagement, by, yves, starts_on=FIRST + DAY)

        present.refresh_from_db()
        assert (present.ends_on, last_line(present)) == (FIRST, (by, "Replaced"))

    def test_not_on_the_day_on_which_the_open_one_begins(self, engagement, rose, yves, by):
        appoint(engagement, by, rose)

        assert refusal(appoint, engagement, by, yves) == {
            "starts_on": ["Rose already leads within these days, from 1 July 2026."]
        }

    def test_leaves_the_end_that_was_written_down(self, engagement, rose, yves, by):
        ended = appoint(engagement, by, rose, ends_on=LAST)

        appoint(engagement, by, yves, starts_on=LAST + DAY)

        ended.refresh_from_db()
        assert ended.ends_on == LAST

    def test_the_next_one_takes_what_the_lead_holds(self, engagement, rose, yves, by):
        appoint(engagement, by, rose)
        risk = risk_of(rose, engagement)

        appoint(
            engagement,
            by,
            yves,
            starts_on=FIRST + DAY,
            succession=Succession(FIRST, "", {"risk": SUCCESSOR}),
        )

        risk.refresh_from_db()
        assert (risk.owner, last_line(risk)[0]) == (yves.user, by)


class TestCorrecting:
    @pytest.fixture
    def named(self, engagement, rose, by):
        return appoint(engagement, by, rose, ends_on=LAST)

    def correct(self, named, by, contact=None, new_name="", today=None, **more):
        today = today or timezone.localdate()
        return leads.correct_lead(
            named,
            leads.LeadChoice(contact, new_name),
            reason=" Namesakes ",
            by=by,
            today=today,
            **more,
        )

    def test_keeps_the_days_and_says_why(self, named, yves, by):
        self.correct(named, by, yves)

        named.refresh_from_db()
        assert (named.contact, named.starts_on, named.ends_on) == (yves, FIRST, LAST)
        assert last_line(named) == (by, "Namesakes")

    def test_may_name_somebody_new(self, named, by):
        self.correct(named, by, new_name="Zoé")

        named.refresh_from_db()
        assert named.contact.full_name == "Zoé"

    def test_on_that_day_alone(self, named, yves, by):
        assert refusal(self.correct, named, by, yves, today=timezone.localdate() + DAY) == {
            WHOLE: [
                "They were named on an earlier day: replace them, so that each keeps their own days."
            ]
        }

    def test_names_somebody_else(self, named, rose, by):
        assert refusal(self.correct, named, by, rose) == {
            "contact": ["Rose is the one who is named."]
        }

    def test_names_nobody_who_leads_elsewhere_full_time(self, named, yves, by):
        elsewhere = led_elsewhere(yves, LAST, None)
        assert refusal(self.correct, named, by, yves) == {"contact": ELSEWHERE}

        LeadAppointment.objects.filter(pk=elsewhere.pk).update(starts_on=LAST + DAY)
        assert self.correct(named, by, yves).contact == yves


class TestEnding:
    def end(self, appointment, by, ends_on, **more):
        return leads.end_lead(appointment, ends_on=ends_on, by=by, **more)

    def test_on_their_first_day_at_the_earliest(self, engagement, rose, by):
        appointment = appoint(engagement, by, rose)
        assert refusal(self.end, appointment, by, FIRST - DAY) == {
            "ends_on": ["The last day cannot come before the first."]
        }

        self.end(appointment, by, FIRST)

        appointment.refresh_from_db()
        assert (appointment.ends_on, last_line(appointment)) == (
            FIRST,
            (by, "Last day written down"),
        )

    def test_before_the_next_one_begins(self, engagement, rose, yves, by):
        appointment = appoint(engagement, by, rose, ends_on=LAST)
        appoint(engagement, by, yves, starts_on=LAST + 9 * DAY)

        assert refusal(self.end, appointment, by, LAST + 9 * DAY) == {
            "ends_on": ["Another lead is appointed within these days."]
        }
        assert self.end(appointment, by, LAST + 8 * DAY).ends_on == LAST + 8 * DAY

    def test_before_they_lead_elsewhere_full_time(self, engagement, rose, by):
        appointment = appoint(engagement, by, rose, ends_on=LAST)
        led_elsewhere(rose, LAST + 9 * DAY, None)

        assert refusal(self.end, appointment, by, LAST + 9 * DAY) == {"ends_on": ELSEWHERE}
        assert self.end(appointment, by, LAST + 8 * DAY).ends_on == LAST + 8 * DAY

    def test_may_hand_over_what_they_hold(self, engagement, rose, yves, by):
        appointment = appoint(engagement, by, rose, starts_on=STARTED_ON)
        appoint(engagement, by, yves, starts_on=LAST)
        risk = risk_of(rose, engagement)
        succession = Succession(LAST, "They move on", {"risk": yves.user})

        self.end(
            LeadAppointment.objects.get(pk=appointment.pk),
            by,
            LAST - 9 * DAY,
            succession=succession,
        )

        risk.refresh_from_db()
        assert (risk.owner, last_line(risk)) == (yves.user, (by, "They move on"))
