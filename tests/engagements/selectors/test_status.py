"""The sheet for the committee: few of each, in either language."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.api_client import ReadingBrowser
from tests.engagements.factories import DecisionFactory, LeadAppointmentFactory, RiskFactory

pytestmark = pytest.mark.django_db


def today():
    return timezone.localdate()


@pytest.fixture
def page(coordinator):
    client = ReadingBrowser()
    client.force_login(coordinator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def url(name, key):
    return reverse(f"engagements:{name}", args=[key])


class TestStatus:
    def test_is_written_in_either_language_whatever_the_readers_own(self, page, engagement):
        french = page.get(url("engagement-status", engagement.pk), {"language": "fr"})
        english = page.get(url("engagement-status", engagement.pk), {"language": "en"})

        assert (french.headers["Content-Language"], english.headers["Content-Language"]) == (
            "fr",
            "en",
        )
        assert '<html lang="fr">' in french.content.decode()
        assert "Project lead" in english.content.decode()
        assert "Project lead" not in french.content.decode()
        assert (
            page.get(url("engagement-status", engagement.pk), {"language": "x"}).status_code == 200
        )

    def test_holds_few_of_each(self, page, engagement):
        LeadAppointmentFactory(engagement=engagement)
        DecisionFactory(
            engagement=engagement, title="Long ago", decided_on=today() - timedelta(days=61)
        )
        DecisionFactory(
            engagement=engagement, title="Due soon", decided_on="2026-01-05", due_on=today()
        )
        for _n in range(9):
            RiskFactory(engagement=engagement)

        sheet = page.get(url("engagement-status", engagement.pk)).context_data["sheet"]

        assert [decision.title for decision in sheet.decisions] == ["Due soon"]
        assert len(sheet.risks) == 5
        assert sheet.strip.coverage.covered_percent == 100
