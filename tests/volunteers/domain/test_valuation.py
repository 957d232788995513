"""The value of a loan: an estimation by the published figures, and nothing where a figure is missing."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.volunteers.published_figures import CAPS, PMSS, RULES
from volunteers.domain.valuation import (
    Cost,
    UnknownYearError,
    estimate,
    illustrate,
    in_cents,
    is_in,
    joined,
    meeting,
    months_between,
    months_of,
    months_of_year,
    year_of,
)

YEAR = {"starts_on": date(2024, 1, 1), "ends_on": date(2024, 12, 31)}


def cost(starts_on, ends_on, remuneration, charges=0, share=100):
    return Cost(starts_on, ends_on, Decimal(remuneration), Decimal(charges), Decimal(share))


euros = st.decimals(0, 1_000_000, places=2)
days_from, days_to = date(2020, 1, 1), date(2026, 12, 31)
days = st.dates(days_from, days_to)


@st.composite
def costs(draw):
    """Of two days or more: such a loan has parts."""
    first = draw(st.dates(days_from, days_to - timedelta(days=1)))
    last = draw(st.dates(first + timedelta(days=1), days_to))
    return Cost(first, last, draw(euros), draw(euros), draw(st.decimals("0.01", 100, places=2)))


def over(one):
    return list(months_of(one))


class TestCap:
    @pytest.mark.parametrize(("year", "pmss"), PMSS.items())
    def test_a_full_year_is_worth_twelve_times_three_ceilings_at_most(self, year, pmss):
        dear = cost(date(year, 1, 1), date(year, 12, 31), 1_000_000)

        assert estimate([dear], CAPS, months_of_year(year)).base == 36 * pmss

    def test_a_full_time_loan_of_2024_that_costs_more_than_the_cap(self):
        found = estimate(
            [cost(**YEAR, remuneration=100_000, charges=50_000)], CAPS, months_of_year(2024)
        )

        assert (found.months, found.cost, found.cap, found.base) == (12, 150_000, 139_104, 139_104)

    def test_six_months_of_2025(self):
        half = cost(date(2025, 1, 1), date(2025, 6, 30), 120_000, 40_000)
        found = estimate([half], CAPS, months_of_year(2025))

        assert (found.cost, found.cap, found.base) == (80_000, 70_650, 70_650)

    def test_under_the_cap_the_cost_itself_is_kept(self):
        found = estimate(
            [cost(**YEAR, remuneration=48_000, charges=12_000)], CAPS, months_of_year(2024)
        )

        assert (found.base, found.cost) == (60_000, 60_000)

    def test_the_share_of_time_bears_on_cost_and_cap(self):
        found = estimate([cost(**YEAR, remuneration=150_000, share=50)], CAPS, months_of_year(2024))

        assert (found.cost, found.cap) == (75_000, 69_552)

    def test_each_month_takes_the_ceiling_of_its_own_year(self):
        winter = cost(date(2024, 12, 1), date(2025, 1, 31), 1_000_000)

        assert estimate([winter], CAPS, over(winter)).base == 3 * 3864 + 3 * 3925

    def test_a_month_counts_for_the_days_that_are_covered(self):
        found = estimate(
            [cost(date(2024, 2, 15), date(2024, 3, 31), 12_000)], CAPS, months_of_year(2024)
        )

        assert found.months == Fraction(15, 29) + 1
        assert found.cost == Decimal("1517.24")

    def test_months_that_are_not_asked_for_do_not_count(self):
        found = estimate(
            [cost(**YEAR, remuneration=12_000)], CAPS, [date(2024, 2, 1), date(2023, 2, 1)]
        )

        assert (found.months, found.cost) == (1, 1_000)

    def test_a_year_without_its_ceiling_is_refused(self):
        ahead = cost(date(2026, 12, 1), date(2027, 1, 31), 12_000)

        with pytest.raises(UnknownYearError, match="2027"):
            estimate([ahead], CAPS, over(ahead))
        assert estimate([ahead], CAPS, months_of_year(2026)).cost == 1_000

    @pytest.mark.parametrize(
        ("cents", "euros"), [("0.5", "0.01"), ("0.4", "0.00"), ("1.5", "0.02"), ("2.5", "0.03")]
    )
    def test_a_cent_is_rounded_half_up(self, cents, euros):
        assert in_cents(Fraction(cents) / 100) == Decimal(euros)


class TestTheCalendar:
    def test_a_year_is_all_its_days(self):
        assert year_of(2024) == (date(2024, 1, 1), date(2024, 12, 31))

    @pytest.mark.parametrize(
        ("first", "last", "months"),
        [
            (date(2025, 12, 31), date(2026, 1, 1), [date(2025, 12, 1), date(2026, 1, 1)]),
            (date(2026, 2, 1), date(2026, 2, 28), [date(2026, 2, 1)]),
            (date(2026, 2, 28), date(2026, 3, 1), [date(2026, 2, 1), date(2026, 3, 1)]),
            (date(2026, 11, 5), date(2026, 12, 31), [date(2026, 11, 1), date(2026, 12, 1)]),
        ],
    )
    def test_the_months_are_those_that_its_days_lie_in(self, first, last, months):
        assert months_between(first, last) == months

    def test_periods_that_meet_or_follow_each_other_are_one(self):
        first, last, day = date(2026, 1, 10), date(2026, 1, 20), timedelta(days=1)

        assert joined([(last + day, last + 5 * day), (first, last)]) == [(first, last + 5 * day)]
        assert joined([(last + 2 * day, last + 5 * day), (first, last)]) == [
            (first, last),
            (last + 2 * day, last + 5 * day),
        ]
        assert joined([(first, last), (first + day, last - day)]) == [(first, last)]


class TestDaysThatAreLent:
    def test_a_cost_of_two_months_counts_for_the_days_of_the_assignment(self):
        """It began on 30 August: two days of August, and the whole of September."""
        found = estimate(
            [cost(date(2026, 8, 1), date(2026, 9, 30), 52_400)],
            CAPS,
            [date(2026, 8, 1), date(2026, 9, 1)],
            [(date(2026, 8, 30), date(2026, 12, 31))],
        )

        assert (found.cost, found.months) == (Decimal("4648.39"), Fraction(2, 31) + 1)

    @given(one=costs(), edges=st.lists(days, min_size=3, max_size=3, unique=True).map(sorted))
    def test_parts_of_a_window_add_up_to_the_whole(self, one, edges):
        first, cut, last = edges
        window, after = [(first, last)], cut + timedelta(days=1)
        whole = exact(one, window)

        assert exact(one, [(first, cut)]) + exact(one, [(after, last)]) == whole
        assert exact(one, [(first, cut), (after, last)]) == whole

    @given(one=costs(), edges=st.tuples(days, days).map(sorted), less=st.integers(0, 400))
    def test_fewer_days_are_never_worth_more(self, one, edges, less):
        first, last = edges
        shorter = max(first, last - timedelta(days=less))

        found = [estimate([one], CAPS, over(one), [(first, day)]) for day in (shorter, last)]

        for name in ("months", "cost", "cap", "base"):
            assert getattr(found[0], name) <= getattr(found[1], name)
            assert getattr(found[1], name) <= getattr(estimate([one], CAPS, over(one)), name)

    @given(
        periods=st.lists(st.tuples(days, days).map(lambda pair: tuple(sorted(pair))), max_size=6),
        day=days,
    )
    def test_joined_periods_hold_the_same_days_each_once(self, periods, day):
        found = joined(periods)

        assert is_in(day, found) == is_in(day, periods)
        assert sum(is_in(day, [period]) for period in found) <= 1

    @given(
        ones=st.lists(st.tuples(days, days).map(lambda pair: tuple(sorted(pair))), max_size=4),
        others=st.lists(st.tuples(days, days).map(lambda pair: tuple(sorted(pair))), max_size=4),
        day=days,
    )
    def test_a_day_is_in_both_or_not_at_all(self, ones, others, day):
        assert is_in(day, meeting(joined(ones), joined(others))) == (
            is_in(day, ones) and is_in(day, others)
        )


def exact(one, within):
    """The months, which are exact: euros are rounded when they leave."""
    return estimate([one], CAPS, over(one), within).months


class TestRulesOfEveryEstimation:
    @given(one=costs())
    def test_the_base_is_never_above_the_cost_nor_the_cap_nor_below_zero(self, one):
        found = estimate([one], CAPS, over(one))

        assert 0 <= found.base <= min(found.cost, found.cap)

    @given(one=costs(), data=st.data())
    def test_a_loan_is_the_sum_of_its_parts(self, one, data):
        before = data.draw(
            st.dates(one.starts_on, one.ends_on - timedelta(days=1)), "last day of the first part"
        )
        early = Cost(one.starts_on, before, one.remuneration, one.charges, one.share)
        late = Cost(
            before + timedelta(days=1), one.ends_on, one.remuneration, one.charges, one.share
        )

        assert estimate([early, late], CAPS, over(one)) == estimate([one], CAPS, over(one))

    @given(one=costs())
    def test_months_apart_add_up(self, one):
        months = over(one)
        halves = [estimate([one], CAPS, part) for part in (months[::2], months[1::2])]
        whole = estimate([one], CAPS, months)

        assert sum(half.months for half in halves) == whole.months
        assert abs(sum(half.base for half in halves) - whole.base) <= Decimal("0.01")

    @given(one=costs(), more=euros)
    def test_whoever_costs_more_is_worth_no_less(self, one, more):
        dearer = Cost(one.starts_on, one.ends_on, one.remuneration + more, one.charges, one.share)

        assert estimate([dearer], CAPS, over(one)).base >= estimate([one], CAPS, over(one)).base


class TestReduction:
    def test_the_published_examples(self):
        small = illustrate(Decimal(9_000), Decimal(1_500_000), RULES)
        large = illustrate(Decimal(3_000_000), Decimal(1_000_000_000), RULES)

        assert (small.ceiling, small.reduction, small.carried) == (20_000, 5_400, 0)
        assert large.reduction == 1_600_000
        assert illustrate(Decimal(139_104), Decimal(100_000_000), RULES).reduction == Decimal(
            "83462.40"
        )

    def test_the_ceiling_is_the_higher_of_floor_and_share_of_turnover(self):
        assert illustrate(Decimal(1), Decimal(4_000_000), RULES).ceiling == 20_000
        assert illustrate(Decimal(1), Decimal(4_000_200), RULES).ceiling == 20_001

    @given(
        gifts=st.decimals(0, 10_000_000, places=2), turnover=st.decimals(0, 1_000_000_000, places=2)
    )
    def test_what_is_not_used_is_carried_on(self, gifts, turnover):
        found = illustrate(gifts, turnover, RULES)

        assert abs(found.used + found.carried - gifts) <= Decimal("0.01")
        assert 0 <= found.reduction <= found.used * Decimal("0.6") + Decimal("0.01")
        assert found.used <= found.ceiling
