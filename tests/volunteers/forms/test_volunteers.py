"""A namesake among the lent people is said and linked, and taken once one says it is another."""

from datetime import date

import pytest
from django.urls import reverse

from crm.domain.roles import Role
from tests.crm.factories import OrganisationFactory, UserFactory, person_as
from tests.volunteers.factories import VolunteerFactory
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, coordinator):
    client.force_login(coordinator)
    return client


class TestNamesakes:
    def post(self, page, member, **changes):
        data = {
            "full_name": "Ana Silva",
            "email": "ana@lent.example",
            "member": member.pk,
            "sponsor": OrganisationFactory(sponsor=True).pk,
            "days_a_week": "5",
            "available_from": date(2026, 1, 5),
        }
        return page.post(reverse("volunteers:volunteer-create"), data | changes)

    def test_a_namesake_is_said_and_linked(self, page, member):
        existing = VolunteerFactory(user__full_name="ANA SILVA", member=member)

        response = self.post(page, member)

        assert response.status_code == 422
        assert (
            reverse("volunteers:volunteer-detail", args=[existing.pk]) in response.content.decode()
        )
        self.post(page, member, is_another="on")
        assert Volunteer.objects.count() == 2

    def test_an_address_that_is_the_account_of_another_name_is_said(self, page, member):
        UserFactory(email="ana@lent.example", full_name="Bernard Other")

        assert self.post(page, member).status_code == 422
        assert not Volunteer.objects.exists()

    def test_the_account_of_the_same_person_is_taken_without_a_question(self, page, member):
        account = person_as(Role.FUNDER, full_name="ana silva", email="ana@lent.example")

        self.post(page, member)

        assert Volunteer.objects.get().user == account
