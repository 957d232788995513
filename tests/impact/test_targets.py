"""What was to be reached in a period: set ahead, changed in the open, held against what was measured in it alone."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from impact.domain.targets import MetricRules, Outcome, against
from impact.models import Target
from impact.selectors import summaries
from impact.services import metrics, targets
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    FundingFactory,
    MeasurementFactory,
    MetricFactory,
    TargetFactory,
    publish_as_read,
)

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


def aim(metric, **facts):
    columns = {
        "window_start": date(2026, 7, 1),
        "window_end": date(2026, 9, 30),
        "value": Decimal(90),
    } | facts
    return targets.set_target(metric, **{"today": date(2026, 6, 1)} | columns, by=UserFactory())


@pytest.mark.django_db
class TestSetting:
    def test_says_who_and_when(self, metric):
        target = aim(metric)

        assert (target.set_on, str(target.history.get().history_change_reason)) == (
            date(2026, 6, 1),
            "Set",
        )

    @pytest.mark.parametrize(
        ("facts", "field"),
        [
            ({"window_end": date(2026, 6, 30)}, "window_end"),
            ({"value": Decimal("1.5")}, "value"),
            ({"value": Decimal(-1)}, "value"),
            ({"window_end": date(2100, 1, 1)}, "window_end"),
        ],
    )
    def test_refuses_what_is_no_target(self, metric, facts, field):
        with pytest.raises(Refused) as refused:
            aim(metric, **facts)

        assert list(refused.value.message_dict) == [field]

    def test_a_share_is_100_per_cent_at_most(self, metric):
        share = MetricFactory(engagement=metric.engagement, indicator__share=True)

        assert aim(share, value=Decimal("66.7")).pk
        with pytest.raises(Refused, match="more than 100"):
            aim(
                share,
                value=Decimal("100.01"),
                window_start=date(2027, 1, 1),
                window_end=date(2027, 2, 1),
            )

    @pytest.mark.parametrize("days", [("2026-09-30", "2026-12-31"), ("2026-08-01", "2026-08-02")])
    def test_periods_do_not_overlap(self, metric, days):
        aim(metric)
        start, end = map(date.fromisoformat, days)

        with pytest.raises(Refused, match="do not overlap"):
            aim(metric, window_start=start, window_end=end)
        assert aim(metric, window_start=date(2026, 10, 1), window_end=date(2026, 12, 31)).pk
        assert aim(
            MetricFactory(engagement=metric.engagement), window_start=start, window_end=end
        ).pk

    def test_a_metric_has_so_many_and_no_more(self, metric, monkeypatch):
        monkeypatch.setattr("impact.services.targets.MAX_TARGETS", 1)
        aim(metric)

        with pytest.raises(Refused, match="at most 1"):
            aim(metric, window_start=date(2027, 1, 1), window_end=date(2027, 1, 31))

    @pytest.mark.parametrize(
        "facts",
        [
            {"window_end": date(2025, 1, 1)},
            {"value": Decimal(-1)},
            {"amended_on": TODAY},
            {"window_end": date(2100, 1, 1)},
        ],
    )
    def test_the_database_has_the_last_word(self, metric, facts):
        with pytest.raises(IntegrityError), transaction.atomic():
            TargetFactory(metric=metric, **facts)

    def test_which_keeps_one_target_a_period(self, metric):
        TargetFactory(metric=metric)

        with pytest.raises(IntegrityError), transaction.atomic():
            TargetFactory(metric=metric)


@pytest.mark.django_db
class TestChanging:
    def test_before_the_period_no_reason_is_asked(self, metric):
        changed = targets.change_target(
            aim(metric), value=Decimal(80), by=UserFactory(), today=date(2026, 6, 30)
        )

        assert (changed.value, changed.version, changed.amended_on) == (80, 2, None)
        assert changed.set_on == date(2026, 6, 30)

    def test_once_it_has_begun_its_readers_see_why(self, metric):
        target = aim(metric)
        change = {"value": Decimal(80), "by": UserFactory(), "today": date(2026, 7, 1)}
        with pytest.raises(Refused) as refused:
            targets.change_target(target, **change, why=" ")
        changed = targets.change_target(target, **change, why="The tool came late")

        assert list(refused.value.message_dict) == ["why"]
        assert (changed.amended_on, changed.amended_why) == (date(2026, 7, 1), "The tool came late")

    def test_a_period_is_not_moved_out_of_the_past_in_silence(self, metric):
        target = TargetFactory(metric=metric)

        with pytest.raises(Refused, match="has begun"):
            targets.change_target(
                target,
                window_start=date(2027, 1, 1),
                window_end=date(2027, 3, 1),
                by=UserFactory(),
                today=TODAY,
            )

    def test_two_people_at_once(self, metric):
        target = aim(metric)
        targets.change_target(target, value=Decimal(1), by=UserFactory(), today=date(2026, 6, 2))

        with pytest.raises(Stale):
            targets.change_target(
                target, value=Decimal(2), by=UserFactory(), today=date(2026, 6, 2), seen=1
            )
        with pytest.raises(Stale):
            targets.drop_target(target, by=UserFactory(), today=date(2026, 6, 2), seen=1)

    def test_taken_away_before_the_period_or_with_a_reason(self, metric):
        begun, ahead = TargetFactory(metric=metric), aim(metric)
        with pytest.raises(Refused, match="has begun"):
            targets.drop_target(begun, by=UserFactory(), today=TODAY)
        targets.drop_target(begun, why="Another indicator", by=UserFactory(), today=TODAY)
        targets.drop_target(ahead, by=UserFactory(), today=date(2026, 6, 30))

        assert not Target.objects.exists()
        assert (
            Target.history.filter(
                history_type="-", history_change_reason="Another indicator"
            ).count()
            == 1
        )
        with pytest.raises(Refused, match="taken this target away"):
            targets.drop_target(begun, why="Again", by=UserFactory(), today=TODAY)


@pytest.mark.django_db
class TestSummary:
    def outcomes(self, metric, today=TODAY):
        (section,) = summaries.summarise([metric.engagement], today)
        return [target.outcome for target in section.metrics[0].targets]

    def test_only_what_is_published_and_counts_is_held_against_it(self, metric):
        TargetFactory(metric=metric, value=Decimal(60))
        wrong = MeasurementFactory(metric=metric, count=50)
        MeasurementFactory(metric=metric, count=70, status="draft")
        MeasurementFactory(metric=metric, count=70, counts_in_total=False)

        assert self.outcomes(metric) == ["missed"]
        MeasurementFactory(metric=metric, count=61, corrects=wrong)
        assert self.outcomes(metric) == ["reached"]

    @pytest.mark.parametrize(
        ("traits", "figure"),
        [
            ({"indicator__share": True}, {"count": 5, "total": 10, "exposure_months": None}),
            ({"reading": "cumulative"}, {"count": 50, "window_start": date(2024, 1, 1)}),
        ],
    )
    def test_shares_and_counts_since_the_beginning_are_read_by_their_latest(self, traits, figure):
        metric = MetricFactory(**traits)
        TargetFactory(metric=metric)
        MeasurementFactory(metric=metric, **figure)

        assert self.outcomes(metric) == ["reached"]

    def test_a_page_of_many_engagements_shows_the_last_periods_that_have_begun(self, metric):
        for year in range(2020, 2029):
            TargetFactory(
                metric=metric, window_start=date(year, 1, 1), window_end=date(year, 12, 31)
            )
        (summary,) = summaries.summarise([metric.engagement], TODAY)[0].metrics

        assert [target.window_start.year for target in summary.latest_targets] == [
            2023,
            2024,
            2025,
            2026,
        ]
        assert len(summary.targets) == 9
        (summary,) = summaries.summarise([metric.engagement], date(2019, 5, 5))[0].metrics
        assert [target.window_start.year for target in summary.latest_targets] == [2020]

    @pytest.mark.parametrize("size", [1, 9])
    def test_one_statement_whatever_their_number(self, metric, size, django_assert_num_queries):
        for year in range(size):
            TargetFactory(
                metric=metric,
                window_start=date(2010 + year, 1, 1),
                window_end=date(2010 + year, 12, 31),
            )
            TargetFactory(metric=MetricFactory(engagement=metric.engagement))

        with django_assert_num_queries(9):
            summaries.summarise([metric.engagement], TODAY)


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def page(self, client, coordinator):
        client.force_login(coordinator)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    def read(self, client, name, pk):
        return client.get(reverse(f"impact:{name}", args=[pk])).content.decode()

    def test_a_target_is_set_changed_and_taken_away(self, page, metric):
        today = timezone.localdate()
        payload = {
            "window_start": today - timedelta(days=9),
            "window_end": today + timedelta(days=9),
            "value": "40",
        }
        page.post(reverse("impact:target-create", args=[metric.pk]), payload)
        target = Target.objects.get()
        change = reverse("impact:target-change", args=[target.pk])

        refused = page.post(change, payload | {"value": "30", "why": "", "seen": 1})
        assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["why"])
        page.post(change, payload | {"value": "30", "why": "Too high “at first”", "seen": 1})
        response = self.read(page, "target-list", metric.pk)
        assert "Too high “at first”" in response
        assert "period under way" in response

        gone = page.post(
            reverse("impact:target-delete", args=[target.pk]),
            {"why": "No longer wanted", "seen": 2},
        )
        assert gone.headers["Location"] == reverse("impact:target-list", args=[metric.pk])
        assert "No longer wanted" in self.read(page, "target-list", metric.pk)

    @pytest.mark.parametrize("value", ["", "many", "-1", "1e308", "NaN", "1.5"])
    def test_bad_numbers_are_told_at_the_field(self, page, metric, value):
        payload = {"window_start": "2026-01-01", "window_end": "2026-03-31", "value": value}
        response = page.post(reverse("impact:target-create", args=[metric.pk]), payload)

        assert (response.status_code, list(response.context["form"].errors)) == (422, ["value"])

    def test_the_form_offers_the_period_after_the_last(self, page, metric):
        metrics.change_metric(metric, every=3, every_from=FIRST, why="x", by=UserFactory())
        url = reverse("impact:target-create", args=[metric.pk])
        assert page.get(url).context["form"].initial == {"window_start": FIRST, "window_end": LAST}
        TargetFactory(metric=metric, window_end=LAST)

        following = {"window_start": date(2026, 4, 1), "window_end": date(2026, 6, 30)}
        assert page.get(url).context["form"].initial == following

    @pytest.mark.parametrize(("language", "words"), [("en", "not reached"), ("fr", "pas atteint")])
    def test_a_funder_reads_what_was_wanted_and_what_it_came_to(
        self, client, metric, language, words
    ):
        TargetFactory(metric=metric, value=Decimal(61), set_on=date(2026, 2, 1))
        MeasurementFactory(metric=metric)
        client.force_login(
            person_as(Role.FUNDER, FundingFactory(engagement=metric.engagement).funder)
        )
        headers = {"accept-language": language}

        for url in (
            reverse("impact:summary"),
            reverse("impact:engagement-impact", args=[metric.engagement_id]),
        ):
            html = client.get(url, headers=headers).content.decode()
            assert words in html
            assert (
                "Targets by period" in html if language == "en" else "Objectifs par période" in html
            )

    def test_the_number_of_statements_stays(self, page, metric, django_assert_num_queries):
        for size in (1, 9):
            for n in range(size):
                day = date(2010 + size + n, 1, 1)
                TargetFactory(metric=metric, window_start=day, window_end=day)
            with django_assert_num_queries(15):
                self.read(page, "target-list", metric.pk)


@pytest.mark.django_db
class TestApi:
    @pytest.fixture
    def ask(self, client, coordinator):
        def call(method, path, body=None, user=coordinator):
            client.force_login(user)
            headers = {"accept-language": "en"}
            return getattr(client, method)(
                f"/api/v1/{path}", body, content_type="application/json", headers=headers
            )

        return call

    def test_set_changed_and_taken_away(self, ask, metric):
        facts = {
            "metric": metric.pk,
            "window_start": "2026-01-01",
            "window_end": "2026-03-31",
            "value": "40",
        }
        target = ask("post", "targets/", facts).json()
        path = f"targets/{target['id']}/"

        assert list(ask("patch", path, {"value": "30", "seen": 1}).json()["errors"]) == ["why"]
        assert ask("patch", path, {"value": "30", "why": "x", "seen": 9}).status_code == 409
        assert (
            ask("patch", path, {"value": "30", "why": "x", "seen": 1}).json()["amended_why"] == "x"
        )
        assert ask("delete", f"{path}?seen=2").status_code == 400
        assert ask("delete", f"{path}?why=wrong&seen=2").status_code == 204

    def test_a_lead_sets_none_and_a_stranger_finds_no_metric(self, ask, metric):
        facts = {
            "metric": metric.pk,
            "window_start": "2026-01-01",
            "window_end": "2026-03-31",
            "value": "40",
        }
        lead = person_as(Role.LEAD, metric.engagement.beneficiary)
        stranger = person_as(Role.LEAD, EngagementFactory().beneficiary)

        assert ask("post", "targets/", facts, lead).status_code == 403
        assert list(ask("post", "targets/", facts, stranger).json()["errors"]) == ["metric"]
        assert not Target.objects.exists()

    def test_the_summary_tells_them(self, ask, metric):
        TargetFactory(metric=metric)
        MeasurementFactory(metric=metric)

        (body,) = ask("get", f"impact/{metric.engagement_id}/").json()["metrics"][0]["targets"]
        assert (body["value"], body["measured"], body["outcome"], body["refusal"]) == (
            "50.00",
            60.0,
            "reached",
            "",
        )
        assert body["measured_until"] == "2026-06-30"
