"""What was measured in a period, held against what was to be reached in it."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.roles import Role
from impact.domain.targets import MetricRules, Outcome, against
from tests.crm.factories import person_as
from tests.impact.factories import MeasurementFactory, MetricFactory, TargetFactory, publish_as_read

TODAY = date(2026, 7, 10)
FIRST, LAST = date(2026, 1, 1), date(2026, 3, 31)
SUMS, LATEST, SHARE = MetricRules(True, True), MetricRules(False, True), MetricRules(False, False)


def row(start, end, count=None, **facts):
    columns = {"total": None, "percent": None, "amount": None, "population": "all"} | facts
    return SimpleNamespace(window_start=start, window_end=end, count=count, **columns)


def wanted(value, start=FIRST, end=LAST):
    facts = {
        "set_on": date(2025, 12, 1),
        "amended_on": None,
        "amended_why": "",
        "pk": 1,
        "version": 1,
    }
    return SimpleNamespace(window_start=start, window_end=end, value=Decimal(value), **facts)


def at_most(rules):
    return replace(rules, less_is_better=True)


def held(value, rows, rules=SUMS, today=TODAY):
    (targets_held,) = against([wanted(value)], rows, rules, today)
    return targets_held


def month(n, count, **facts):
    start = date(2026, n, 1)
    return row(start, date(2026, n + 1, 1) - timedelta(days=1), count, **facts)


QUARTER = [month(1, 10), month(2, 20), month(3, 12)]


class TestPeriodsThatAddUp:
    @pytest.mark.parametrize(
        ("value", "outcome"), [(42, "reached"), (43, "missed"), (0, "reached")]
    )
    def test_the_sum_of_the_period_is_held_against_the_target(self, value, outcome):
        target = held(value, [*QUARTER, month(4, 999)])

        assert (target.measured.count, target.outcome, target.measured.until) == (42, outcome, LAST)

    def test_a_period_under_way_is_not_judged(self):
        assert held(99, QUARTER[:2], today=date(2026, 3, 20)).outcome == Outcome.RUNNING
        assert held(99, [], today=date(2026, 3, 31)).outcome == Outcome.RUNNING

    def test_unless_its_count_is_reached_already(self):
        assert held(30, QUARTER[:2], today=date(2026, 3, 20)).outcome == Outcome.REACHED

    def test_an_amount_may_go_down_again(self):
        amounts = [month(1, None, amount=Decimal(50)), month(2, None, amount=Decimal(-5))]
        rules = MetricRules(adds_up=True, only_grows=False)

        assert held(45, amounts, rules, date(2026, 3, 20)).outcome == Outcome.SO_FAR
        assert held(45, amounts, rules).outcome == Outcome.PARTIAL

    def test_a_period_ahead_and_one_without_a_figure(self):
        assert held(5, [], today=date(2025, 12, 31)).outcome == Outcome.AHEAD
        assert held(5, []).outcome == Outcome.UNMEASURED

    def test_a_month_that_is_missing_is_not_a_failure(self):
        target = held(99, QUARTER[:2])

        assert (target.outcome, target.measured.until) == (Outcome.PARTIAL, date(2026, 2, 28))

    @pytest.mark.parametrize(
        ("rows", "code"),
        [
            ([row(date(2025, 12, 20), date(2026, 1, 10), 5)], "window-straddles"),
            ([row(date(2026, 3, 20), date(2026, 4, 1), 5)], "window-straddles"),
            ([row(date(2025, 1, 1), date(2026, 12, 31), 5)], "window-straddles"),
            ([month(1, 1), row(date(2026, 1, 31), date(2026, 2, 28), 1)], "windows-overlap"),
            ([month(1, 1), month(2, 1, population="completers")], "populations-differ"),
            ([month(1, 1), month(2, None)], "count-unknown"),
        ],
    )
    def test_what_is_no_single_figure_is_refused(self, rows, code):
        target = held(1, rows)

        assert (target.outcome, target.refusal, target.measured) == (Outcome.REFUSED, code, None)


class TestTheLatestFigure:
    def test_of_a_count_since_the_beginning_is_the_last_within_the_period(self):
        since = date(2025, 1, 1)
        rows = [
            row(since, date(2025, 12, 31), 30),
            row(since, LAST, 80),
            row(since, date(2026, 4, 30), 95),
        ]

        assert held(80, rows, LATEST).outcome == Outcome.REACHED
        assert held(81, rows, LATEST).outcome == Outcome.MISSED
        assert held(81, rows[:1], LATEST).outcome == Outcome.UNMEASURED

    def test_which_ends_too_early_says_nothing_of_the_rest(self):
        assert held(81, [row(FIRST, date(2026, 2, 28), 80)], LATEST).outcome == Outcome.PARTIAL

    def test_of_a_share_is_in_per_cent(self):
        rows = [
            row(FIRST, date(2026, 2, 1), 9, total=10),
            row(FIRST, date(2026, 3, 1), 45, total=80),
        ]

        assert held("56.25", rows, SHARE).outcome == Outcome.REACHED
        assert held("56.26", rows, SHARE).outcome == Outcome.MISSED
        assert held(
            50, [row(FIRST, LAST, percent=Decimal("61.5"))], SHARE
        ).measured.value == Decimal("61.5")

    def test_a_share_may_fall_before_its_period_is_over(self):
        target = held(50, [row(FIRST, date(2026, 2, 1), 9, total=10)], SHARE, date(2026, 3, 31))

        assert target.outcome == Outcome.SO_FAR

    def test_two_groups_of_people_on_one_day_are_refused(self):
        rows = [
            row(FIRST, LAST, 9, total=10),
            row(FIRST, LAST, 9, total=9, population="completers"),
        ]

        assert held(50, rows, SHARE).refusal == "populations-differ"


class TestWhereLessIsBetter:
    @pytest.mark.parametrize(("value", "outcome"), [(42, "kept"), (41, "exceeded"), (43, "kept")])
    def test_the_target_is_not_to_be_exceeded(self, value, outcome):
        assert held(value, QUARTER, at_most(SUMS)).outcome == outcome

    def test_a_count_that_exceeds_it_cannot_come_back(self):
        assert held(29, QUARTER[:2], at_most(SUMS), date(2026, 3, 20)).outcome == Outcome.EXCEEDED
        assert (
            held(30, QUARTER[:2], at_most(SUMS), date(2026, 3, 20)).outcome == Outcome.KEPT_SO_FAR
        )

    def test_a_month_that_is_missing_may_still_exceed_it(self):
        assert held(99, QUARTER[:2], at_most(SUMS)).outcome == Outcome.PARTIAL
        assert held(29, QUARTER[:2], at_most(SUMS)).outcome == Outcome.EXCEEDED

    def test_an_amount_above_it_may_come_back_before_the_end(self):
        amounts = [month(1, None, amount=Decimal(50)), month(2, None, amount=Decimal(10))]
        rules = at_most(MetricRules(adds_up=True, only_grows=False))

        assert held(55, amounts, rules, date(2026, 3, 20)).outcome == Outcome.RUNNING
        assert held(55, amounts, rules).outcome == Outcome.PARTIAL

    def test_a_share_is_held_against_it_too(self):
        rows = [row(FIRST, date(2026, 3, 1), 45, total=80)]

        assert held("56.25", rows, at_most(SHARE)).outcome == Outcome.KEPT
        assert held("56.24", rows, at_most(SHARE)).outcome == Outcome.EXCEEDED

    @pytest.mark.django_db
    @pytest.mark.parametrize(
        ("language", "told"),
        [("fr", ["au plus 42", "respecté"]), ("en", ["at most 42", "kept to"])],
    )
    def test_is_said_wherever_the_target_stands(self, client, language, told):
        metric = MetricFactory(indicator__wanted="less")
        coordinator = person_as(Role.COORDINATOR, metric.engagement.member)
        MeasurementFactory(
            metric=metric,
            count=40,
            window_start=FIRST,
            window_end=LAST,
            published_at=timezone.now(),
        )
        TargetFactory(metric=metric, value=42, window_start=FIRST, window_end=LAST)
        client.force_login(coordinator)
        report = publish_as_read(metric.engagement, by=coordinator, today=timezone.localdate())
        pages = [
            reverse("impact:engagement-impact", args=[metric.engagement_id]),
            reverse("impact:target-list", args=[metric.pk]),
            reverse("impact:report-detail", args=[report.pk]),
        ]

        for page in pages:
            html = client.get(page, headers={"accept-language": language}).content.decode()
            assert [words for words in told if words not in html] == [], page
        form = client.get(reverse("impact:target-create", args=[metric.pk])).context["form"]
        assert "dépasser" in form["value"].help_text or "exceeded" in form["value"].help_text


DAYS = st.dates(date(2025, 6, 1), date(2026, 9, 30))


@st.composite
def rows_of_anything(draw):
    start = draw(DAYS)
    end = start + timedelta(days=draw(st.integers(0, 120)))
    return row(
        start,
        end,
        draw(st.integers(0, 10**9)),
        population=draw(st.sampled_from(["all", "completers"])),
    )


class TestLaws:
    @given(
        st.lists(rows_of_anything(), max_size=8),
        DAYS,
        st.integers(0, 10**6),
        st.sampled_from([SUMS, LATEST]),
    )
    def test_each_target_has_one_outcome_with_its_reasons(self, rows, today, value, rules):
        rows = sorted(rows, key=lambda each: (each.window_end, each.window_start))
        target = held(value, rows, rules, today)

        assert (target.outcome == Outcome.REFUSED) == bool(target.refusal)
        assert target.measured is None or not target.refusal
        if target.outcome == Outcome.REACHED:
            assert target.measured.value >= value
        if target.outcome in (Outcome.MISSED, Outcome.PARTIAL, Outcome.UNMEASURED):
            assert today > LAST
        if target.outcome == Outcome.MISSED:
            assert (target.measured.until, target.measured.value < value) == (LAST, True)

    @given(
        st.lists(rows_of_anything(), max_size=8),
        st.integers(0, 10**6),
        st.sampled_from([SUMS, LATEST]),
    )
    def test_once_a_period_is_over_both_directions_agree_on_the_target_itself_alone(
        self, rows, value, rules
    ):
        rows = sorted(rows, key=lambda each: (each.window_end, each.window_start))
        more, less = held(value, rows, rules), held(value, rows, at_most(rules))

        assert (more.measured, more.refusal) == (less.measured, less.refusal)
        if (more.outcome, less.outcome) == (Outcome.REACHED, Outcome.KEPT):
            assert more.measured.value == value
        assert (more.outcome, less.outcome) != (Outcome.MISSED, Outcome.EXCEEDED)

    @given(st.lists(rows_of_anything(), max_size=8), DAYS, st.integers(0, 10**6))
    def test_what_lies_outside_the_period_changes_nothing(self, rows, today, value):
        outside = [each for each in rows if each.window_end < FIRST or each.window_start > LAST]
        inside = [each for each in rows if each not in outside]

        assert held(value, inside + outside, SUMS, today) == held(value, inside, SUMS, today)

    @given(st.lists(st.integers(0, 1000), min_size=90, max_size=90), st.integers(1, 10))
    def test_a_sum_does_not_hang_on_how_the_period_was_cut(self, by_day, length):
        days = [FIRST + timedelta(days=n) for n in range(90)]
        rows = [
            row(days[n], days[min(n + length, 90) - 1], sum(by_day[n : n + length]))
            for n in range(0, 90, length)
        ]
        target = held(sum(by_day), rows)

        assert (target.measured.count, target.outcome) == (sum(by_day), Outcome.REACHED)
        assert held(sum(by_day) + 1, rows).outcome == Outcome.MISSED

    @given(st.lists(rows_of_anything(), max_size=6), st.integers(0, 10**6))
    def test_a_count_that_is_reached_early_stays_reached(self, rows, value):
        rows = sorted(rows, key=lambda each: (each.window_end, each.window_start))
        if held(value, rows, SUMS, date(2026, 2, 1)).outcome == Outcome.REACHED:
            assert held(value, rows, SUMS, TODAY).outcome == Outcome.REACHED


@pytest.fixture
def metric(member, coordinator):
    return MetricFactory(engagement__member=member, engagement__coordinator=coordinator)
