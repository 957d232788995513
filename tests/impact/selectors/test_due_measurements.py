"""A figure is asked for when its period is over and some days have passed, of those whose matter it is."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
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
from impact.selectors import due_measurements
from impact.services import metrics
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
MONTHS = st.sampled_from([1, 3, 6, 12])


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
