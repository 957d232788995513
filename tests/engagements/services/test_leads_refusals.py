"""What is refused of a lead, and where each sentence stands."""

from datetime import date, timedelta

import pytest
from django.utils import timezone, translation

from crm.domain.refusals import Refused, by_field
from engagements.models import LeadAppointment
from engagements.services import leads
from tests.crm.factories import ContactFactory
from tests.engagements.factories import EngagementFactory, LeadAppointmentFactory, contact_of
from tests.engagements.refusals import refused_fields

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


class TestNaming:
    def named(self, engagement, coordinator, **given):
        today = timezone.localdate()
        contact = given.pop("contact", contact_of(engagement))
        choice = leads.LeadChoice(contact, given.pop("new_name", ""))
        term = leads.LeadTerm(**{"starts_on": today} | given)
        return leads.appoint_lead(engagement, choice, term, by=coordinator), today

    def test_a_new_person_of_a_contacts_name_is_that_contact(self, engagement, coordinator):
        namesake = contact_of(engagement)
        somebody = contact_of(engagement)

        with pytest.raises(Refused) as refused:
            self.named(
                engagement, coordinator, contact=None, new_name=f" {namesake.full_name.upper()} "
            )
        assert list(refused.value.message_dict) == ["new_name"]

        appointment, today = self.named(engagement, coordinator, contact=somebody)
        with pytest.raises(Refused):
            leads.correct_lead(
                appointment,
                leads.LeadChoice(new_name=namesake.full_name),
                reason="Slip",
                by=coordinator,
                today=today,
            )

    def test_one_named_by_mistake_is_corrected_the_same_day_with_a_reason(
        self, engagement, coordinator
    ):
        appointment, today = self.named(engagement, coordinator, share=50)
        right_one = contact_of(engagement)

        leads.correct_lead(
            appointment,
            leads.LeadChoice(contact=right_one),
            reason="Namesakes",
            by=coordinator,
            today=today,
        )

        (row,) = LeadAppointment.objects.filter(engagement=engagement)
        assert (row.contact, row.starts_on, row.share) == (right_one, today, 50)
        assert row.history.first().history_change_reason == "Namesakes"

    def test_one_named_on_an_earlier_day_is_replaced_and_not_corrected(
        self, engagement, coordinator
    ):
        appointment, today = self.named(engagement, coordinator)
        choice, tomorrow = leads.LeadChoice(contact_of(engagement)), today + timedelta(days=1)

        with pytest.raises(Refused, match="replace them"):
            leads.correct_lead(appointment, choice, reason="Late", by=coordinator, today=tomorrow)

    def test_a_correction_names_somebody_else_of_the_organisation(self, engagement, coordinator):
        appointment, today = self.named(engagement, coordinator)

        for wrong in (appointment.contact, ContactFactory()):
            with pytest.raises(Refused) as refused:
                leads.correct_lead(
                    appointment,
                    leads.LeadChoice(contact=wrong),
                    reason="x",
                    by=coordinator,
                    today=today,
                )
            assert list(by_field(refused.value)) == ["contact"]

    def test_replacing_ends_the_present_one_the_day_before(self, engagement, coordinator):
        first = LeadAppointmentFactory(engagement=engagement)

        leads.appoint_lead(
            engagement,
            leads.LeadChoice(contact=contact_of(engagement)),
            leads.LeadTerm(starts_on=TODAY),
            by=coordinator,
        )

        first.refresh_from_db()
        assert first.ends_on == TODAY - timedelta(days=1)

    def test_refuses_days_that_another_lead_has(self, engagement, coordinator):
        LeadAppointmentFactory(engagement=engagement, ends_on=date(2026, 8, 1))

        with pytest.raises(Refused) as refused:
            leads.appoint_lead(
                engagement,
                leads.LeadChoice(contact=contact_of(engagement)),
                leads.LeadTerm(starts_on=TODAY),
                by=coordinator,
            )

        assert "starts_on" in by_field(refused.value)

    def test_refuses_full_time_in_two_places(self, engagement, coordinator, member):
        contact = contact_of(engagement)
        other = EngagementFactory(member=member, beneficiary=engagement.beneficiary)
        LeadAppointmentFactory(engagement=other, contact=contact)

        with pytest.raises(Refused) as refused:
            leads.appoint_lead(
                engagement,
                leads.LeadChoice(contact=contact),
                leads.LeadTerm(starts_on=TODAY),
                by=coordinator,
            )

        assert "contact" in by_field(refused.value)

    def test_refuses_somebody_of_another_organisation(self, engagement, coordinator):
        with pytest.raises(Refused):
            leads.appoint_lead(
                engagement,
                leads.LeadChoice(contact=ContactFactory()),
                leads.LeadTerm(starts_on=TODAY),
                by=coordinator,
            )

    def test_refuses_a_start_before_the_engagement(self, engagement, coordinator):
        with pytest.raises(Refused):
            leads.appoint_lead(
                engagement,
                leads.LeadChoice(contact=contact_of(engagement)),
                leads.LeadTerm(starts_on=date(2020, 1, 1)),
                by=coordinator,
            )


