"""Decisions, risks and notes by the API."""

import pytest
from django.utils import timezone

from tests.api_client import ReadingBrowser

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


API = "/api/v1"


@pytest.fixture
def page(coordinator):
    client = ReadingBrowser()
    client.force_login(coordinator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


class TestApi:
    def test_writes_changes_and_closes_by_the_same_rules(self, page, engagement, coordinator):
        json = {"content_type": "application/json"}
        of = {"engagement": engagement.pk, "owner": coordinator.pk}
        risk = page.post(
            f"{API}/risks/",
            of | {"title": "R", "likelihood": 3, "impact": 3, "review_on": "2026-12-01"},
            **json,
        ).json()
        decision = page.post(
            f"{API}/decisions/", of | {"title": "D", "decided_on": "2026-05-01"}, **json
        ).json()
        note = page.post(
            f"{API}/steering-notes/",
            {"engagement": engagement.pk, "held_on": "2026-05-01", "text": "Said"},
            **json,
        ).json()

        changed = page.patch(f"{API}/risks/{risk['id']}/", {"impact": 1, "seen": 1}, **json)
        stale = page.patch(f"{API}/risks/{risk['id']}/", {"impact": 2, "seen": 1}, **json)
        closed = page.post(f"{API}/risks/{risk['id']}/close/", {"closed_on": str(today())}, **json)
        done = page.post(
            f"{API}/decisions/{decision['id']}/finish/", {"done_on": "2026-04-01"}, **json
        )

        assert (risk["severity"], changed.json()["severity"], stale.status_code) == (9, 3, 409)
        assert (closed.json()["closed_on"], note["author"]) == (str(today()), coordinator.pk)
        assert list(done.json()["errors"]) == ["done_on"]
