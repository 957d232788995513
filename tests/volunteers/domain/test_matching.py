"""Who could cover a need: figures in, proposals out."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volunteers.domain.matching import Person, UnmetNeed, fit_of, longest_stay, propose

MONDAY = date(2026, 7, 6)
FREE = st.sampled_from([None, *(Decimal(n) / 2 for n in range(11))])


def weeks(number, first=0):
    return tuple(MONDAY + timedelta(days=7 * (first + n)) for n in range(number))


def asked(days, key=1, level=2, first=0):
    days = tuple(Decimal(str(each)) for each in days)
    return UnmetNeed(key, 1, level, weeks(len(days), first), days)


def person(*free, key=1, level=2, **knows):
    return Person(
        key, level, tuple(None if days is None else Decimal(str(days)) for days in free), **knows
    )


class TestStay:
    @pytest.mark.parametrize(
        ("free", "stay"),
        [
            ([], None),
            ([None, 0], None),
            ([2, 2, 2], (0, 2)),
            ([0, 2, 2, None, 3], (1, 2)),
            ([2, 0, 2], (0, 0)),
            ([None, 1], (1, 1)),
        ],
    )
    def test_is_the_longest_run_with_time(self, free, stay):
        assert longest_stay([None if days is None else Decimal(days) for days in free]) == stay


class TestProposals:
    def test_coverage_is_what_one_may_promise_for_the_whole_stay(self):
        (found,) = propose(asked([3, 3, 3, 3]), [person(5, 2, 4, None)])

        assert (found.days, found.covered, found.first, found.last) == (2, (2, 2, 2, 0), 0, 2)
        assert (found.share, found.away, found.short) == (0.5, 1, 1)

    def test_the_level_that_is_asked_for_comes_before_more_time_below_it(self):
        expert, learner = person(3, 0, key=1, level=3), person(3, 3, key=2, level=1)

        assert [each.person for each in propose(asked([3, 3], level=3), [learner, expert])] == [
            2,
            1,
        ]
        assert [
            each.person
            for each in propose(asked([3, 3], level=3), [learner, person(3, 3, key=1, level=3)])
        ] == [
            1,
            2,
        ]

    def test_a_wish_comes_after_everybody_who_can(self):
        wishes, able = person(3, 3, key=1, level=0), person(0.5, 0, key=2)

        found = propose(asked([3, 3]), [wishes, able])

        assert [(each.person, each.fit) for each in found] == [(2, "meets"), (1, "wishes")]

    def test_of_equals_whoever_knows_the_engagement_comes_first(self):
        people = [
            person(3, key=1),
            person(3, key=2, knows_organisation=True),
            person(3, key=3, knows_engagement=True),
        ]

        assert [each.person for each in propose(asked([3]), people)] == [3, 2, 1]

    def test_what_is_covered_already_is_not_looked_for(self):
        assert propose(asked([0, 0]), [person(5, 5)]) == []
        assert propose(asked([0, 2]), [person(5, 5)])[0].covered == (0, 2)

    def test_whoever_has_no_time_is_not_proposed(self):
        assert propose(asked([3, 3]), [person(0, None)]) == []

    @given(st.data())
    def test_nobody_is_proposed_beyond_their_time_nor_beyond_what_is_asked(self, data):
        days = data.draw(
            st.lists(st.sampled_from([Decimal(n) / 2 for n in range(11)]), min_size=1, max_size=6)
        )
        people = [
            Person(
                key,
                data.draw(st.integers(0, 3)),
                tuple(data.draw(FREE) for _day in days),
                data.draw(st.booleans()),
            )
            for key in range(4)
        ]
        need = UnmetNeed(1, 1, 2, weeks(len(days)), tuple(days))

        found = propose(need, people)

        assert len({each.person for each in found}) == len(found)
        for each in found:
            free = people[each.person].free
            for place, covered in enumerate(each.covered):
                assert covered <= days[place]
                assert covered == 0 or covered <= free[place]
            assert all(each.days <= free[place] for place in range(each.first, each.last + 1))
            assert 0 < each.share <= 1

    def test_levels(self):
        assert [fit_of(level, 2) for level in range(4)] == ["wishes", "below", "meets", "meets"]
