"""The Monday page at more than a screen: exact counts, no kind dropped, and a way to the rest."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.todos import MAX_SHOWN, PAGE_SIZE, ToDo, first_page, key_of, page_of
from tests.engagements.factories import EngagementFactory

DAY = date(2026, 11, 27)
HOME = reverse("crm:home")


def todos(kinds):
    return [
        ToDo(key_of(kind, n, DAY), f"{kind} {n}", "", "", DAY, "/", "Go")
        for n, kind in enumerate(kinds)
    ]


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=120))
def test_what_is_shown_and_what_is_left_are_everything_and_no_kind_is_dropped(kinds):
    whole = todos(kinds)
    page = first_page(whole)

    assert len(page.shown) + page.remaining == len(whole)
    assert len(page.shown) == min(len(whole), MAX_SHOWN)
    assert {each.kind for each in page.shown} == set(kinds)
    assert page.shown == [each for each in whole if each in page.shown]
    assert not page.at_least


def test_a_source_that_was_cut_says_at_least():
    assert first_page(todos(["trouble-act"] * 120 + ["trouble-watch"] * 80)).at_least
    assert not first_page(todos(["trouble-act"] * 120 + ["accept"] * 80)).at_least


@given(st.integers(0, 300), st.integers(-3, 400))
def test_pages_reach_every_one_once(many, start):
    whole = todos(["a"] * min(many, 199))
    reached, at = [], 0
    while True:
        page = page_of(whole, at)
        reached += page.shown
        if not page.remaining:
            break
        at = page.start + PAGE_SIZE

    assert reached == whole
    assert page_of(whole, start).shown or not whole


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
