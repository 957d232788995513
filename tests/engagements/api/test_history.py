"""An engagement as it was, and what changed since, by the API."""

import pytest
from django.utils import timezone

from tests.api_client import ReadingBrowser
from tests.crm.factories import ContactFactory
from tests.engagements.factories import RiskFactory

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
    def test_reads_the_engagement_as_it_was_and_what_changed(self, page, engagement, coordinator):
        rose = ContactFactory(
            organisation=engagement.beneficiary, kept_by=engagement.member, full_name="Rose"
        )
        answer = page.patch(
            f"{API}/engagements/{engagement.pk}/",
            {"stand_in": rose.pk},
            content_type="application/json",
        )
        RiskFactory(engagement=engagement)

        then = page.get(f"{API}/engagements/{engagement.pk}/as-of/", {"on": today()}).json()
        told = page.get(f"{API}/engagements/{engagement.pk}/changes/", {"since": today()}).json()

        assert (answer.json()["stand_in"], then["stand_in"], then["stage"]) == (
            rose.pk,
            rose.pk,
            "scoping",
        )
        assert len(then["risks"]) == 1
        assert {"Rose"} <= {one["after"] for change in told for one in change["changes"]}
        assert told == sorted(told, key=lambda change: change["at"], reverse=True)
