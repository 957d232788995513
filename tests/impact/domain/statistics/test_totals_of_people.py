"""How many different people stand behind several counts: the truth always lies within what is said."""

import time
from itertools import combinations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from impact.domain.statistics import (
    InCommon,
    StatisticsError,
    total_of_many,
    total_of_unique_people,
)

people = st.sets(st.integers(0, 14))


def bounds(counts, *in_common):
    total = total_of_unique_people(counts, in_common)
    return total.low, total.high


def refused(code):
    return pytest.raises(StatisticsError, check=lambda refusal: refusal.code == code)


@st.composite
def groups_and_what_is_declared(draw):
    """Real people in several groups, and true things said of some of the pairs."""
    groups = draw(st.lists(people, min_size=1, max_size=6))
    said = []
    for first, second in combinations(range(len(groups)), 2):
        both = len(groups[first] & groups[second])
        match draw(st.sampled_from(["nothing", "exactly", "at least"])):
            case "exactly":
                said.append(InCommon(first, second, both))
            case "at least":
                said.append(InCommon(second, first, draw(st.integers(0, both)), exact=False))
    return groups, draw(st.permutations(said))


class TestTheTruth:
    @given(groups_and_what_is_declared())
    def test_lies_between_the_two_bounds(self, drawn):
        groups, said = drawn
        low, high = bounds(map(len, groups), *said)

        assert low <= len(set().union(*groups)) <= high

    @given(groups_and_what_is_declared())
    def test_is_never_told_more_loosely_for_what_is_declared(self, drawn):
        groups, said = drawn
        counts = [len(group) for group in groups]
        low, high = bounds(counts, *said)

        assert max(counts) <= low
        assert high <= sum(counts)

    @given(st.lists(people, min_size=2, max_size=6))
    def test_lies_within_when_every_pair_is_known(self, groups):
        pairs = list(combinations(range(len(groups)), 2))
        common = [len(groups[i] & groups[j]) for i, j in pairs]
        low, high = bounds(
            map(len, groups), *[InCommon(i, j, m) for (i, j), m in zip(pairs, common, strict=True)]
        )

        assert low <= len(set().union(*groups)) <= high

    @given(people, people)
    @example(set(), set())
    def test_is_known_of_two_groups_with_an_exact_overlap(self, one, other):
        truth = len(one | other)

        assert bounds([len(one), len(other)], InCommon(0, 1, len(one & other))) == (truth, truth)

    @given(groups_and_what_is_declared(), st.lists(st.integers(0, 20), max_size=8))
    def test_is_told_alike_without_the_counts_that_nothing_is_declared_of(self, drawn, others):
        groups, said = drawn
        counts = [len(group) for group in groups]
        everything = [*counts, *others]

        assert total_of_many(
            max(everything), sum(everything), counts, said
        ) == total_of_unique_people(everything, said)


class TestWorkedExamples:
    def test_nothing_declared_is_the_widest_range(self):
        assert bounds([30, 45, 12]) == (45, 87)

    def test_at_least_narrows_from_above_alone(self):
        assert bounds([30, 45], InCommon(0, 1, 10, exact=False)) == (45, 65)

    def test_nobody_in_common_anywhere_is_the_sum(self):
        pairs = [InCommon(i, j, 0) for i, j in combinations(range(4), 2)]

        assert bounds([10, 20, 30, 40], *pairs) == (100, 100)

    def test_only_a_tree_of_pairs_is_taken_away(self):
        """Three groups of the same ten people: taking away all three pairs would leave nobody."""
        assert bounds([10] * 3, *[InCommon(i, j, 10) for i, j in combinations(range(3), 2)]) == (
            10,
            10,
        )

    def test_the_heaviest_tree_is_taken(self):
        assert (
            bounds(
                [10] * 3,
                InCommon(0, 1, 1, False),
                InCommon(1, 2, 5, False),
                InCommon(0, 2, 4, False),
            )[1]
            == 21
        )

    def test_two_smaller_groups_apart_outweigh_the_largest(self):
        assert bounds([100, 90, 90], InCommon(1, 2, 0)) == (180, 280)

    def test_two_groups_apart_outweigh_two_larger_ones_that_are_nearly_the_same(self):
        """The first two are 100 people together, the others 65 of their 120."""
        assert bounds([50, 50, 60, 60], InCommon(0, 1, 0), InCommon(2, 3, 55))[0] == 100

    def test_three_known_pairs_say_more_than_any_two(self):
        """S1 = 30, S2 = 6: 24 by Bonferroni, where two groups alone would say 18."""
        assert bounds([10] * 3, *[InCommon(i, j, 2) for i, j in combinations(range(3), 2)]) == (
            24,
            26,
        )

    def test_dawson_and_sankoff_where_bonferroni_says_nothing(self):
        """Four groups of 12, 6 in common each: S1 - S2 = 12; with k = 2, (2 * 48 - 36) / 3 = 20."""
        assert bounds([12] * 4, *[InCommon(i, j, 6) for i, j in combinations(range(4), 2)]) == (
            20,
            30,
        )

    def test_a_count_from_a_column_is_a_count(self):
        assert bounds([30.0, 45], InCommon(0, 1, 10.0)) == (65, 65)


class TestRefusals:
    @pytest.mark.parametrize(
        ("in_common", "code"),
        [
            ([InCommon(0, 1, 31)], "overlap-above-count"),
            ([InCommon(0, 1, -1)], "count-negative"),
            ([InCommon(0, 1, 2.5)], "count-not-whole"),
            ([InCommon(0, 1, None)], "count-unknown"),
            ([InCommon(0, 0, 5)], "overlap-not-a-pair"),
            ([InCommon(0, 2, 5)], "overlap-not-a-pair"),
            ([InCommon(-1, 0, 5)], "overlap-not-a-pair"),
            ([InCommon(0, 1, 5), InCommon(1, 0, 5)], "overlap-not-a-pair"),
        ],
    )
    def test_what_cannot_be_so(self, in_common, code):
        with refused(code):
            total_of_unique_people([30, 45], in_common)

    def test_declarations_that_contradict_each_other(self):
        """The same people as two groups that have nobody in common."""
        with refused("overlaps-contradict"):
            bounds([10] * 3, InCommon(0, 1, 10), InCommon(0, 2, 10), InCommon(1, 2, 0))

    def test_people_in_common_of_nothing(self):
        with refused("nothing-to-add"):
            bounds([], InCommon(0, 1, 1))


def test_a_hundred_counts_with_every_pair_declared_take_less_than_a_second():
    pairs = [InCommon(i, j, 1) for i, j in combinations(range(100), 2)]
    began = time.perf_counter()

    assert bounds([1_000] * 100, *pairs) == (95_050, 99_901)
    assert time.perf_counter() - began < 1
