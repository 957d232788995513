"""Organisations by the API: archived and brought back by the rules of the page."""

import pytest
from django.utils import timezone

from crm.domain.roles import Role
from tests.api_client import ReadingClient
from tests.crm.factories import OrganisationFactory, person_as

pytestmark = pytest.mark.django_db


class TestArchiveThroughTheApi:
    @pytest.fixture
    def api(self, coordinator):
        api = ReadingClient(HTTP_ACCEPT_LANGUAGE="en")
        api.force_authenticate(coordinator)
        return api

    def ids(self, api, name=""):
        return [one["id"] for one in api.get(f"/api/v1/organisations/{name}").json()["results"]]

    def test_takes_it_out_and_puts_it_back(self, api, coordinator):
        organisation = OrganisationFactory(name="Paniers")
        address = f"/api/v1/organisations/{organisation.pk}/"

        answer = api.post(f"{address}archive/", {"why": "It closed."}, format="json")
        assert answer.status_code == 200, answer.json()
        assert api.get(address).status_code == 404
        assert organisation.pk not in self.ids(api)
        assert self.ids(api, "archived/") == [organisation.pk]
        row = organisation.history.latest()
        assert (row.history_user, row.history_change_reason) == (coordinator, "It closed.")

        seen = {"seen": answer.json()["version"]}
        assert api.post(f"{address}restore/", seen, format="json").status_code == 200
        assert organisation.pk in self.ids(api)
        assert self.ids(api, "archived/") == []

    def test_wants_a_reason_and_the_version_that_was_read(self, api):
        organisation = OrganisationFactory()
        address = f"/api/v1/organisations/{organisation.pk}/archive/"

        assert list(api.post(address, {}, format="json").json()["errors"]) == ["why"]
        stale = api.post(address, {"why": "x", "seen": organisation.version - 1}, format="json")
        assert stale.status_code == 409

        organisation.refresh_from_db()
        assert organisation.archived_at is None

    def test_is_done_once(self, api):
        organisation = OrganisationFactory()
        address = f"/api/v1/organisations/{organisation.pk}/"
        body = {"why": "x", "seen": organisation.version}
        first = api.post(f"{address}archive/", body, format="json").json()
        assert api.post(f"{address}archive/", body, format="json").status_code == 404

        seen = {"seen": first["version"]}
        assert api.post(f"{address}restore/", seen, format="json").status_code == 200
        assert api.post(f"{address}restore/", seen, format="json").status_code == 404

    @pytest.mark.parametrize("role", [Role.LEAD, Role.SPONSOR, Role.FUNDER, Role.VOLUNTEER])
    def test_is_for_those_who_keep_the_directory(self, role):
        person = person_as(role)
        organisation = person.memberships.get().organisation
        api = ReadingClient()
        api.force_authenticate(person)
        address = f"/api/v1/organisations/{organisation.pk}/"

        assert api.post(f"{address}archive/", {"why": "x"}, format="json").status_code == 403
        assert api.get("/api/v1/organisations/archived/").status_code == 403
        organisation.archived_at = timezone.now()
        organisation.save()
        restored = api.post(f"{address}restore/", {"seen": 1}, format="json")
        assert restored.status_code == 404
