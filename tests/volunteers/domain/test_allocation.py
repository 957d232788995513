"""The best use of people for several needs, held against all the ways there are."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volunteers.domain.allocation import COST_PER_PERSON, MAX_PEOPLE, allocate
from volunteers.domain.matching import HALF, Person, UnmetNeed, longest_stay, weight_of

MONDAY = date(2026, 7, 6)


def weeks(number, first=0):
    return tuple(MONDAY + timedelta(days=7 * (first + n)) for n in range(number))


def asked(days, key=1, level=2, first=0):
    days = tuple(Decimal(str(each)) for each in days)
    return UnmetNeed(key, 1, level, weeks(len(days), first), days)


def person(*free, key=1, level=2, **knows):
    return Person(
        key, level, tuple(None if days is None else Decimal(str(days)) for days in free), **knows
    )


class TestAllocation:
    def test_one_person_is_not_given_twice(self):
        ada = person(5, 5, key=7)
        needs = [(asked([5, 5], key=1), [ada]), (asked([5, 5], key=2), [ada])]

        best = allocate(needs)

        assert best.is_best
        assert sum(each.days for each in best.chosen) == 5

    def test_sees_that_the_only_expert_is_needed_elsewhere(self):
        expert, able = person(3, key=1, level=3), person(3, key=2, level=2)
        needs = [
            (asked([3], key=1, level=2), [expert, able]),
            (asked([3], key=2, level=3), [expert]),
        ]

        assert {(each.need, each.person) for each in allocate(needs).chosen} == {(1, 2), (2, 1)}

    def test_a_wish_is_no_skill(self):
        assert allocate([(asked([3]), [person(5, level=0)])]).chosen == ()

    def test_a_crowd_is_not_sent_for_one_need(self):
        people = [person(1, key=key) for key in range(5)]

        assert len(allocate([(asked([5]), people)]).chosen) == MAX_PEOPLE

    def test_nothing_asked_gives_nothing(self):
        assert allocate([]).chosen == ()

    def test_the_same_figures_give_the_same_answer(self):
        people = [person(2, 2, key=key) for key in range(6)]
        needs = [(asked([2, 2], key=key), people) for key in range(3)]

        assert len({allocate(needs).chosen for _turn in range(3)}) == 1

    @given(st.data())
    @settings(deadline=None, max_examples=40)
    def test_is_as_good_as_the_best_of_all_ways_and_promises_nobody_too_much(self, data):
        free = [
            tuple(data.draw(st.sampled_from([None, Decimal(1), Decimal(2)])) for _week in range(3))
            for _n in range(2)
        ]
        levels = [[data.draw(st.integers(1, 3)) for _need in range(2)] for _person in range(2)]
        needs = []
        for key in range(2):
            first, length = data.draw(st.integers(0, 1)), data.draw(st.integers(1, 2))
            need = asked([data.draw(st.integers(1, 2))] * length, key=key, first=first)
            people = [Person(n, levels[n][key], free[n][first : first + length]) for n in range(2)]
            needs.append((need, people))

        chosen = allocate(needs).chosen

        given = {(each.need, each.person): each for each in chosen}
        amounts = {key: int(each.days / HALF) for key, each in given.items()}
        assert is_allowed(needs, amounts)
        assert worth(needs, amounts) == pytest.approx(best_of_all(needs), abs=0.01)


def stays(needs):
    for need, people in needs:
        for each in people:
            stay = longest_stay(each.free)
            if stay is not None:
                yield need, each, stay


def is_allowed(needs, amounts):
    load, given, free = {}, {}, {}
    for need, each, (first, last) in stays(needs):
        for place in range(first, last + 1):
            monday, halves = need.mondays[place], amounts.get((need.key, each.key), 0)
            load[each.key, monday] = load.get((each.key, monday), 0) + halves
            given[need.key, place] = given.get((need.key, place), 0) + halves
            free[each.key, monday] = each.free[place] / HALF
    lacking = {
        (need.key, place): days / HALF
        for need, _people in needs
        for place, days in enumerate(need.days)
    }
    return all(load[key] <= free[key] for key in load) and all(
        given[key] <= lacking[key] for key in given
    )


def worth(needs, amounts):
    return sum(
        amounts.get((need.key, each.key), 0) * weight_of(need, each) * (last - first + 1)
        - COST_PER_PERSON * bool(amounts.get((need.key, each.key), 0))
        for need, each, (first, last) in stays(needs)
    )


def best_of_all(needs):
    keys = [(need.key, each.key) for need, each, _stay in stays(needs)]
    ways = (dict(zip(keys, halves, strict=True)) for halves in product(range(5), repeat=len(keys)))
    return max((worth(needs, way) for way in ways if is_allowed(needs, way)), default=0)
