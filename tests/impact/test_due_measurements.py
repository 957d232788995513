"""A figure is asked for when its period is over and some days have passed; its form has the period ready."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.domain.roles import Role
from crm.services import digest, snoozes
from engagements.models import Engagement
from impact import todos
from impact.domain import reporting_schedule
from impact.models import Measurement
from impact.selectors import due_measurements
from impact.services import metrics
from tests.api_client import ReadingBrowser
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory, PauseFactory
from tests.impact.factories import (
    BaselineFactory,
    FundingFactory,
    MeasurementFactory,
    MetricFactory,
)

JANUARY, APRIL = date(2026, 1, 1), date(2026, 4, 1)
DUE = date(2026, 4, 16)  # of the quarter that begins in January
DAYS = st.dates(date(2010, 1, 1), date(2090, 12, 31))
MONTHS = st.sampled_from([1, 3, 6, 12])


class TestRhythm:
    @pytest.mark.parametrize(
        ("last", "every", "window", "due_on"),
        [
            (date(2025, 12, 31), 3, (JANUARY, date(2026, 3, 31)), DUE),
            (date(2026, 1, 31), 1, (date(2026, 2, 1), date(2026, 2, 28)), date(2026, 3, 16)),
            (date(2026, 1, 30), 1, (date(2026, 1, 31), date(2026, 2, 27)), date(2026, 3, 15)),
            (date(2023, 2, 28), 12, (date(2023, 3, 1), date(2024, 2, 29)), date(2024, 3, 16)),
        ],
    )
    def test_the_next_period_follows_the_last_figure(self, last, every, window, due_on):
        period = reporting_schedule.expected(every, date(2020, 1, 1), last)

        assert ((period.window_start, period.window_end), period.due_on) == (window, due_on)
        assert (period.is_due(due_on - reporting_schedule.DAY), period.is_due(due_on)) == (
            False,
            True,
        )

    def test_the_first_period_begins_on_the_day_that_was_chosen(self):
        assert reporting_schedule.expected(3, JANUARY).window_end == date(2026, 3, 31)
        assert reporting_schedule.expected(3, APRIL, date(2025, 6, 30)).window_start == APRIL
        assert reporting_schedule.expected(0, None) is None

    @given(DAYS, MONTHS, DAYS)
    def test_the_database_asks_for_what_the_days_say(self, start, every, today):
        is_due = reporting_schedule.expected(every, start).is_due(today)

        assert is_due == (start <= reporting_schedule.latest_start_due(every, today))

    @given(DAYS, MONTHS, DAYS)
    def test_what_is_proposed_has_passed_and_lies_in_the_period(self, start, every, today):
        following = reporting_schedule.expected(every, start)
        period = reporting_schedule.proposed(following, today)

        if period is None:
            assert start >= today
        else:
            assert start == period.window_start <= period.window_end < today
            assert period.window_end <= following.window_end
            assert (period == following) == (following.window_end < today)

    @given(DAYS, MONTHS)
    def test_periods_follow_each_other_without_a_hole(self, start, every):
        first = reporting_schedule.expected(every, start)
        second = reporting_schedule.expected(every, start, first.window_end)

        assert second.window_start == first.window_end + reporting_schedule.DAY


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, in_build=True)


@pytest.fixture
def metric(engagement):
    return MetricFactory(engagement=engagement, every=3, every_from=JANUARY)


@pytest.fixture
def lead(engagement):
    return person_as(Role.LEAD, engagement.beneficiary)


@pytest.mark.django_db
class TestFollowing:
    def test_a_rhythm_begins_with_the_stage_where_no_day_is_said(self, metric, engagement):
        changed = metrics.change_metric(
            metric, every=12, every_from=None, why="x", by=UserFactory()
        )
        assert changed.every_from == engagement.stage_entered_on

        assert metrics.change_metric(metric, every=0, why="x", by=UserFactory()).every_from is None

    @pytest.mark.parametrize("facts", [{"every": 2}, {"every_from": None}, {"every": 0}])
    def test_the_database_keeps_it_whole(self, engagement, facts):
        with pytest.raises(IntegrityError), transaction.atomic():
            MetricFactory(engagement=engagement, **{"every": 3, "every_from": JANUARY} | facts)

    def test_through_the_page_and_the_api(self, client, coordinator, metric):
        client.force_login(coordinator)
        payload = {
            "reading": "periods",
            "every": "6",
            "every_from": "2026-02-01",
            "why": "x",
            "seen": 1,
        }
        client.post(reverse("impact:metric-change", args=[metric.pk]), payload)
        metric.refresh_from_db()
        assert (metric.every, metric.every_from) == (6, date(2026, 2, 1))

        url = f"/api/v1/metrics/{metric.pk}/"
        client = ReadingBrowser()
        client.force_login(coordinator)
        body = client.patch(url, {"every": 1, "why": "x"}, content_type="application/json").json()
        assert (body["every"], body["every_from"]) == (1, "2026-02-01")
        assert (
            client.patch(url, {"every": 5, "why": "x"}, content_type="application/json").status_code
            == 400
        )

    def test_is_chosen_with_the_indicator(self, client, coordinator, metric, engagement):
        other = MetricFactory().indicator
        client.force_login(coordinator)
        payload = {"indicator": other.pk, "reading": "periods", "every": "3", "every_from": ""}
        client.post(reverse("impact:metric-create", args=[engagement.pk]), payload)

        assert engagement.metrics.get(indicator=other).every_from == engagement.stage_entered_on


@pytest.mark.django_db
class TestNeeds:
    def due(self, user, today=DUE):
        return [todo for todo in todos.todos_of(user, today) if todo.key.startswith("figure-due")]

    def test_the_lead_and_those_who_run_it_are_asked_once_it_is_due(
        self, metric, lead, coordinator
    ):
        assert self.due(lead, DUE - timedelta(days=1)) == []

        for user in (lead, coordinator):
            (todo,) = self.due(user)
            assert (
                todo.reason
                == "Figure due since 16 April 2026: from 1 January 2026 to 31 March 2026."
            )
            assert todo.url == reverse("impact:measurement-create", args=[metric.pk])
            assert todo.since == DUE

    def test_nobody_else_is(self, metric, engagement):
        funder = person_as(Role.FUNDER, FundingFactory(engagement=engagement).funder)

        for user in (
            funder,
            person_as(Role.LEAD, EngagementFactory().beneficiary),
            person_as(Role.COORDINATOR),
        ):
            assert self.due(user) == []

    @pytest.mark.parametrize("status", ["draft", "submitted", "published"])
    def test_a_figure_that_is_on_its_way_answers_it(self, metric, lead, status):
        MeasurementFactory(
            metric=metric, window_start=JANUARY, window_end=date(2026, 3, 31), status=status
        )
        assert self.due(lead) == []

        (todo,) = self.due(lead, date(2026, 7, 16))
        assert "from 1 April 2026 to 30 June 2026" in todo.reason

    def test_a_figure_beside_the_series_does_not(self, metric, lead):
        MeasurementFactory(metric=metric, counts_in_total=False)

        assert len(self.due(lead)) == 1

    def test_without_a_rhythm_nothing_is_due(self, engagement, lead):
        MetricFactory(engagement=engagement)

        assert self.due(lead, date(2030, 1, 1)) == []

    def test_nothing_is_due_where_the_work_rests_or_has_ended(
        self, metric, engagement, lead, member
    ):
        stopped = EngagementFactory(beneficiary=engagement.beneficiary, member=member, stopped=True)
        MetricFactory(engagement=stopped, every=3, every_from=JANUARY)
        assert [todo.about for todo in self.due(lead)] == [engagement.title]

        PauseFactory(
            engagement=engagement,
            starts_on=DUE - timedelta(days=3),
            ends_on=DUE + timedelta(days=3),
        )
        assert self.due(lead) == []
        assert len(self.due(lead, DUE + timedelta(days=4))) == 1

        engagement.beneficiary.archived_at = timezone.now()
        engagement.beneficiary.save()
        assert self.due(lead, DUE + timedelta(days=4)) == []

    def test_one_is_not_asked_twice_for_the_same_engagement(self, metric, engagement, coordinator):
        BaselineFactory(metric=metric)
        todos_due = [
            todo
            for todo in todos.todos_of(coordinator, date(2026, 12, 1))
            if todo.about == engagement.title
        ]
        general = [
            todo
            for todo in todos.todos_of(coordinator, date(2026, 12, 1))
            if todo.title == engagement.title
        ]

        assert (len(todos_due), general) == (1, [])
        metrics.change_metric(metric, every=0, why="x", by=UserFactory())
        assert "No figure published for six months." in [
            todo.reason for todo in todos.todos_of(coordinator, date(2026, 12, 1))
        ]

    def test_is_put_off_until_the_next_one_is_due(self, metric, lead, client):
        today = timezone.localdate()
        (todo,) = self.due(lead, today)
        snoozes.snooze(
            todo.key, title=todo.title, until=today + timedelta(days=9), by=lead, at=timezone.now()
        )

        assert todo.key not in [each.key for each in digest.todos_of(lead, today)]
        MeasurementFactory(metric=metric, window_start=JANUARY, window_end=date(2026, 3, 31))
        (other,) = self.due(lead, today)
        assert other.key != todo.key

    def test_the_mail_says_it_in_french(self, metric, lead):
        with translation.override("fr"):
            lines = [each.reason for each in digest.todos_of(lead, DUE)]

        assert (
            "Chiffre attendu depuis le 16 avril 2026\N{NO-BREAK SPACE}: du 1er janvier 2026 au 31 mars 2026."
            in lines
        )

    @pytest.mark.parametrize("size", [1, 9])
    def test_one_statement_whatever_waits(self, engagement, coordinator, size):
        for _n in range(size):
            MetricFactory(engagement=engagement, every=3, every_from=JANUARY)

        with CaptureQueriesContext(connection) as asked:
            todos_due = todos.todos_of(coordinator, DUE)

        assert len([todo for todo in todos_due if todo.key.startswith("figure-due")]) == size
        assert len(asked) == 6

    @settings(max_examples=40, deadline=None)
    @given(days=st.lists(st.integers(0, 900), max_size=3), every=MONTHS)
    def test_the_rows_are_those_that_the_days_say(self, days, every):
        """The same rule in the database and in days, on real rows."""
        with transaction.atomic():
            metric = MetricFactory(every=every, every_from=date(2024, 1, 31))
            for back in days:
                end = DUE - timedelta(days=back)
                MeasurementFactory(metric=metric, window_start=end, window_end=end, status="draft")
            last = DUE - timedelta(days=min(days)) if days else None
            overdue_metrics = due_measurements.overdue(
                Engagement.objects.filter(pk=metric.engagement_id), DUE
            )

            assert overdue_metrics.exists() == reporting_schedule.expected(
                every, metric.every_from, last
            ).is_due(DUE)
            transaction.set_rollback(True)


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def page(self, client, lead):
        client.force_login(lead)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    def initial(self, page, metric):
        return (
            page.get(reverse("impact:measurement-create", args=[metric.pk])).context["form"].initial
        )

    def test_the_page_says_when_the_next_figure_is_expected(self, page, metric, engagement):
        url = reverse("impact:engagement-impact", args=[engagement.pk])
        assert "Figure expected since 16 April 2026" in page.get(url).content.decode()

        today = timezone.localdate()
        MeasurementFactory(metric=metric, window_start=today, window_end=today, status="draft")
        assert "Next figure expected by" in page.get(url).content.decode()

    def test_in_french(self, page, metric, engagement):
        html = page.get(
            reverse("impact:engagement-impact", args=[engagement.pk]),
            headers={"accept-language": "fr"},
        ).content.decode()

        assert "Chiffre attendu depuis le 16 avril 2026" in html

    def test_who_records_nothing_is_not_told(self, client, metric, engagement):
        client.force_login(person_as(Role.FUNDER, FundingFactory(engagement=engagement).funder))

        html = client.get(
            reverse("impact:engagement-impact", args=[engagement.pk]),
            headers={"accept-language": "en"},
        ).content.decode()
        assert "Figure expected since" not in html

    @pytest.mark.parametrize("size", [1, 9])
    def test_statements_do_not_grow(self, page, engagement, size, django_assert_num_queries):
        for _n in range(size):
            MetricFactory(engagement=engagement, every=3, every_from=JANUARY)

        with django_assert_num_queries(19):  # one asks whether the lead leads today
            page.get(reverse("impact:engagement-impact", args=[engagement.pk]))

    def test_one_button_saves_the_figure_and_asks_somebody_else_about_it(self, page, metric):
        url = reverse("impact:measurement-create", args=[metric.pk])
        drawn = page.get(url)
        payload = {
            field.html_name: field.value()
            for field in drawn.context_data["form"]
            if field.value() is not None
        }
        payload |= {"count": "12", "source": "Base", "grade": "counted", "population": "all"}
        assert 'name="submits"' in drawn.content.decode()

        assert page.post(url, payload | {"submits": "1"}).status_code == 302

        assert Measurement.objects.get(metric=metric).status == Measurement.Status.SUBMITTED

    def test_a_draft_waits_for_its_author_and_for_nobody_else(self, lead, metric):
        draft = MeasurementFactory(metric=metric, status=Measurement.Status.DRAFT, author=lead)
        key = f"measurement:{draft.pk}:"

        assert [each for each in todos.todos_of(lead, DUE) if each.key.startswith(key)]
        other = metric.engagement.coordinator
        assert not [each for each in todos.todos_of(other, DUE) if each.key.startswith(key)]

    def test_a_lead_only_types_the_number(self, page, metric):
        MeasurementFactory(
            metric=metric, window_start=date(2025, 10, 1), window_end=date(2025, 12, 31)
        )
        initial = self.initial(page, metric)
        assert initial == {
            "window_start": JANUARY,
            "window_end": date(2026, 3, 31),
            "exposure_months": 3,
            "population": "all",
            "source": "Platform's database",
            "grade": "counted",
        }

        page.post(reverse("impact:measurement-create", args=[metric.pk]), initial | {"count": 12})
        assert metric.measurements.get(status="draft").window_end == date(2026, 3, 31)

    def test_a_count_since_the_beginning_keeps_its_first_day(self, page, metric):
        metric.reading = "cumulative"
        metric.save()
        MeasurementFactory(
            metric=metric,
            window_start=date(2025, 1, 1),
            window_end=date(2025, 12, 31),
            exposure_months=12,
        )
        initial = self.initial(page, metric)

        assert (initial["window_start"], initial["window_end"]) == (
            date(2025, 1, 1),
            date(2026, 3, 31),
        )
        assert initial["exposure_months"] == 15

    def test_a_period_under_way_is_offered_until_yesterday(self, page, metric):
        yesterday = timezone.localdate() - timedelta(days=1)
        start = yesterday - timedelta(days=10)
        metrics.change_metric(metric, every_from=start, why="x", by=UserFactory())

        initial = self.initial(page, metric)
        assert (initial["window_start"], initial["window_end"]) == (start, yesterday)
        assert initial["exposure_months"] is None

    def test_nothing_is_offered_of_what_has_not_begun_or_without_a_rhythm(
        self, page, metric, engagement
    ):
        metrics.change_metric(metric, every_from=timezone.localdate(), why="x", by=UserFactory())

        assert self.initial(page, metric) == {}
        assert self.initial(page, MetricFactory(engagement=engagement)) == {}
