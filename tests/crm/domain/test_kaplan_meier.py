"""The delay of those who still wait, beside published figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.kaplan_meier import delay

# Freireich's 6-mercaptopurine patients, as published with Kaplan and Meier's method: + means still in remission.
DONE = [6, 6, 6, 7, 10, 13, 16, 22, 23]
WAITING = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
FREIREICH = [(day, True) for day in DONE] + [(day, False) for day in WAITING]
waits = st.lists(st.tuples(st.integers(0, 400), st.booleans()), max_size=40)


class TestDelay:
    def test_agrees_with_the_published_example(self):
        result = delay(FREIREICH)

        assert [(step.day, step.at_risk, round(step.waiting, 3)) for step in result.steps] == [
            (6, 21, 0.857),
            (7, 17, 0.807),
            (10, 15, 0.753),
            (13, 12, 0.690),
            (16, 11, 0.627),
            (22, 7, 0.538),
            (23, 6, 0.448),
        ]
        assert result.median == 23

    def test_the_interval_agrees_with_the_published_one(self):
        step = delay(FREIREICH).steps[-1]

        assert (round(step.low, 3), round(step.high, 3)) == (0.188, 0.680)

    def test_without_anybody_waiting_it_is_the_plain_median(self):
        assert delay([(day, True) for day in (1, 2, 3, 4, 5)]).median == 3

    def test_the_median_of_the_answered_alone_would_be_shorter(self):
        assert delay(FREIREICH).median > sorted(DONE)[len(DONE) // 2]

    def test_fewer_than_half_have_no_median(self):
        result = delay([(3, True), (9, False), (9, False)])

        assert (result.median, result.done, result.total) == (None, 1, 3)

    def test_nothing_at_all_is_no_step(self):
        assert delay([]).steps == ()

    def test_refuses_a_negative_wait(self):
        with pytest.raises(ValueError, match="shorter than nothing"):
            delay([(-1, True)])

    @given(waits)
    def test_the_share_that_waits_only_falls_and_stays_in_its_interval(self, given):
        steps = delay(given).steps
        shares = [1.0, *(step.waiting for step in steps)]

        assert shares == sorted(shares, reverse=True)
        assert all(
            0 <= step.low <= step.waiting + 1e-12 and step.waiting <= step.high + 1e-12
            for step in steps
        )

    @given(waits)
    def test_one_more_that_still_waits_never_shortens_the_delay(self, given):
        before, after = delay(given), delay([*given, (500, False)])

        if after.median is not None:
            assert before.median is not None
            assert after.median >= before.median
