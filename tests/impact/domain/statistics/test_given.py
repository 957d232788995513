"""What comes in is whole, finite and within reason, or refused by its code."""

from decimal import Decimal

import pytest

from impact.domain.statistics import StatisticsError, given


def code_of(check, *numbers):
    with pytest.raises(StatisticsError) as refused:
        check(*numbers)
    return refused.value.code


@pytest.mark.parametrize("value", [5, 5.0, Decimal("5.00")])
def test_a_count_may_come_as_a_column_has_it(value):
    count = given.as_count(value)

    assert (count, type(count)) == (5, int)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "count-unknown"),
        (2.5, "count-not-whole"),
        (float("nan"), "count-not-whole"),
        (float("inf"), "count-not-whole"),
        (True, "count-not-whole"),
        ("5", "count-not-whole"),
        (-1, "count-negative"),
        (10**9 + 1, "count-absurd"),
        (Decimal(10**400), "count-not-whole"),
    ],
)
def test_what_is_no_count_is_refused(value, code):
    assert code_of(given.as_count, value) == code


def test_the_largest_count_is_taken():
    assert given.as_count(10**9) == 10**9


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (None, "exposure-unknown"),
        (0, "exposure-not-positive"),
        (-1.0, "exposure-not-positive"),
        (float("nan"), "exposure-not-positive"),
        (1e-13, "exposure-absurd"),
        (1e13, "exposure-absurd"),
    ],
)
def test_what_is_no_exposure_is_refused(value, code):
    assert code_of(given.as_exposure, value) == code


@pytest.mark.parametrize("value", [0, 1, -0.5, 1.5, float("nan"), True])
def test_a_confidence_lies_between_nothing_and_certainty(value):
    assert code_of(given.as_confidence, value) == "confidence-not-between"


@pytest.mark.parametrize(
    ("successes", "total", "code"),
    [
        (0, 0, "total-zero"),
        (6, 5, "more-than-total"),
        (None, 5, "count-unknown"),
        (5, None, "count-unknown"),
    ],
)
def test_a_part_is_a_part_of_something(successes, total, code):
    assert code_of(given.as_part, successes, total) == code


def test_a_part_may_be_all_of_it_or_nothing():
    assert (given.as_part(5, 5), given.as_part(Decimal(0), 5.0)) == ((5, 5), (0, 5))


def test_a_method_is_one_of_two():
    assert given.as_method("mid-p") == "mid-p"
    assert code_of(given.as_method, "wald") == "method-unknown"
