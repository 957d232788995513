"""The Monday page at more than a screen: exact counts, no kind dropped, and a way to the rest."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.todos import A_PAGE, SHOWN, ToDo, first_of, key_of, page_of
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
    found = todos(kinds)
    part = first_of(found)

    assert len(part.shown) + part.left == len(found)
    assert len(part.shown) == min(len(found), SHOWN)
    assert {each.kind for each in part.shown} == set(kinds)
    assert part.shown == [each for each in found if each in part.shown]
    assert not part.at_least


def test_a_source_that_was_cut_says_at_least():
    assert first_of(todos(["trouble-act"] * 120 + ["trouble-watch"] * 80)).at_least
    assert not first_of(todos(["trouble-act"] * 120 + ["accept"] * 80)).at_least


@given(st.integers(0, 300), st.integers(-3, 400))
def test_pages_reach_every_one_once(many, start):
    found = todos(["a"] * min(many, 199))
    seen, at = [], 0
    while True:
        part = page_of(found, at)
        seen += part.shown
        if not part.left:
            break
        at = part.start + A_PAGE

    assert seen == found
    assert page_of(found, start).shown or not found


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
        shown = self.get(page)

        assert shown.count('action="/needs/later/"') == SHOWN
        assert f"See the {67 - SHOWN} others" in shown
        assert "That is all" not in shown
        assert len(shown.encode()) < 250_000

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
