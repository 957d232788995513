"""Which groups are hidden: nobody in a small one is recognised."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from impact.domain.statistics import too_small
from impact.selectors.disaggregation import BreakdownRow

LEAST = 5
sizes = st.lists(st.integers(0, 40), min_size=1, max_size=7)
shares = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=6)


def counts(*groups):
    return [(size,) for size in groups]


class TestTooSmall:
    @pytest.mark.parametrize(
        ("groups", "hidden"),
        [
            ([120, 78, 2], {2, 1}),  # one alone would be given back by the total
            ([120, 78, 4, 3], {2, 3}),
            ([120, 78, 1, 1], {1, 2, 3}),  # two that hold two people together are no cover
            ([120, 78, 4, 1], {2, 3}),  # five together are enough
            ([120, 78], set()),
            ([4], {0}),
            ([5], set()),
            ([100, 0], {0, 1}),
            ([], set()),
        ],
    )
    def test_hides(self, groups, hidden):
        assert too_small(counts(*groups), LEAST) == hidden

    @pytest.mark.parametrize(
        ("groups", "hidden"),
        [
            ([(20, 20), (30, 10), (15, 25)], set()),
            (
                [(2, 38), (30, 10), (15, 25)],
                {0, 1},
            ),  # two who have it among forty are recognised as well
            ([(9, 1), (30, 10), (15, 25)], {0, 1}),  # and so is the one who has it not
        ],
    )
    def test_of_a_share_both_sides_count(self, groups, hidden):
        assert too_small(groups, LEAST) == hidden

    @given(shares)
    def test_no_small_cell_is_shown_and_the_hidden_ones_cover_each_other(self, groups):
        hidden = too_small(groups, LEAST)

        assert {place for place, cells in enumerate(groups) if min(cells) < LEAST} <= hidden
        if hidden and len(hidden) < len(groups):
            assert len(hidden) >= 2
            assert min(sum(groups[place][side] for place in hidden) for side in (0, 1)) >= LEAST

    @given(sizes)
    def test_no_small_group_is_shown(self, groups):
        assert {place for place, size in enumerate(groups) if size < LEAST} <= too_small(
            counts(*groups), LEAST
        )

    @given(sizes)
    def test_none_is_hidden_without_need(self, groups):
        hidden = too_small(counts(*groups), LEAST)

        assert not hidden or min(groups) < LEAST

    @given(st.lists(st.integers(0, 9), min_size=2, max_size=4))
    def test_what_is_shown_never_fixes_a_small_group(self, groups):
        """Whoever knows the total and this rule finds at least two ways to fill the hidden groups, if it can be."""
        hidden = sorted(too_small(counts(*groups), LEAST))
        together = sum(groups[place] for place in hidden)
        if len(hidden) == len(groups) or not hidden:
            return
        ways = [
            way for way in product(range(together + 1), repeat=len(hidden)) if sum(way) == together
        ]
        for place in range(len(hidden)):
            assert len({way[place] for way in ways}) >= 2


def cells(measurement, *groups, dimension="gender"):
    return [
        BreakdownRow(measurement, dimension, label, "", count, total)
        for label, count, total in groups
    ]
