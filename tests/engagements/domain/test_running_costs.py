"""What a solution costs to run: the arithmetic alone."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engagements.domain.running_costs import CostLine, months_after, next_month, project

JUNE = date(2026, 6, 15)
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
lines = st.lists(
    st.builds(
        lambda monthly, starts_on, length, free: CostLine(
            "hosting",
            Decimal(monthly) / 100,
            starts_on,
            None if length is None else starts_on + timedelta(days=length),
            None if free is None else starts_on + timedelta(days=free),
        ),
        st.integers(0, 1_000_000),
        days,
        st.none() | st.integers(0, 2_000),
        st.none() | st.integers(0, 2_000),
    ),
    min_size=1,
    max_size=8,
)


class TestProject:
    def test_three_years_of_a_monthly_bill(self):
        projection = project([CostLine("hosting", Decimal("9.90"), date(2026, 1, 1))], JUNE)

        assert (projection.total, projection.peak, len(projection.by_month)) == (
            Decimal("356.40"),
            Decimal("9.90"),
            36,
        )
        assert projection.starts_on == date(2026, 6, 1)

    def test_a_yearly_bill_is_a_twelfth_a_month_and_rounds_once(self):
        projection = project([CostLine("domain", Decimal(14) / 12, date(2026, 1, 1))], JUNE)

        assert (projection.total, projection.peak) == (Decimal("42.00"), Decimal("1.17"))

    def test_free_credits_cost_nothing_until_their_end_and_the_price_from_then_on(self):
        projection = project(
            [CostLine("credits", Decimal(30), date(2026, 1, 1), None, date(2026, 8, 31))], JUNE
        )

        assert projection.by_month[:4] == (0, 0, 0, 30)
        assert (projection.total, projection.peak_on) == (Decimal(33 * 30), date(2026, 9, 1))

    def test_a_month_of_which_one_day_is_to_be_paid_counts_in_full(self):
        projection = project(
            [CostLine("credits", Decimal(30), date(2026, 1, 1), None, date(2026, 8, 30))], JUNE
        )

        assert projection.by_month[2] == 30

    def test_what_ends_is_no_longer_due(self):
        projection = project(
            [CostLine("hosting", Decimal(10), date(2026, 1, 1), date(2026, 7, 1))], JUNE
        )

        assert projection.by_month[:3] == (10, 10, 0)

    def test_says_what_share_of_the_budget_it_is(self):
        projection = project([CostLine("hosting", Decimal(100), date(2026, 1, 1))], JUNE)

        assert projection.share_of(120_000) == Decimal("0.01")
        assert projection.share_of(None) is projection.share_of(0) is None

    @given(lines, days)
    def test_kinds_and_months_add_up_to_the_total(self, given_lines, today):
        projection = project(given_lines, today)

        assert abs(sum(projection.by_month) - projection.total) <= Decimal("0.005") * 36
        assert abs(
            sum(amount for _kind, amount in projection.by_kind) - projection.total
        ) <= Decimal("0.01")
        assert max(projection.by_month) == projection.peak

    @given(lines, days)
    def test_one_cost_more_never_makes_it_cheaper(self, given_lines, today):
        assert (
            project(given_lines[1:] or given_lines, today).total
            <= project(given_lines, today).total
        )


class TestCalendar:
    def test_a_shorter_month_gives_its_last_day(self):
        assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
        assert months_after(date(2027, 8, 31), 6) == date(2028, 2, 29)
        assert months_after(date(2026, 1, 15), 24) == date(2028, 1, 15)

    @given(days, st.integers(0, 60))
    def test_months_follow_one_another(self, day, months):
        later = months_after(day, months)

        assert (later.year - day.year) * 12 + later.month - day.month == months
        assert later.day == min(day.day, (next_month(later.replace(day=1)) - timedelta(days=1)).day)
