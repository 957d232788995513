"""A person's days count once, and cover as much as they can."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from volunteers.domain import skill_coverage

MONDAY = date(2026, 6, 8)
LAST = MONDAY + timedelta(days=27)
LINES = st.integers(0, 3)
DAYS = st.integers(1, 10).map(lambda halves: Decimal(halves) / 2)
PEOPLE = st.lists(st.tuples(st.frozensets(LINES), DAYS), max_size=5)
ASKED = st.dictionaries(LINES, DAYS, max_size=4)


def need(line, days=3, first=0, last=27):
    return skill_coverage.Demand(
        line, MONDAY + timedelta(days=first), MONDAY + timedelta(days=last), Decimal(days)
    )


def promise(lines, days=3, first=0, last=27, is_confirmed=True):
    return skill_coverage.Promise(
        frozenset(lines),
        MONDAY + timedelta(days=first),
        MONDAY + timedelta(days=last),
        Decimal(days),
        is_confirmed,
    )


def weeks(needs, promises):
    return skill_coverage.coverage_by_week(
        needs, promises, skill_coverage.mondays_between(MONDAY, LAST)
    )


class TestShare:
    def test_a_person_with_two_skills_is_counted_once(self):
        covered = skill_coverage.share({0: Decimal(3), 1: Decimal(3)}, [({0, 1}, Decimal(4))])

        assert covered == {0: 3, 1: 1}

    def test_somebody_moves_to_what_only_they_can_do(self):
        """The second can do the first line alone, so the first, who can do both, goes to the other."""
        covered = skill_coverage.share(
            {0: Decimal(3), 1: Decimal(3)}, [({0, 1}, Decimal(3)), ({0}, Decimal(3))]
        )

        assert covered == {0: 3, 1: 3}

    @given(asked=ASKED, people=PEOPLE)
    def test_the_total_is_the_largest_there_is(self, asked, people):
        """By the theorem of Ford and Fulkerson, worked out over every set of lines."""
        covered = skill_coverage.share(asked, people)

        smallest_cut = min(
            sum((days for line, days in asked.items() if line not in kept), Decimal(0))
            + sum((days for lines, days in people if set(lines) & set(kept)), Decimal(0))
            for size in range(len(asked) + 1)
            for kept in combinations(asked, size)
        )
        assert sum(covered.values(), Decimal(0)) == smallest_cut
        assert all(0 <= covered[line] <= asked[line] for line in asked)

    @given(asked=ASKED, people=PEOPLE)
    def test_the_first_line_gets_all_that_anybody_can_give_it(self, asked, people):
        if asked:
            first = min(asked)
            can = sum((days for lines, days in people if first in lines), Decimal(0))

            assert skill_coverage.share(asked, people)[first] == min(asked[first], can)

    @given(asked=ASKED, people=PEOPLE, more=PEOPLE)
    def test_more_people_never_take_from_a_line(self, asked, people, more):
        before, after = (
            skill_coverage.share(asked, people),
            skill_coverage.share(asked, people + more),
        )

        assert all(after[line] >= before[line] for line in asked)


class TestWeeks:
    def test_a_need_that_begins_in_the_middle_of_a_week_asks_for_a_part_of_it(self):
        (cells,) = weeks([need(0, days=5, first=3, last=10)], []).values()

        assert [cell.asked for cell in cells] == [2, 4, 0, 0]
        assert [cell.level for cell in cells] == ["nobody", "nobody", "away", "away"]

    def test_who_leaves_on_a_wednesday_has_covered_three_days_of_the_week(self):
        (cells,) = weeks([need(0, days=5)], [promise({0}, days=5, last=9)]).values()

        assert [(cell.confirmed, cell.level) for cell in cells] == [
            (5, "free"),
            (3, "some"),
            (0, "nobody"),
            (0, "nobody"),
        ]

    def test_a_proposal_is_told_apart_and_does_not_end_the_gap(self):
        (cells,) = weeks([need(0)], [promise({0}, is_confirmed=False)]).values()

        assert {(cell.confirmed, cell.proposed, cell.level) for cell in cells} == {(0, 3, "nobody")}

    def test_who_cannot_do_it_covers_nothing(self):
        (cells,) = weeks([need(0)], [promise(())]).values()

        assert {cell.level for cell in cells} == {"nobody"}
