"""The library through the API: searched, added to, and refused in the words of the page."""

import pytest

from crm.domain.roles import Role
from tests.api_client import ReadingBrowser
from tests.crm.factories import UserFactory, person_as
from tests.impact.factories import BaselineFactory
from tests.impact.pupils import FACTS

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return person_as(Role.ADMINISTRATOR, None)


class TestApi:
    URL = "/api/v1/indicators/"

    def test_is_added_by_who_runs_engagements_and_searched_by_all(self, client, coordinator):
        client.force_login(coordinator)
        response = client.post(self.URL, FACTS, content_type="application/json")
        assert (response.status_code, response.json()["code"]) == (201, "pupils-equipped")

        client.force_login(UserFactory())
        assert [
            row["name_fr"] for row in client.get(self.URL, {"q": "equipes"}).json()["results"]
        ] == ["Élèves équipés"]
        assert client.post(self.URL, FACTS, content_type="application/json").status_code == 403

    def test_a_change_says_why_and_a_redefinition_is_refused_in_the_words_of_the_page(
        self, administrator
    ):
        indicator = BaselineFactory().metric.indicator
        client = ReadingBrowser()
        client.force_login(administrator)
        url = f"{self.URL}{indicator.pk}/"

        assert list(
            client.patch(url, {"unit_fr": "a"}, content_type="application/json").json()["errors"]
        ) == ["why"]
        response = client.patch(url, {"kind": "share", "why": "x"}, content_type="application/json")
        assert (response.status_code, list(response.json()["errors"])) == (400, ["kind"])
        changed = client.patch(
            url, {"unit_fr": "gens", "why": "x"}, content_type="application/json"
        ).json()
        assert changed["unit_fr"] == "gens"