class TestLeads:
    def test_days_are_written_in_the_readers_language(self, engagement, coordinator):
        for language, day in (("fr", "5 janvier 2026"), ("en", "5 January 2026")):
            with translation.override(language):
                told = refused_fields(
                    leads.appoint_lead,
                    engagement,
                    leads.LeadChoice(contact_of(engagement)),
                    leads.LeadTerm(date(2025, 12, 1)),
                    by=coordinator,
                )
            assert day in told["starts_on"][0]

    def test_a_refused_appointment_changes_nothing(self, engagement, coordinator):
        present = LeadAppointmentFactory(engagement=engagement)
        busy = contact_of(engagement)
        LeadAppointmentFactory(engagement__beneficiary=engagement.beneficiary, contact=busy)

        refused_fields(
            leads.appoint_lead,
            engagement,
            leads.LeadChoice(busy),
            leads.LeadTerm(TODAY),
            by=coordinator,
        )

        present.refresh_from_db()
        assert present.ends_on is None
        assert present.history.get().history_type == "+"

    def test_one_who_leads_half_time_may_lead_half_time_elsewhere(self, engagement, coordinator):
        contact = contact_of(engagement)
        LeadAppointmentFactory(
            engagement__beneficiary=engagement.beneficiary, contact=contact, share=50
        )

        appointment = leads.appoint_lead(
            engagement,
            leads.LeadChoice(contact=contact),
            leads.LeadTerm(starts_on=TODAY, share=50),
            by=coordinator,
        )

        assert appointment.share == 50

    def test_wants_somebody(self, engagement, coordinator):
        nobody, term = leads.LeadChoice(), leads.LeadTerm(TODAY)

        assert "contact" in refused_fields(
            leads.appoint_lead, engagement, nobody, term, by=coordinator
        )
        assert not LeadAppointment.objects.exists()

    def test_an_end_before_the_start_is_refused_at_its_field(self, engagement, coordinator):
        appointment = LeadAppointmentFactory(engagement=engagement)

        assert "ends_on" in refused_fields(
            leads.end_lead, appointment, ends_on=date(2026, 1, 4), by=coordinator
        )

    def test_a_last_day_on_the_first_day_is_one_day(self, engagement, coordinator):
        appointment = LeadAppointmentFactory(engagement=engagement)

        assert leads.end_lead(
            appointment, ends_on=appointment.starts_on, by=coordinator
        ).ends_on == date(2026, 1, 5)

    def test_an_end_within_the_next_leads_days_is_refused(self, engagement, coordinator):
        first = LeadAppointmentFactory(engagement=engagement, ends_on=date(2026, 3, 1))
        LeadAppointmentFactory(engagement=engagement, starts_on=date(2026, 4, 1))

        assert "ends_on" in refused_fields(
            leads.end_lead, first, ends_on=date(2026, 4, 1), by=coordinator
        )

    def test_an_end_within_full_time_days_elsewhere_is_refused_in_words(
        self, engagement, coordinator
    ):
        """The database refused it alone once, and the page failed."""
        contact = contact_of(engagement)
        first = LeadAppointmentFactory(
            engagement=engagement, contact=contact, ends_on=date(2026, 3, 1)
        )
        LeadAppointmentFactory(
            engagement__beneficiary=engagement.beneficiary,
            contact=contact,
            starts_on=date(2026, 4, 1),
        )

        assert "ends_on" in refused_fields(
            leads.end_lead, first, ends_on=date(2026, 5, 1), by=coordinator
        )
