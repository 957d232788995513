"""What the database refuses of leads by itself."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from engagements.models import LeadAppointment
from engagements.services import leads
from tests.engagements.factories import EngagementFactory, LeadAppointmentFactory, contact_of
from tests.engagements.refusals import refused_fields

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


class TestLeads:
    @pytest.mark.parametrize(
        "second",
        [{"starts_on": TODAY}, {"starts_on": date(2026, 2, 1), "ends_on": date(2026, 2, 2)}],
    )
    def test_the_database_refuses_overlaps_by_itself(self, engagement, second):
        LeadAppointmentFactory(engagement=engagement, ends_on=TODAY)

        with pytest.raises(IntegrityError), transaction.atomic():
            LeadAppointment.objects.create(
                engagement=engagement, contact=contact_of(engagement), share=50, **second
            )

    def test_the_database_refuses_full_time_in_two_places_by_itself(self, engagement, member):
        contact = contact_of(engagement)
        other = EngagementFactory(member=member, beneficiary=engagement.beneficiary)
        LeadAppointmentFactory(engagement=other, contact=contact)

        with pytest.raises(IntegrityError), transaction.atomic():
            LeadAppointment.objects.create(engagement=engagement, contact=contact, starts_on=TODAY)


class TestDays:
    @pytest.mark.parametrize(
        ("starts_on", "ends_on"), [(date(2100, 1, 1), None), (TODAY, date(9999, 12, 31))]
    )
    def test_absurd_days_are_refused_by_the_service_and_by_the_database(
        self, engagement, coordinator, starts_on, ends_on
    ):
        contact = contact_of(engagement)
        choice, term = leads.LeadChoice(contact), leads.LeadTerm(starts_on, ends_on)

        assert refused_fields(leads.appoint_lead, engagement, choice, term, by=coordinator)
        with pytest.raises(IntegrityError), transaction.atomic():
            LeadAppointment.objects.create(
                engagement=engagement, contact=contact, starts_on=starts_on, ends_on=ends_on
            )
