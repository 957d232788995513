"""Reports through the API: published, read, signed and shared."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.files.checksums import checksum_of
from tests.crm.factories import UserFactory
from tests.impact.factories import publish_as_read

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 10)


@pytest.fixture
def client(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


class TestApi:
    URL = "/api/v1/reports/"

    def test_publishes_reads_signs_and_shares(
        self, client, coordinator, lead, engagement, measured
    ):
        client.force_login(coordinator)
        body = client.get(f"/api/v1/impact/{engagement.pk}/to-publish/").json()["seen"]
        payload = {"engagement": engagement.pk, "seen": body}
        response = client.post(self.URL, payload, content_type="application/json")
        assert response.status_code == 201
        url = f"{self.URL}{response.json()['id']}/"
        assert checksum_of(client.get(url).json()["contents"]) == response.json()["checksum"]

        again = client.post(self.URL, payload, content_type="application/json")
        assert (again.status_code, "Nothing has changed" in str(again.json())) == (400, True)
        payload = {"sent_to": "A", "until": str(timezone.localdate())}
        shared = client.post(f"{url}share/", payload, content_type="application/json")
        assert "/impact/shared/open/" in shared.json()["address"]

        client.force_login(lead)
        signed = client.post(f"{url}sign/", {"agrees": False}, content_type="application/json")
        assert (signed.status_code, list(signed.json()["errors"])) == (400, ["comment"])
        client.post(
            f"{url}sign/", {"agrees": False, "comment": "No"}, content_type="application/json"
        )
        assert client.get(self.URL).json()["results"][0]["word_comment"] == "No"

    def test_a_stranger_finds_none(self, client, report):
        client.force_login(UserFactory())

        assert client.get(self.URL).json()["results"] == []

    @pytest.mark.parametrize("size", [1, 8])
    def test_statements_of_the_list(self, client, funder, engagement, measured, coordinator, size):
        for number in range(size):
            measured.count += 1
            measured.save()
            publish_as_read(engagement, by=coordinator, today=TODAY + timedelta(days=number))
        client.force_login(funder)
        client.get(self.URL)

        with CaptureQueriesContext(connection) as asked:
            client.get(self.URL)

        assert len(asked) == 4
