"""Would it have happened anyway: from gross to net, as far as those who were asked allow it."""

from random import Random

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from impact.display.measurements import net_text
from impact.domain import statistics
from impact.models.indicators import Units


@st.composite
def surveys(draw):
    gross = draw(st.integers(1, 10_000))
    asked = draw(st.integers(1, gross))
    answered = draw(st.integers(1, asked))
    return gross, {
        "asked": asked,
        "answered": answered,
        "deadweight": draw(st.integers(0, answered)),
    }


class TestStatistics:
    def test_three_in_ten_would_have_had_it_anyway(self):
        net = statistics.net(200, asked=60, answered=40, deadweight=12)

        assert net.value == pytest.approx(140)
        assert (net.low, net.high) == pytest.approx((106.9, 166.9), abs=0.1)
        assert (net.silent_low, net.silent_high) == pytest.approx((200 * 28 / 60, 200 * 48 / 60))
        assert net.answer_rate == pytest.approx(2 / 3)

    @given(surveys())
    def test_agrees_with_scipy_inside_what_is_certain(self, survey):
        gross, answers = survey
        net = statistics.net(gross, **answers)
        exact = binomtest(answers["deadweight"], answers["answered"]).proportion_ci(method="exact")
        least, most = answers["answered"] - answers["deadweight"], gross - answers["deadweight"]

        for ours, share in ((net.low, exact.high), (net.high, exact.low)):
            assert ours == pytest.approx(
                min(max(gross * (1 - share), least), most), rel=1e-9, abs=1e-9
            )

    @given(surveys())
    def test_stays_in_order_and_within_what_is_certain(self, survey):
        gross, answers = survey
        net = statistics.net(gross, **answers)

        assert 0 <= net.low <= net.value <= net.high <= gross
        assert net.silent_low <= net.silent_high
        assert net.low >= answers["answered"] - answers["deadweight"]
        assert net.high <= gross - answers["deadweight"]

    @given(st.integers(1, 10_000), st.data())
    def test_all_answering_it_is_a_count(self, gross, data):
        deadweight = data.draw(st.integers(0, gross))
        net = statistics.net(gross, asked=gross, answered=gross, deadweight=deadweight)

        assert net.low == net.value == net.high == gross - deadweight

    def test_the_interval_holds_the_truth_in_at_least_95_of_100_samples(self):
        chance, gross, truth, held = (
            Random(20261127),
            400,
            120,
            0,
        )  # 120 of 400 would have had it anyway
        people = [True] * truth + [False] * (gross - truth)
        for _sample in range(2_000):
            answers = chance.sample(people, 50)
            net = statistics.net(gross, asked=50, answered=50, deadweight=sum(answers))
            held += net.low <= gross - truth <= net.high

        assert held / 2_000 >= 0.95

    @given(st.lists(surveys(), min_size=1, max_size=4))
    def test_windows_add_up_and_the_bounds_hold_each_of_them(self, windows):
        counts = [
            (gross, *(survey[name] for name in ("asked", "answered", "deadweight")))
            for gross, survey in windows
        ]
        net = statistics.net_of_many(counts)
        apart = [statistics.net(gross, **survey) for gross, survey in windows]

        assert net.gross == sum(one.gross for one in apart)
        assert net.value == pytest.approx(sum(one.value for one in apart))
        assert net.low <= sum(one.low for one in apart) + 1e-6
        assert net.high >= sum(one.high for one in apart) - 1e-6

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            ({"asked": 201}, "asked-more-than-results"),
            ({"answered": 61}, "more-than-total"),
            ({"deadweight": 41}, "more-than-total"),
            ({"answered": 0, "deadweight": 0}, "nobody-answered"),
            ({"deadweight": -1}, "count-negative"),
            ({"asked": 59.5}, "count-not-whole"),
        ],
    )
    def test_refuses_what_cannot_be(self, wrong, code):
        with pytest.raises(statistics.StatisticsError) as refused:
            statistics.net(200, **{"asked": 60, "answered": 40, "deadweight": 12} | wrong)

        assert refused.value.code == code

    def test_is_told_with_its_caution(self):
        with translation.override("en"):
            words = net_text(
                statistics.net(200, asked=100, answered=40, deadweight=12),
                Units("person", "people"),
            )

        assert words.startswith(
            "40 answered out of 100 asked, and 12 of them (30%) say that it would have happened"
        )
        assert "Net of that: about 140 of 200 people, 95 % interval [107;\u00a0167]." in words
        assert "whatever the silent think, between 56 and 176" in words
        assert words.endswith("What people say would have happened is not an observation of it.")
