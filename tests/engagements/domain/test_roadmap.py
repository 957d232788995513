"""Steps in their order, and loops."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagements.domain import roadmap

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


class TestLoop:
    @given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=25))
    def test_a_loop_is_found_where_there_is_one_and_only_there(self, edges):
        """The other implementation: take away what waits for nothing until nothing moves."""
        remaining = set(edges)
        while True:
            leaves = {
                edge
                for edge in remaining
                if not any(waiting == edge[1] for waiting, _awaited in remaining)
            }
            if not leaves:
                break
            remaining -= leaves

        cycle = roadmap.loop(edges)

        assert bool(cycle) == bool(remaining)
        if cycle:
            assert cycle[0] == cycle[-1]
            assert all(step in edges for step in pairwise(cycle))


class TestPlan:
    def test_what_is_there_is_not_planned_again_and_the_others_wait_for_it(self):
        steps = [roadmap.TemplateStep("a", "A", 5), roadmap.TemplateStep("b", "B", 10, "a")]

        (row,) = roadmap.plan(steps, TODAY, {"a": date(2026, 9, 19)})

        assert (row.code, row.planned_on, row.after) == ("b", date(2026, 9, 21), "a")

    def test_steps_stand_in_order_and_none_before_what_it_waits_for(self):
        """On working days: five days after a Monday is a Saturday, so the Monday after."""
        steps = [
            roadmap.TemplateStep("b", "B", 10, "a"),
            roadmap.TemplateStep("a", "A", 40),
            roadmap.TemplateStep("c", "C", 5, "elsewhere"),
        ]

        planned = roadmap.plan(steps, TODAY)

        assert [(row.code, (row.planned_on - TODAY).days, row.after) for row in planned] == [
            ("c", 7, ""),
            ("b", 42, "a"),
            ("a", 42, ""),
        ]
