"""Who is asked about a baseline: the lead to agree, and whoever runs the engagement to mend it."""

from datetime import date

import pytest
from django.utils import translation

from crm.domain.roles import Role
from impact import todos
from impact.services import baselines
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import BaselineFactory, MetricFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 15)


@pytest.fixture
def engagement(member):
    return EngagementFactory(member=member, title="Forêt")


@pytest.fixture
def metric(engagement):
    return MetricFactory(
        engagement=engagement, indicator__name_en="People in work", indicator__unit_en="people"
    )


@pytest.fixture
def baseline(metric):
    return BaselineFactory(metric=metric, method="reconstructed", source="mails")


@pytest.fixture
def lead(engagement):
    return person_as(Role.LEAD, engagement.beneficiary)


class TestNeeds:
    def reasons(self, user):
        with translation.override("en"):
            return [todo.reason for todo in todos.todos_of(user, TODAY)]

    def test_the_lead_reads_it_and_whoever_runs_the_engagement_mends_it(
        self, baseline, lead, coordinator
    ):
        assert "Baseline to agree to" in self.reasons(lead)
        assert "Baseline to agree to" not in self.reasons(coordinator)

        baselines.question_baseline(baseline, seen=baseline.version, reason="We were four", by=lead)

        assert "Baseline to agree to" not in self.reasons(lead)
        assert "The project lead questions the baseline" in self.reasons(coordinator)

    def test_nobody_is_asked_once_it_is_agreed(self, baseline, lead):
        baselines.agree_to_baseline(baseline, seen=baseline.version, by=lead, today=TODAY)

        assert "Baseline to agree to" not in self.reasons(lead)

    def test_nobody_is_asked_about_somebody_elses(self, baseline):
        assert self.reasons(person_as(Role.LEAD, EngagementFactory().beneficiary)) == []
