"""Sums over several engagements, exact where they can be, and refused where they cannot."""

from decimal import Decimal
from math import nan

import pytest

from impact.domain.statistics import StatisticsError, Total, total, total_of_unique_people


def refused(code):
    return pytest.raises(StatisticsError, check=lambda refusal: refusal.code == code)


class TestTotals:
    def test_unique_people_lie_between_all_the_same_and_none_in_common(self):
        people = total_of_unique_people([30, 45, 12])

        assert (people.low, people.high, people.exact) == (45, 87, False)
        assert total([30, 45, 12], "unique") == people

    def test_the_people_of_one_engagement_are_exact(self):
        assert total_of_unique_people([30]).exact

    def test_additive_figures_are_added(self):
        assert total([1, 2, 3], "additive") == Total(6, 6, "additive")
        assert total([0.1] * 10, "additive").high == 1.0

    def test_money_stays_decimal(self):
        sum_of_money = total([Decimal("0.10"), Decimal("0.20"), 1], "additive")

        assert (sum_of_money.low, type(sum_of_money.low)) == (Decimal("1.30"), Decimal)

    @pytest.mark.parametrize(
        ("values", "rule", "code"),
        [
            ([1, 2], "never", "never-added"),
            ([], "never", "never-added"),
            ([1, 2], "average", "rule-unknown"),
            ([], "additive", "nothing-to-add"),
            ([], "unique", "nothing-to-add"),
            ([1, nan], "additive", "value-not-finite"),
            ([1, None], "additive", "value-not-finite"),
            ([1, -2], "unique", "count-negative"),
            ([1, 2.5], "unique", "count-not-whole"),
        ],
    )
    def test_unsafe_sums_are_refused(self, values, rule, code):
        with refused(code):
            total(values, rule)
