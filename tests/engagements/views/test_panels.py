"""What the search over everything shows of engagements."""

import pytest
from django.urls import reverse

from tests.engagements.factories import EngagementFactory

pytestmark = pytest.mark.django_db


class TestSearch:
    @pytest.mark.parametrize("text", ["", "\0", " ", "%", "_"])
    def test_nothing_to_look_for_finds_nothing(self, page, engagement, text):
        assert (
            engagement.title.encode()
            not in page.get(reverse("engagements:search-results"), {"q": text}).content
        )

    def test_finds_by_need_and_leads_to_the_whole_list(self, page, member):
        EngagementFactory(member=member, title="Carte", need="Une forêt de données")

        text = page.get(reverse("engagements:search-results"), {"q": "FORET de"}).content.decode()

        assert "Carte" in text
        assert "q=FORET" in text
