"""What belongs together is linked: a volunteer's things from the first page, an engagement from its organisation."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from tests.crm.factories import OrganisationFactory, SupportRequestFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import FundingFactory
from tests.volunteers.factories import AssignmentFactory

pytestmark = pytest.mark.django_db


class TestVolunteer:
    def test_the_first_page_leads_to_the_week_and_to_everything_of_ones_own(self, client):
        today = timezone.localdate()
        assignment = AssignmentFactory(
            starts_on=today - timedelta(days=9), ends_on=today + timedelta(days=60)
        )
        client.force_login(assignment.volunteer.user)

        html = client.get("/").content.decode()

        for name, args in (
            *[("volunteers:log-work", [assignment.pk]), ("volunteers:me", [])],
            *[("volunteers:month-list", []), ("volunteers:agreement-list", [])],
        ):
            assert f'href="{reverse(name, args=args)}"' in html

    def test_my_page_is_my_own(self, client):
        assignment = AssignmentFactory()
        client.force_login(assignment.volunteer.user)

        assert client.get(reverse("volunteers:me"))["Location"] == reverse(
            "volunteers:volunteer-detail", args=[assignment.volunteer_id]
        )
        client.force_login(person_as(Role.FUNDER))
        assert client.get(reverse("volunteers:me")).status_code == 404


class TestOrganisation:
    def test_shows_its_engagements_requests_fundings_and_people(self, client, administrator):
        organisation = OrganisationFactory(beneficiary=True)
        engagement = EngagementFactory(beneficiary=organisation)
        support = SupportRequestFactory(organisation=organisation)
        FundingFactory(engagement=engagement)
        assignment = AssignmentFactory(engagement=engagement)
        client.force_login(administrator)

        html = client.get(organisation.get_absolute_url()).content.decode()

        for url in (
            *(engagement.get_absolute_url(), support.get_absolute_url()),
            reverse("impact:engagement-impact", args=[engagement.pk]),
            reverse("volunteers:volunteer-detail", args=[assignment.volunteer_id]),
        ):
            assert f'href="{url}"' in html

    def test_shows_nothing_that_its_reader_may_not_open(self, client, outsider):
        organisation = OrganisationFactory(beneficiary=True)
        engagement = EngagementFactory(beneficiary=organisation, title="Not theirs")
        support = SupportRequestFactory(organisation=organisation)
        FundingFactory(engagement=engagement)
        client.force_login(outsider)

        html = client.get(organisation.get_absolute_url()).content.decode()

        assert "Not theirs" not in html
        assert support.get_absolute_url() not in html


class TestEngagement:
    def test_leads_back_to_its_request(self, client, administrator, coordinator, member):
        support = SupportRequestFactory()
        engagement = EngagementFactory(member=member, request=support)
        link = f'href="{support.get_absolute_url()}"'
        client.force_login(administrator)
        assert link in client.get(engagement.get_absolute_url()).content.decode()

        client.force_login(coordinator)
        assert link not in client.get(engagement.get_absolute_url()).content.decode()
