"""What an engagement asks of its coordinator and of its lead."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from engagements.todos import todos_of
from tests.crm.factories import OrganisationFactory, person_as
from tests.engagements.factories import (
    BlockerFactory,
    DecisionFactory,
    DrillFactory,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    RunningCostFactory,
    SurvivalCheckFactory,
)
from tests.engagements.leaving import DAY, lead_of, one_of_each, today

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 15)


@pytest.fixture
def engagement(member, coordinator):
    """Led, with news of today, nothing late."""
    engagement = EngagementFactory(member=member, coordinator=coordinator, last_news_on=TODAY)
    LeadAppointmentFactory(engagement=engagement)
    return engagement


class TestNeeds:
    def kinds(self, person, today=TODAY):
        return [todo.key.split(":")[0] for todo in todos_of(person, today)]

    def test_the_coordinator_sees_troubles_and_what_falls_due(self, engagement, coordinator):
        BlockerFactory(engagement=engagement, opened_on=TODAY)
        RunningCostFactory(engagement=engagement, free_until=TODAY + timedelta(days=30))
        SurvivalCheckFactory(engagement__member=engagement.member, due_on=TODAY)

        assert self.kinds(coordinator) == ["trouble-watch", "credits", "survival"]

    def test_what_got_worse_since_last_week_is_told(self, engagement, coordinator):
        BlockerFactory(engagement=engagement, opened_on=TODAY - timedelta(days=15))

        (todo,) = todos_of(coordinator, TODAY)

        assert todo.reason == "Blocked for 15 days · worse than a week ago (Watch)"

    def test_what_began_this_week_was_not_better_before(self, member, coordinator):
        EngagementFactory(
            member=member, coordinator=coordinator, started_on=TODAY, last_news_on=TODAY
        )

        reasons = [todo.reason for todo in todos_of(coordinator, TODAY)]

        assert reasons
        assert not any("a week ago" in reason for reason in reasons)

    def test_the_lead_sees_what_is_asked_of_them(self, member, coordinator):
        engagement = EngagementFactory(member=member, in_handover=True, last_news_on=TODAY)
        lead = person_as(Role.LEAD, engagement.beneficiary)
        MilestoneFactory(engagement=engagement, done=True)
        DrillFactory(engagement=engagement, kind="text")

        rows = todos_of(lead, TODAY)

        assert [todo.key.split(":")[0] for todo in rows] == ["accept", "sign", "assess", "drill"]
        assert "change a text" not in rows[3].reason
        assert "restore a backup" in rows[3].reason

    def test_nobody_else_is_asked(self, engagement, outsider):
        BlockerFactory(engagement=engagement)

        assert todos_of(outsider, TODAY) == []

    @pytest.mark.parametrize("size", [1, 9])
    def test_the_home_page_asks_the_same_number_of_questions(
        self, client, member, coordinator, django_assert_num_queries, size
    ):
        for engagement in EngagementFactory.create_batch(
            size, member=member, coordinator=coordinator
        ):
            BlockerFactory(engagement=engagement)
            RunningCostFactory(
                engagement=engagement, free_until=timezone.localdate() + timedelta(days=30)
            )
        client.force_login(coordinator)
        client.get(reverse("crm:home"))

        with django_assert_num_queries(28):
            client.get(reverse("crm:home"))


class TestFirstPage:
    @pytest.mark.parametrize("size", [2, 9])
    def test_home_costs_the_same_whatever_waits(
        self, as_coordinator, member, size, django_assert_num_queries
    ):
        for _n in range(size):
            EngagementFactory(member=member)
        as_coordinator.get("/")

        # One of them asks whether there is any engagement at all, since these are all a colleague's.
        with django_assert_num_queries(29):
            response = as_coordinator.get("/")

        assert response.content.decode().count("No project lead for") == size

    def test_a_lead_is_asked_to_accept(self, client):
        lead = person_as(Role.LEAD)
        milestone = MilestoneFactory(
            engagement__beneficiary=lead.memberships.get().organisation, done=True
        )
        client.force_login(lead)

        assert (
            reverse("engagements:milestone-accept", args=[milestone.pk])
            in client.get("/").content.decode()
        )


class TestAcceptance:
    def test_what_is_accepted_is_asked_no_more(self):
        engagement = EngagementFactory()
        lead = lead_of(engagement).contact.user
        MilestoneFactory(engagement=engagement, accepted=True)
        waiting = MilestoneFactory(engagement=engagement, done=True)

        titles = [todo.title for todo in todos_of(lead, today()) if todo.key.startswith("accept")]
        assert titles == [waiting.title]


class TestWhatWaits:
    """It stands on the first page of those who run the engagement until somebody is named."""

    @pytest.fixture
    def engagement(self, member, coordinator):
        return EngagementFactory(member=member, coordinator=coordinator)

    @pytest.fixture
    def unowned(self, engagement):
        return one_of_each(lead_of(engagement, ends_on=today() - 3 * DAY).contact.user, engagement)

    def of_kind(self, user):
        return [need for need in todos_of(user, today()) if need.kind == "take-over"]

    def test_is_one_thing_to_do_an_engagement_with_all_that_waits(
        self, engagement, coordinator, unowned
    ):
        DecisionFactory(engagement=engagement, owner=unowned["decision"].owner)

        (need,) = self.of_kind(coordinator)

        assert need.reason == "2 open decisions · 1 open risk · 1 open milestone · 1 open blocker"
        assert need.since == today() - 3 * DAY
        assert need.url == reverse("engagements:engagement-take-over", args=[engagement.pk])

    def test_is_not_asked_of_those_who_do_not_run_it(self, unowned, engagement):
        assert self.of_kind(person_as(Role.COORDINATOR, OrganisationFactory(member=True))) == []
        assert self.of_kind(lead_of(engagement, starts_on=today()).contact.user) == []
