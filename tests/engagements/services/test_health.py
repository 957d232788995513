"""The rules of health, who set it by hand, and pauses."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from crm.audit.write import mark_of
from crm.domain.refusals import Refused, Stale
from engagements.models import HealthRule, Pause
from engagements.services import health as health_services
from tests.engagements.factories import (
    BlockerFactory,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    PauseFactory,
)
from tests.engagements.health import ACT, GOOD, TODAY, WATCH, found, of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


@pytest.fixture
def engagement(member, coordinator):
    """Led, with news of today, nothing late."""
    engagement = EngagementFactory(member=member, coordinator=coordinator, last_news_on=TODAY)
    LeadAppointmentFactory(engagement=engagement)
    return engagement


class TestChangingRules:
    def test_an_administrator_changes_a_rule_for_everybody_at_once(
        self, engagement, administrator, client
    ):
        BlockerFactory(engagement=engagement, opened_on=TODAY)
        assert of(engagement).level == WATCH
        client.force_login(administrator)

        client.post(
            reverse("engagements:health-rule-change", args=["blocked"]),
            {"days": 0, "weight": 10, "is_on": "on", "seen": 1},
        )

        assert of(engagement).level == ACT
        assert found(ACT) == [engagement]

    def test_a_rule_that_is_switched_off_says_nothing(self, engagement, administrator):
        BlockerFactory(engagement=engagement, opened_on=TODAY)
        rule = next(rule for rule in HealthRule.objects.as_set() if rule.key == "blocked")
        health_services.change_rule(rule, days=0, weight=2, is_on=False, by=administrator)

        assert of(engagement).level == GOOD

    def test_a_silent_change_of_definition_shows_with_who(
        self, engagement, administrator, coordinator, client
    ):
        rule = HealthRule.objects.as_set()[0]
        health_services.change_rule(rule, days=5, weight=3, is_on=True, by=administrator)
        client.force_login(coordinator)

        page = client.get(
            reverse("engagements:health-rules"), headers={"accept-language": "en"}
        ).content.decode()
        since = client.get(
            reverse("engagements:changes"),
            {"since": timezone.localdate()},
            headers={"accept-language": "en"},
        ).content.decode()

        assert "Ada Administrator" in page
        assert "No project lead" in since

    def test_two_administrators_do_not_overwrite_each_other(self, administrator):
        rule = HealthRule.objects.as_set()[0]
        rule = health_services.change_rule(rule, days=5, weight=3, is_on=True, by=administrator)
        health_services.change_rule(rule, days=6, weight=3, is_on=True, by=administrator, seen=2)

        with pytest.raises(Stale):
            health_services.change_rule(
                rule, days=7, weight=3, is_on=True, by=administrator, seen=2
            )


class TestOverride:
    def override(self, engagement, by, seen=None, **changes):
        fields = {
            "level": "good",
            "reason": "The team is on it.",
            "until": TODAY + timedelta(days=10),
        }
        return health_services.override_health(
            engagement, health_services.HandSetLevel(**fields | changes), by=by, at=NOW, seen=seen
        )

    def test_it_says_who_why_until_when_and_what_the_rules_say(self, engagement, coordinator):
        BlockerFactory(engagement=engagement, opened_on=TODAY - timedelta(days=20))
        self.override(engagement, coordinator)

        current = of(engagement)
        assert (current.level, current.computed) == (GOOD, ACT)
        assert current.reasons[0] == (
            "Set by hand by Camille Coordinator until 25 June 2026: The team is on it. (computed: Act)"
        )
        assert found(GOOD) == [engagement]

    def test_it_ends_by_itself(self, engagement, coordinator):
        self.override(engagement, coordinator, level="act")

        assert of(engagement, TODAY + timedelta(days=10)).level == ACT
        assert of(engagement, TODAY + timedelta(days=11)).override is None

    @pytest.mark.parametrize("days", [0, 91])
    def test_its_end_is_in_the_future_and_near(self, engagement, coordinator, days):
        with pytest.raises(Refused):
            self.override(engagement, coordinator, until=TODAY + timedelta(days=days))

    def test_a_reason_is_wanted(self, engagement, coordinator):
        with pytest.raises(Refused, match="reason"):
            self.override(engagement, coordinator, reason=" ")

    def test_the_page_sets_it_and_takes_it_back(self, engagement, coordinator, client):
        client.force_login(coordinator)
        until = timezone.localdate() + timedelta(days=3)
        client.post(
            reverse("engagements:health-override", args=[engagement.pk]),
            {"level": "act", "until": until, "reason": "The server burns."},
        )
        override = engagement.overrides.get()
        client.post(reverse("engagements:health-override-end", args=[override.pk]))

        override.refresh_from_db()
        assert override.ended_at is not None
        with pytest.raises(Refused):
            health_services.take_back_override(override, by=coordinator, at=NOW)


class TestPause:
    def pause(self, engagement, by, starts_on, ends_on=None):
        return health_services.pause_engagement(
            engagement, starts_on=starts_on, ends_on=ends_on, reason="Closed.", by=by
        )

    def test_nothing_is_late_or_silent_in_it(self, engagement, coordinator):
        MilestoneFactory(engagement=engagement, planned_first_on=TODAY - timedelta(days=40))
        engagement.last_news_on = TODAY - timedelta(days=40)
        engagement.save()
        assert of(engagement).level == ACT

        self.pause(engagement, coordinator, TODAY - timedelta(days=5), TODAY)

        assert (of(engagement).level, of(engagement).reasons) == (
            GOOD,
            ("Paused until 15 June 2026: Closed.",),
        )
        assert (
            of(engagement, TODAY + timedelta(days=1)).level == ACT
        )  # the milestone is late again, the silence not yet

    def test_one_that_ends_before_it_begins_is_refused_in_words(self, engagement, coordinator):
        with pytest.raises(Refused, match="A pause cannot end before it begins"):
            self.pause(engagement, coordinator, TODAY, TODAY - timedelta(days=1))

    def test_two_never_share_a_day(self, engagement, coordinator):
        self.pause(engagement, coordinator, TODAY, TODAY + timedelta(days=5))

        with pytest.raises(Refused, match="already a pause"):
            self.pause(engagement, coordinator, TODAY + timedelta(days=5))
        assert self.pause(engagement, coordinator, TODAY + timedelta(days=6)).pk

    def test_the_database_stands_behind_it(self, engagement):
        PauseFactory(engagement=engagement, starts_on=TODAY)

        with pytest.raises(IntegrityError), transaction.atomic():
            Pause.objects.create(
                engagement=engagement, starts_on=TODAY + timedelta(days=3), reason="Again."
            )

    def test_the_page_pauses_and_ends_it(self, engagement, coordinator, client):
        client.force_login(coordinator)
        client.post(
            reverse("engagements:pause-create", args=[engagement.pk]),
            {"starts_on": TODAY, "reason": "Summer 🌻"},
        )
        pause = engagement.pauses.get()
        client.post(
            reverse("engagements:pause-end", args=[pause.pk]),
            {"ends_on": TODAY + timedelta(days=2), "seen": mark_of(pause)},
        )

        pause.refresh_from_db()
        assert (pause.reason, pause.ends_on) == ("Summer 🌻", TODAY + timedelta(days=2))
