"""The pages on which a lead is named, replaced and corrected."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.audit.write import mark_of
from engagements.services import leads
from tests.crm.factories import ContactFactory
from tests.engagements.factories import EngagementFactory, LeadAppointmentFactory, contact_of

pytestmark = pytest.mark.django_db


def address(name, pk):
    return reverse(f"engagements:{name}", args=[pk])


class TestForms:
    """name of the address, of what it hangs from, what is sent, and what is true afterwards."""

    def test_the_lead_form_offers_the_organisations_contacts_of_this_member_alone(
        self, page, engagement
    ):
        ours = ContactFactory(organisation=engagement.beneficiary, kept_by=engagement.member)
        ContactFactory(organisation=engagement.beneficiary)
        ContactFactory(kept_by=engagement.member)

        form = page.get(address("lead-appoint", engagement.pk)).context_data["form"]

        assert list(form.fields["contact"].queryset) == [ours]

    def test_the_lead_form_says_who_leaves(self, page, engagement):
        appointment = LeadAppointmentFactory(engagement=engagement)

        response = page.get(address("lead-appoint", engagement.pk))

        assert appointment.contact.full_name in response.context_data["note"]

    def test_a_lead_and_a_new_name_are_one_too_many(self, page, engagement, today):
        contact = ContactFactory(organisation=engagement.beneficiary, kept_by=engagement.member)

        response = page.post(
            address("lead-appoint", engagement.pk),
            {
                "contact": contact.pk,
                "new_name": "Zoé",
                "starts_on": today.isoformat(),
                "share": 100,
                "seen": 0,
            },
        )

        assert "new_name" in response.context_data["form"].errors


class TestReplacing:
    def test_replaces_the_lead_by_somebody_new(self, as_coordinator, member):
        engagement = EngagementFactory(member=member)
        old = LeadAppointmentFactory(engagement=engagement)
        today = timezone.localdate()

        as_coordinator.post(
            reverse("engagements:lead-appoint", args=[engagement.pk]),
            {"new_name": "Zoé", "starts_on": today.isoformat(), "share": 100, "seen": mark_of(old)},
        )

        old.refresh_from_db()
        assert old.ends_on == today - timedelta(days=1)
        assert engagement.leads.current(today).get().contact.full_name == "Zoé"

    def test_refuses_a_share_above_full_time(self, as_coordinator, member):
        engagement = EngagementFactory(member=member)
        contact = ContactFactory(organisation=engagement.beneficiary, kept_by=member)

        response = as_coordinator.post(
            reverse("engagements:lead-appoint", args=[engagement.pk]),
            {"contact": contact.pk, "starts_on": "2026-02-02", "share": 150},
        )

        assert "share" in response.context_data["form"].errors


class TestCorrecting:
    def named(self, engagement, coordinator, **given):
        today = timezone.localdate()
        contact = given.pop("contact", contact_of(engagement))
        choice = leads.LeadChoice(contact, given.pop("new_name", ""))
        term = leads.LeadTerm(**{"starts_on": today} | given)
        return leads.appoint_lead(engagement, choice, term, by=coordinator), today

    def test_the_page_offers_it_on_that_day_and_does_it(self, client, engagement, coordinator):
        appointment, _today = self.named(engagement, coordinator)
        client.force_login(coordinator)
        address = reverse("engagements:lead-correct", args=[appointment.pk])

        assert address in client.get(engagement.get_absolute_url()).content.decode()
        assert client.post(address, {"new_name": "Zoé"}).status_code == 422
        assert (
            client.post(
                address, {"new_name": "Zoé", "reason": "Faute", "seen": mark_of(appointment)}
            ).status_code
            == 302
        )
        appointment.refresh_from_db()
        assert appointment.contact.full_name == "Zoé"
