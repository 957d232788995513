"""Addresses of calendars by the API."""

import pytest
from django.urls import reverse

from tests.api_client import ReadingClient

pytestmark = pytest.mark.django_db


class TestApi:
    @pytest.fixture
    def api(self, coordinator):
        api = ReadingClient(headers={"accept-language": "en"})
        api.force_authenticate(coordinator)
        return api

    def test_makes_lists_and_revokes_a_calendar_address(self, api, client):
        link = api.post(reverse("api:calendarlink-list"), {}).json()
        path = link["url"].split("testserver")[1]
        assert client.get(path).status_code == 200
        (listed,) = api.get(reverse("api:calendarlink-list")).json()["results"]
        assert listed["url"] is None

        assert api.delete(reverse("api:calendarlink-detail", args=[link["id"]])).status_code == 204
        assert client.get(path).status_code == 404
