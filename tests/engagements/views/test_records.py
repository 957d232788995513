"""The news of a week on their page."""

import pytest
from django.urls import reverse

from engagements.models import ProgressLog

pytestmark = pytest.mark.django_db


def address(name, pk):
    return reverse(f"engagements:{name}", args=[pk])


class TestNews:
    """name of the address, of what it hangs from, what is sent, and what is true afterwards."""

    def test_this_weeks_news_open_with_what_was_written(self, page, engagement):
        url = address("log-create", engagement.pk)
        page.post(url, {"done": "Met them", "audience": "team"})

        assert "Met them" in page.get(url).content.decode()
        page.post(url, {"done": "Met them twice", "audience": "funder", "seen": 1})
        assert ProgressLog.objects.get().done == "Met them twice"

    def test_markup_is_shown_and_never_run(self, page, engagement):
        page.post(
            address("log-create", engagement.pk),
            {"done": "<script>alert(1)</script>", "audience": "team"},
        )

        assert b"<script>alert(1)" not in page.get(engagement.get_absolute_url()).content
