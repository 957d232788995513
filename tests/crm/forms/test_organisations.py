"""An organisation of a name that is there already is said, linked, and taken once one says it is another."""

import pytest
from django.urls import reverse

from crm.models import Organisation
from tests.crm.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


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
