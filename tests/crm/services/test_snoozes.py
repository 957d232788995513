"""A to-do put off until a day, by the person it waits for."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.models import Snooze
from crm.services import snoozes
from engagements import todos as todos_engagements
from tests.crm.factories import person_as
from tests.engagements.factories import BlockerFactory, EngagementFactory, LeadAppointmentFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TODAY = date(2026, 6, 15)


@pytest.fixture
def engagement(member, coordinator):
    """Led, with news of today, nothing late."""
    engagement = EngagementFactory(member=member, coordinator=coordinator, last_news_on=TODAY)
    LeadAppointmentFactory(engagement=engagement)
    return engagement


class TestSnooze:
    def put_off(self, client, todo, until):
        return client.post(
            reverse("crm:snooze"), {"key": todo.key, "title": todo.title, "until": until}
        )

    @pytest.fixture
    def todo(self, engagement, coordinator):
        BlockerFactory(engagement=engagement, opened_on=timezone.localdate())
        (todo,) = todos_engagements.todos_of(coordinator, timezone.localdate())
        return todo

    def test_it_leaves_the_page_until_its_day_and_stands_at_the_foot(
        self, client, todo, coordinator
    ):
        client.force_login(coordinator)
        tomorrow = timezone.localdate() + timedelta(days=1)
        self.put_off(client, todo, tomorrow)

        page = client.get("/", headers={"accept-language": "en"}).content.decode()
        assert "waiting-1" not in page
        assert "1 thing put off" in page
        client.post(reverse("crm:snooze-end", args=[Snooze.objects.get().pk]))
        assert "waiting-1" in client.get("/").content.decode()

    def test_when_the_fact_changes_it_comes_back(self, client, todo, engagement, coordinator):
        client.force_login(coordinator)
        self.put_off(client, todo, timezone.localdate() + timedelta(days=30))
        BlockerFactory(engagement=engagement, opened_on=timezone.localdate() - timedelta(days=20))

        assert "waiting-1" in client.get("/").content.decode()

    def test_it_is_hidden_from_nobody_else(self, client, todo, engagement, coordinator):
        other = person_as(Role.COORDINATOR, engagement.member)
        client.force_login(coordinator)
        self.put_off(client, todo, timezone.localdate() + timedelta(days=1))
        client.force_login(other)

        assert "waiting-1" in client.get("/").content.decode()

    @pytest.mark.parametrize("days", [-1, 0, 61])
    def test_the_day_is_to_come_and_near(self, coordinator, days):
        with pytest.raises(Refused):
            snoozes.snooze(
                "late:1:2026-01-01",
                title="A",
                until=TODAY + timedelta(days=days),
                by=coordinator,
                at=NOW,
            )

    @pytest.mark.parametrize(
        "body",
        [{}, {"key": "x' OR 1"}, {"key": "late:1:2026-01-01", "title": "A", "until": "never"}],
    )
    def test_bad_input_changes_nothing(self, client, coordinator, body):
        client.force_login(coordinator)

        assert client.post(reverse("crm:snooze"), body).status_code == 302
        assert not Snooze.objects.exists()
