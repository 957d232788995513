"""The Monday page says how many others there are, and leads to them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from crm.domain.todos import MAX_SHOWN
from tests.engagements.factories import EngagementFactory

DAY = date(2026, 11, 27)
HOME = reverse("crm:home")


@pytest.mark.django_db
class TestPage:
    @pytest.fixture
    def page(self, client, coordinator, member):
        for _n in range(67):
            EngagementFactory(
                member=member, coordinator=coordinator, last_news_on=DAY - timedelta(days=200)
            )
        client.force_login(coordinator)
        return client

    def get(self, page, **query):
        return page.get(HOME, query, headers={"accept-language": "en"}).content.decode()

    def test_says_how_many_others_there_are_and_not_that_this_is_all(self, page):
        html = self.get(page)

        assert html.count('action="/needs/later/"') == MAX_SHOWN
        assert f"See the {67 - MAX_SHOWN} others" in html
        assert "That is all" not in html
        assert len(html.encode()) < 250_000

    def test_shows_all_of_them_page_by_page(self, page):
        whole = self.get(page, all="needs-engagements")
        rest = self.get(page, all="needs-engagements", **{"from": "50"})

        assert (whole.count('action="/needs/later/"'), rest.count('action="/needs/later/"')) == (
            50,
            17,
        )
        assert "from=50" in whole
        assert "That is all" in rest

    @pytest.mark.parametrize("start", ["-1", "x", "999999999999", "²", "67"])
    def test_an_odd_start_is_the_first_page(self, page, start):
        assert (
            self.get(page, all="needs-engagements", **{"from": start}).count(
                'action="/needs/later/"'
            )
            == 50
        )
