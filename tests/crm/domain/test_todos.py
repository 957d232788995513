"""The Monday page at more than a screen: exact counts, and no kind dropped."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from crm.domain.todos import MAX_SHOWN, ToDo, first_page, key_of

DAY = date(2026, 11, 27)


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
