"""Saved views by the API."""

import pytest
from django.urls import reverse

from crm.models import SavedView
from tests.api_client import ReadingClient

pytestmark = pytest.mark.django_db

URL = reverse("api:savedview-list")
VIEW = {"page": "engagements:engagement-list", "name": "Late", "query": "needs=late&sort=title"}


@pytest.fixture
def api(coordinator):
    api = ReadingClient(headers={"accept-language": "en"})
    api.force_authenticate(coordinator)
    return api


def test_made_listed_and_removed(api):
    made = api.post(URL, VIEW)

    assert made.status_code == 201
    assert made.json() | {"id": 0} == VIEW | {"id": 0, "query": "needs=late"}
    assert [row["name"] for row in api.get(URL).json()["results"]] == ["Late"]
    assert api.delete(reverse("api:savedview-detail", args=[made.json()["id"]])).status_code == 204
    assert not SavedView.objects.exists()


def test_refused_in_the_words_of_the_page(api):
    answer = api.post(URL, VIEW | {"query": "state=active"})

    assert answer.status_code in {400, 422}
    assert "Choose a filter" in answer.content.decode()
    assert api.post(URL, VIEW | {"page": "crm:home"}).status_code in {400, 422}
