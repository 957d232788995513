"""A figure's life: written by one person, approved by another, published, and corrected by a new one."""

from datetime import date

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from impact import permissions, todos
from impact.models import Measurement
from impact.services import measurements
from impact.services.measurements import MOVES
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import PUBLISHED_AT, FundingFactory, MeasurementFactory, MetricFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 7, 15)
STATES = ["draft", "submitted", "approved", "published"]
VERBS = {
    "submitted": measurements.submit_measurement,
    "approved": lambda row, by: measurements.approve_measurement(row, seen=row.version, by=by),
    "published": lambda row, by: measurements.publish_measurement(
        row, seen=row.version, by=by, at=PUBLISHED_AT
    ),
    "draft": lambda row, by: measurements.return_measurement(row, reason="Look again", by=by),
}


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


class TestMoves:
    @pytest.mark.parametrize("to", STATES)
    @pytest.mark.parametrize("state", STATES)
    def test_goes_only_where_the_table_says(self, state, to):
        row = in_state(state)

        if to in MOVES[state]:
            assert VERBS[to](row, by=UserFactory()).status == to
        else:
            with pytest.raises(Refused):
                VERBS[to](row, by=UserFactory())
            row.refresh_from_db()
            assert row.status == state

    def test_is_not_approved_by_its_author(self):
        row = in_state("submitted")

        with translation.override("en"), pytest.raises(Refused, match="somebody else approves it"):
            measurements.approve_measurement(row, seen=row.version, by=row.author)

        row.refresh_from_db()
        assert (row.status, row.approved_by) == ("submitted", None)

    def test_the_database_knows_it_too(self):
        row = in_state("approved")

        with pytest.raises(IntegrityError):
            Measurement.objects.filter(pk=row.pk).update(approved_by=row.author)

    def test_an_approval_does_not_outlive_its_figure(self):
        back = measurements.return_measurement(
            in_state("approved"), reason="The window is wrong", by=UserFactory()
        )

        changed = measurements.change_draft(back, count=61, by=back.author, today=TODAY)

        assert (changed.count, changed.approved_by, changed.status) == (61, None, "draft")
        assert measurements.submit_measurement(changed, by=back.author).returned_why == ""

    @pytest.mark.parametrize("state", STATES[1:])
    def test_only_a_draft_is_changed_or_taken_away(self, state):
        row = in_state(state)

        with pytest.raises(Refused):
            measurements.change_draft(row, count=61, by=row.author, today=TODAY)
        with pytest.raises(Refused):
            measurements.delete_draft(row, by=row.author)

        row.refresh_from_db()
        assert row.count == 60

    def test_a_draft_that_somebody_changed_since_is_not_overwritten(self):
        row = in_state("draft")
        measurements.change_draft(row, count=61, by=row.author, today=TODAY, seen=1)

        with pytest.raises(Stale):
            measurements.change_draft(row, count=62, by=row.author, today=TODAY, seen=1)

    def test_a_changed_draft_keeps_the_rules_of_a_new_one(self):
        with pytest.raises(Refused, match=r"window|fenêtre"):
            measurements.change_draft(
                in_state("draft"), window_end=date(2027, 1, 1), by=UserFactory(), today=TODAY
            )

    @settings(deadline=None, max_examples=40)
    @given(steps=st.lists(st.sampled_from(STATES), max_size=8))
    def test_nothing_is_published_that_two_people_have_not_seen(self, steps):
        row = in_state("draft")
        people = [row.author, UserFactory()]
        for turn, to in enumerate(steps):
            with translation.override("en"):
                try:
                    row = VERBS[to](row, by=people[turn % 2])
                except Refused:
                    row.refresh_from_db()

            assert (row.approved_by is None) == (row.status in ("draft", "submitted"))
            assert row.approved_by != row.author


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


@pytest.mark.django_db
class TestWhoMayApprove:
    @pytest.mark.parametrize(
        ("writes", "runs", "may"), [(False, True, True), (True, True, False), (False, False, False)]
    )
    def test_is_somebody_else_who_works_in_the_engagement(
        self, coordinator, outsider, writes, runs, may
    ):
        person = coordinator if runs else outsider
        engagement = EngagementFactory(
            member=coordinator.memberships.get().organisation, coordinator=coordinator
        )
        author = person if writes else UserFactory()
        figure = MeasurementFactory(
            metric=MetricFactory(engagement=engagement), status="submitted", author=author
        )

        assert permissions.can_approve(person, figure) is may
