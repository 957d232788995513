"""Whom a figure waits for on its way."""

from datetime import date

import pytest
from django.utils import translation

from crm.domain.roles import Role
from impact import todos
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import MeasurementFactory, MetricFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 15)


def in_state(state, **facts):
    approver = UserFactory() if state in ("approved", "published") else None
    return MeasurementFactory(status=state, approved_by=approver, **facts)


@pytest.fixture
def engagement(member):
    return EngagementFactory(member=member)


@pytest.fixture
def metric(engagement):
    return MetricFactory(engagement=engagement)


@pytest.fixture
def lead(engagement):
    return person_as(Role.LEAD, engagement.beneficiary)


class TestNeeds:
    def reasons(self, person):
        with translation.override("en"):
            return [
                need.reason
                for need in todos.todos_of(person, TODAY)
                if "/measurements/" in need.url
            ]

    def test_each_has_what_waits_for_them(self, metric, lead, coordinator):
        in_state("submitted", metric=metric, author=lead)
        in_state("approved", metric=metric, author=lead)
        in_state("draft", metric=metric, author=lead, returned_why="Which month?")
        in_state("draft", metric=metric, author=lead)

        draft = "Your draft, about which nobody is asked yet"
        assert sorted(self.reasons(lead)) == ["Figure sent back to you", draft]
        assert sorted(self.reasons(coordinator)) == [
            "Approved figure to publish",
            "Figure to approve",
        ]

    def test_another_members_coordinator_has_none(self, metric, lead):
        in_state("submitted", metric=metric, author=lead)

        assert self.reasons(person_as(Role.COORDINATOR)) == []
