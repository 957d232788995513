import math
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from crm.domain import formatting


@pytest.fixture
def french():
    with translation.override("fr"):
        yield


@pytest.fixture
def english():
    with translation.override("en"):
        yield


class TestInFrench:
    pytestmark = pytest.mark.usefixtures("french")

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (1234, "1\u202f234"),
            (Decimal("1234.50"), "1\u202f234,5"),
            (0, "0"),
            (-3, "\u22123"),
            (math.inf, "∞"),
            (None, ""),
        ],
    )
    def test_numbers_have_narrow_spaces_and_a_comma(self, value, text):
        assert formatting.number(value) == text

    @pytest.mark.parametrize(
        ("monday", "text"),
        [
            (date(2026, 11, 23), "23–29 nov."),
            (date(2026, 11, 30), "30 nov. – 6 déc."),
            (date(2026, 6, 1), "1er–7 juin"),
            (date(2026, 12, 28), "28 déc. – 3 jan. 2027"),
            (date(2024, 2, 5), "5–11 fév. 2024"),
        ],
    )
    def test_a_week_is_its_first_and_last_day(self, monday, text, monkeypatch):
        monkeypatch.setattr(timezone, "localdate", lambda: date(2026, 11, 30))

        assert formatting.week_span(monday) == text

    def test_an_interval_is_separated_by_a_semicolon(self):
        assert formatting.interval(8.818789, 35.063649) == "[8,8\u00a0;\u00a035,1]"

    def test_an_interval_without_end_says_so(self):
        assert formatting.interval(0.916356, math.inf) == "[0,92\u00a0;\u00a0∞]"

    @pytest.mark.parametrize(
        ("low", "high", "scale", "text"),
        [
            (0.96, 630, 1, "[0,96 ; 630]"),
            (0.9996, 1.0004, 1, "[0,9996 ; 1,0004]"),
            (1, 630.4, 1, "[1 ; 630]"),
            (0.0042, 0.31, 1, "[0,0042 ; 0,31]"),
            (0, 3.7, 1, "[0 ; 3,7]"),
            (0.9996, 1, 100, "[99,96 ; 100]"),
            (0.0003, 0.45, 100, "[0,030 ; 45]"),
        ],
    )
    def test_no_bound_is_rounded_to_what_it_is_not(self, low, high, scale, text):
        assert formatting.interval(low, high, scale).replace("\u00a0", " ") == text

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (4e-8, "p < 0,001"),
            (0, "p < 0,001"),
            (0.0012, "p = 0,001"),
            (0.034, "p = 0,034"),
            (0.0496, "p = 0,0496"),
            (0.05, "p = 0,050"),
            (0.253, "p = 0,25"),
            (0.9996, "p = 0,9996"),
            (1.0, "p = 1,00"),
        ],
    )
    def test_a_p_value_is_never_nothing(self, value, text):
        assert formatting.p_value(value) == text

    @pytest.mark.parametrize(
        ("value", "text"),
        [(0.0004, "0,04 %"), (0.9996, "99,96 %"), (0, "0 %"), (1, "100 %"), (0.004, "0,4 %")],
    )
    def test_a_share_that_is_not_all_is_not_said_to_be(self, value, text):
        assert formatting.percent(value).replace("\u00a0", " ") == text

    @pytest.mark.parametrize(
        ("value", "text"),
        [(0.96, "× 0,96"), (0.0042, "× 0,0042"), (0.9996, "× 0,9996"), (2, "× 2")],
    )
    def test_a_multiplier_near_one_or_nothing_is_told_as_it_is(self, value, text):
        assert formatting.times(value).replace("\u00a0", " ") == text

    def test_what_is_in_per_cent_already(self):
        assert formatting.per_cent(55) == "55\u00a0%"
        assert formatting.per_cent(Decimal("45.50")) == "45,5\u00a0%"

    def test_a_share_and_an_amount(self):
        assert formatting.percent(Decimal("0.7333")) == "73\u00a0%"
        assert formatting.money(Decimal("1234.5")) == "1\u202f234,50\u00a0€"

    def test_a_multiplier(self):
        assert formatting.times(16.55914) == "×\u00a016,6"

    def test_the_day_carries_its_exact_date(self):
        html = formatting.day(date(2022, 5, 2))

        assert html == '<time datetime="2022-05-02" title="2 mai 2022">2 mai 2022</time>'

    @pytest.mark.parametrize(
        ("at", "text"), [(date(2026, 11, 27), "ven. 27 nov."), (date(2026, 5, 1), "ven. 1er mai")]
    )
    def test_the_weekday_is_cut_short_with_a_point(self, at, text):
        assert f">{text}<" in formatting._day(at, same_year=True, in_french=True)


class TestInEnglish:
    pytestmark = pytest.mark.usefixtures("english")

    @pytest.mark.parametrize(
        ("halves", "text"), [(0, "0 days"), (1, "0.5 days"), (2, "1 day"), (3, "1.5 days")]
    )
    def test_half_days_read_as_days(self, halves, text):
        assert formatting.days(halves) == text

    def test_numbers_and_intervals(self):
        assert formatting.number(Decimal("1234.5")) == "1,234.5"
        assert formatting.interval(8.818789, 35.063649) == "[8.8;\u00a035.1]"
        assert formatting.percent(0.7333) == "73%"
        assert formatting.money(1234) == "€1,234"

    @pytest.mark.parametrize(
        ("back", "text"),
        [(0, "today"), (1, "yesterday"), (12, "12 days ago"), (-1, "in 1 day"), (-3, "in 3 days")],
    )
    def test_how_long_ago(self, back, text):
        assert formatting.ago(timezone.localdate() - timedelta(days=back)) == text

    @pytest.mark.parametrize(
        ("slip", "text"), [(0, "not moved"), (12, "+12 days"), (-1, "\u22121 day"), (None, "")]
    )
    def test_slip_has_its_sign(self, slip, text):
        assert formatting.slip(slip) == text

    def test_words_in_a_day_are_escaped_text(self):
        assert "<time" in formatting.day(timezone.localdate())
        assert formatting.day(None) == ""


class TestRounding:
    @pytest.mark.parametrize(
        ("value", "text"), [("0.625", "63%"), ("0.025", "3%"), ("0.624", "62%"), ("-0.625", "−63%")]
    )
    def test_halves_go_up_as_people_round_them(self, value, text):
        with translation.override("en"):
            assert formatting.percent(Decimal(value)) == text


@pytest.mark.parametrize("language", ["fr", "en"])
@given(value=st.decimals(min_value=-(10**18), max_value=10**18, places=3), places=st.integers(0, 3))
def test_a_number_below_zero_is_the_same_number_with_its_sign(language, value, places):
    with translation.override(language):
        below, above = formatting.number(-abs(value), places), formatting.number(abs(value), places)

        assert below.removeprefix("\u2212") == above
        assert below.startswith("\u2212") == bool(above.strip("0.,\u202f"))
