"""A figure on its pages, from the lead through the coordinator to the funder."""

from datetime import date

import pytest
from django.urls import reverse

from crm.domain.roles import Role
from impact.services import measurements
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import FundingFactory, MeasurementFactory, MetricFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 15)
STATES = ["draft", "submitted", "approved", "published"]


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


def at(name, row):
    return reverse(f"impact:measurement-{name}", args=[row.pk])


class TestPages:
    def test_from_the_lead_through_the_coordinator_to_the_funder(
        self, client, metric, lead, coordinator
    ):
        row = in_state("draft", metric=metric, author=lead)
        client.force_login(lead)
        client.post(at("submit", row), {"seen": 1})
        assert client.post(at("approve", row), {"seen": 2}, follow=True).status_code == 200
        row.refresh_from_db()
        assert row.status == "submitted"

        client.force_login(coordinator)
        assert at("approve", row) in client.get(at("detail", row)).content.decode()
        client.post(at("approve", row), {"seen": 2})
        client.post(at("publish", row), {"seen": 3})

        funder = FundingFactory(engagement=metric.engagement).funder
        client.force_login(person_as(Role.FUNDER, funder))
        page = client.get(at("detail", row))
        assert page.status_code == 200
        assert row.author.full_name not in page.content.decode()

    @pytest.mark.parametrize("state", STATES[:3])
    def test_a_funder_knows_nothing_of_what_is_not_published(self, client, metric, state):
        row = in_state(state, metric=metric)
        client.force_login(
            person_as(Role.FUNDER, FundingFactory(engagement=metric.engagement).funder)
        )

        assert client.get(at("detail", row)).status_code == 404

    def test_sending_back_wants_a_reason_and_its_author_reads_it(
        self, client, metric, lead, coordinator
    ):
        row = in_state("submitted", metric=metric, author=lead)
        client.force_login(coordinator)

        assert client.post(at("return", row), {"reason": " "}).status_code == 422
        client.post(at("return", row), {"reason": "Which month?", "seen": row.version})

        client.force_login(lead)
        assert "Which month?" in client.get(at("detail", row)).content.decode()

    def test_a_stale_draft_keeps_what_was_typed(self, client, metric, coordinator):
        row = in_state("draft", metric=metric)
        measurements.change_draft(row, count=61, by=row.author, today=TODAY)
        client.force_login(coordinator)
        sent = {
            "count": 77,
            "window_start": "2026-01-01",
            "window_end": "2026-06-30",
            "population": "all",
            "seen": 1,
        }

        answer = client.post(at("change", row), sent | {"source": "Base", "grade": "counted"})

        assert answer.status_code == 422
        assert 'value="77"' in answer.content.decode()

    def test_taking_a_draft_away_twice_says_so(self, client, metric, coordinator):
        row = in_state("draft", metric=metric)
        client.force_login(coordinator)

        gone = client.post(at("delete", row), {"seen": 1})
        assert gone.url == reverse("impact:engagement-impact", args=[metric.engagement_id])
        assert client.post(at("delete", row)).status_code == 404
