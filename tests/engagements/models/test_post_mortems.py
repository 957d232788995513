"""Post-mortems are found by their words."""

import pytest
from django.urls import reverse

from tests.api_client import ReadingBrowser
from tests.engagements.factories import PostMortemFactory

pytestmark = pytest.mark.django_db

API = "/api/v1"


@pytest.fixture
def page(coordinator):
    client = ReadingBrowser()
    client.force_login(coordinator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


class TestSearch:
    @pytest.mark.parametrize("words", ["tresorerie", "TRÉSORERIE", "menus"])
    def test_are_found_without_accents_by_their_words_or_their_engagement(
        self, page, member, words
    ):
        PostMortemFactory(
            engagement__member=member,
            engagement__title="Menus",
            what_we_learned="Voir la trésorerie.",
        )
        PostMortemFactory(engagement__member=member)
        PostMortemFactory(engagement__title="Menus", what_we_learned="Voir la trésorerie.")

        response = page.get(reverse("engagements:post-mortem-list"), {"q": words})
        by_api = page.get(f"{API}/post-mortems/", {"q": words}).json()

        assert [one.engagement.title for one in response.context_data["post_mortems"]] == ["Menus"]
        assert by_api["count"] if "count" in by_api else len(by_api["results"]) == 1
        assert "Menus" in page.get(reverse("crm:search"), {"q": words}).content.decode()
