"""Equal names and addresses: said, with a link to the one that is there, and taken once one says it is another."""

from datetime import date

import pytest
from django.urls import reverse

from crm.domain.roles import Role
from crm.models import Contact, Organisation
from tests.crm.factories import ContactFactory, OrganisationFactory, UserFactory, person_as
from tests.volunteers.factories import VolunteerFactory
from volunteers.models import Volunteer

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, coordinator):
    client.force_login(coordinator)
    return client


class TestOrganisations:
    ADDRESS = reverse("crm:organisation-create")

    @pytest.mark.parametrize("name", ["Les Étoiles", "les etoiles", "LES-ÉTOILES "])
    def test_one_of_a_known_name_is_said_linked_and_not_saved(self, page, name):
        existing = OrganisationFactory(name="Les Étoiles", city="Lille")

        response = page.post(self.ADDRESS, {"name": name, "general_interest": "to-check"})

        assert response.status_code == 422
        assert f'href="{existing.get_absolute_url()}"' in response.content.decode()
        assert 'type="checkbox" name="is_another"' in response.content.decode()
        assert Organisation.objects.filter(sort_name="les etoiles").count() == 1

    def test_another_one_is_saved_once_it_is_said(self, page):
        OrganisationFactory(name="Les Étoiles")

        page.post(
            self.ADDRESS,
            {"name": "Les Étoiles", "general_interest": "to-check", "is_another": "on"},
        )

        assert Organisation.objects.filter(name="Les Étoiles").count() == 2

    def test_an_archived_one_is_a_twin_too(self, page, coordinator):
        OrganisationFactory(name="Les Étoiles", archived_at="2026-01-01T00:00Z")

        response = page.post(self.ADDRESS, {"name": "Les Étoiles", "general_interest": "to-check"})

        assert "archived=1" in response.content.decode()

    def test_a_change_of_something_else_asks_nothing(self, page):
        OrganisationFactory(name="Les Étoiles")
        second = OrganisationFactory(name="Les Étoiles", beneficiary=True)

        data = {
            "name": "Les Étoiles",
            "general_interest": "to-check",
            "city": "Metz",
            "seen": second.version,
        }
        page.post(reverse("crm:organisation-change", args=[second.pk]), data)

        second.refresh_from_db()
        assert second.city == "Metz"

    def test_the_api_refuses_in_the_same_words_and_takes_another(self, page):
        OrganisationFactory(name="Les Étoiles")
        response = page.post(
            "/api/v1/organisations/", {"name": "Les étoiles"}, content_type="application/json"
        )
        answer = page.post(self.ADDRESS, {"name": "Les étoiles", "general_interest": "to-check"})

        assert response.status_code == 400
        sentence = answer.context_data["form"].errors["name"][0]
        assert sentence in str(response.json())
        data = {"name": "Les étoiles", "is_another": True}
        assert (
            page.post("/api/v1/organisations/", data, content_type="application/json").status_code
            == 201
        )


class TestContacts:
    def post(self, page, organisation, member, **changes):
        data = {"full_name": "Zoé Martin", "kept_by": member.pk} | changes
        return page.post(reverse("crm:contact-create", args=[organisation.pk]), data)

    def test_the_same_name_at_the_same_organisation_is_said(self, page, member):
        existing = ContactFactory(full_name="Zoe MARTIN", kept_by=member)

        response = self.post(page, existing.organisation, member)

        assert response.status_code == 422
        assert Contact.objects.count() == 1
        self.post(page, existing.organisation, member, is_another="on")
        assert Contact.objects.count() == 2

    def test_the_same_address_anywhere_in_ones_book_is_said(self, page, member):
        ContactFactory(full_name="Z. M.", email="Zoe@asso.example", kept_by=member)

        assert (
            self.post(page, OrganisationFactory(), member, email="zoe@asso.example").status_code
            == 422
        )

    def test_namesakes_elsewhere_and_books_of_others_are_no_twins(self, page, member):
        ContactFactory(full_name="Zoé Martin", kept_by=member)
        theirs = ContactFactory(full_name="Zoé Martin", email="zoe@asso.example")

        assert (
            self.post(page, theirs.organisation, member, email="zoe@asso.example").status_code
            == 302
        )


class TestVolunteers:
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
