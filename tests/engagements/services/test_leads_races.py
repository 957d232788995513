"""Two people in the same moment. SQLite lets one writer in at a time, so only PostgreSQL can show these."""

from datetime import date

import pytest

from engagements.models import LeadAppointment
from engagements.services import leads
from tests.engagements.factories import EngagementFactory, LeadAppointmentFactory, contact_of
from tests.races import at_once, on_postgres, unexpected

pytestmark = on_postgres

TODAY = date(2026, 6, 15)
TURNS = 8


class TestTwoAtOnce:
    @pytest.mark.parametrize("turn", range(TURNS))
    def test_two_appointments_never_leave_two_open_leads(self, member_and_head, turn):
        member, head = member_and_head
        engagement = EngagementFactory(member=member)
        LeadAppointmentFactory(engagement=engagement)
        contacts = [contact_of(engagement) for _n in range(2)]

        outcomes = at_once(
            *(
                lambda contact=contact: leads.appoint_lead(
                    engagement,
                    leads.LeadChoice(contact=contact),
                    leads.LeadTerm(starts_on=TODAY),
                    by=head,
                )
                for contact in contacts
            )
        )

        assert unexpected(outcomes) == []
        assert sum(isinstance(outcome, LeadAppointment) for outcome in outcomes) == 1
        assert engagement.leads.filter(ends_on=None).count() == 1
        assert engagement.leads.current(TODAY).count() == 1

    @pytest.mark.parametrize("turn", range(TURNS))
    def test_one_person_is_never_made_full_time_lead_in_two_places(self, member_and_head, turn):
        member, head = member_and_head
        first = EngagementFactory(member=member)
        second = EngagementFactory(member=member, beneficiary=first.beneficiary)
        contact = contact_of(first)

        outcomes = at_once(
            *(
                lambda engagement=engagement: leads.appoint_lead(
                    engagement,
                    leads.LeadChoice(contact=contact),
                    leads.LeadTerm(starts_on=TODAY),
                    by=head,
                )
                for engagement in (first, second)
            )
        )

        assert unexpected(outcomes) == []
        assert LeadAppointment.objects.filter(contact=contact).count() == 1
