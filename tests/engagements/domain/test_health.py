"""What health means: the reasons that are said and the filter over all rows agree."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engagements.domain import health
from engagements.models import Engagement
from engagements.services import engagements, progress
from tests.engagements.factories import (
    BlockerFactory,
    EngagementFactory,
    HealthOverrideFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    PauseFactory,
    ProgressLogFactory,
)
from tests.engagements.health import ACT, GOOD, TODAY, UNKNOWN, WATCH, found, of

pytestmark = pytest.mark.django_db

RULES = health.DEFAULTS
DAYS_BACK = st.none() | st.integers(min_value=0, max_value=60)


class TestHealth:
    @pytest.fixture
    def engagement(self, member, coordinator):
        return EngagementFactory(member=member, coordinator=coordinator)

    @given(
        vacant=DAYS_BACK,
        late=DAYS_BACK,
        blocked=DAYS_BACK,
        silent=st.integers(min_value=0, max_value=60),
    )
    @settings(
        max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_the_filter_and_the_reasons_agree(self, member, vacant, late, blocked, silent):
        with transaction.atomic():
            engagement = EngagementFactory(
                member=member,
                last_news_on=TODAY - timedelta(days=silent),
                started_on=TODAY - timedelta(days=90),
            )
            ends_on = None if vacant is None else TODAY - timedelta(days=max(vacant, 1))
            LeadAppointmentFactory(
                engagement=engagement, starts_on=engagement.started_on, ends_on=ends_on
            )
            if late:
                MilestoneFactory(
                    engagement=engagement, planned_first_on=TODAY - timedelta(days=late)
                )
            if blocked is not None:
                BlockerFactory(engagement=engagement, opened_on=TODAY - timedelta(days=blocked))

            facts = Engagement.objects.with_facts(TODAY)
            current = health.of(facts.get(pk=engagement.pk), TODAY, RULES)
            levels = [
                level
                for level in health.HealthLevel
                if level != health.HealthLevel.GOOD
                and facts.filter(health.where(level, TODAY, RULES))
            ]

            assert levels == ([current.level] if current.level != health.HealthLevel.GOOD else [])
            assert current.reasons
            transaction.set_rollback(True)

    def test_no_news_is_never_good(self, engagement):
        LeadAppointmentFactory(engagement=engagement)
        facts = Engagement.objects.with_facts(TODAY).get(pk=engagement.pk)

        assert health.of(facts, TODAY, RULES).level == health.HealthLevel.UNKNOWN

    def test_what_is_over_has_no_health(self):
        EngagementFactory(stopped=True)

        assert health.of(Engagement.objects.with_facts(TODAY).get(), TODAY, RULES) is None


NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)


@pytest.fixture
def engagement(member, coordinator):
    """Led, with news of today, nothing late."""
    engagement = EngagementFactory(member=member, coordinator=coordinator, last_news_on=TODAY)
    LeadAppointmentFactory(engagement=engagement)
    return engagement


class TestRules:
    @pytest.mark.parametrize(("days", "level"), [(0, WATCH), (13, WATCH), (14, ACT)])
    def test_a_vacancy_is_amber_at_once_and_red_after_a_fortnight(self, member, days, level):
        engagement = EngagementFactory(member=member, last_news_on=TODAY)
        LeadAppointmentFactory(engagement=engagement, ends_on=TODAY - timedelta(days=max(days, 1)))
        if days == 0:
            engagement.leads.all().delete()
            engagement.started_on = TODAY
            engagement.save()
            ProgressLogFactory(engagement=engagement)

        assert of(engagement).level == level
        assert found(level) == [engagement]

    @pytest.mark.parametrize("fact", [rule.fact for rule in health.DEFAULTS])
    def test_what_began_today_is_never_so_for_0_days(self, fact):
        rule = next(rule for rule in health.DEFAULTS if rule.fact == fact)

        with translation.override("fr"):
            sentence = str(rule.reason(SimpleNamespace(**{fact: TODAY}, is_unheard=False), TODAY))

        assert "0" not in sentence
        assert "aujourd" in sentence

    @given(
        vacant=st.none() | st.integers(1, 60),
        late=st.none() | st.integers(1, 60),
        blocked=st.none() | st.integers(0, 60),
        silent=st.integers(0, 60),
        rules=st.lists(
            st.tuples(st.sampled_from(health.DEFAULTS), st.integers(0, 50), st.integers(1, 10)),
            unique_by=lambda row: row[0].key,
        ),
        by_hand=st.none() | st.sampled_from(list(health.HealthLevel)),
        rests=st.booleans(),
    )
    @settings(
        max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    def test_whatever_the_rules_filter_and_reading_agree(
        self, member, vacant, late, blocked, silent, rules, by_hand, rests
    ):
        rules = [
            health.Rule(rule.key, rule.fact, days, weight, rule.sentence)
            for rule, days, weight in rules
        ]
        with transaction.atomic():
            engagement = EngagementFactory(
                member=member, last_news_on=TODAY - timedelta(days=silent)
            )
            LeadAppointmentFactory(
                engagement=engagement,
                ends_on=None if vacant is None else TODAY - timedelta(days=vacant),
            )
            if late:
                MilestoneFactory(
                    engagement=engagement, planned_first_on=TODAY - timedelta(days=late)
                )
            if blocked is not None:
                BlockerFactory(engagement=engagement, opened_on=TODAY - timedelta(days=blocked))
            if by_hand:
                HealthOverrideFactory(engagement=engagement, level=by_hand)
            if rests:
                PauseFactory(engagement=engagement, starts_on=TODAY)
            facts = Engagement.objects.with_facts(TODAY)

            current = health.of(facts.get(pk=engagement.pk), TODAY, rules)
            levels = [
                level
                for level in health.HealthLevel
                if facts.filter(health.where(level, TODAY, rules)).exists()
            ]

            assert levels == [current.level]
            assert facts.filter(health.in_trouble(TODAY, rules)).exists() == (current.level != GOOD)
            transaction.set_rollback(True)


class TestUnheard:
    """An engagement of which nobody has ever written is unknown from its first minute, and no good sign."""

    def of(self, engagement, today=TODAY):
        facts = Engagement.objects.with_facts(today).get(pk=engagement.pk)
        return health.of(facts, today, health.DEFAULTS)

    def test_is_unknown_until_the_first_news(self, member, coordinator):
        engagement = EngagementFactory(member=member, started_on=TODAY, last_news_on=TODAY)
        LeadAppointmentFactory(engagement=engagement, starts_on=TODAY)

        assert (self.of(engagement).level, self.of(engagement).reasons) == (
            UNKNOWN,
            ("No news yet",),
        )
        rows = Engagement.objects.with_facts(TODAY)
        assert list(rows.filter(health.where(UNKNOWN, TODAY, health.DEFAULTS))) == [engagement]
        assert not rows.filter(health.where(GOOD, TODAY, health.DEFAULTS)).exists()

        progress.log_progress(
            engagement, progress.WeekLog(week=TODAY, done="Begun"), by=coordinator, at=NOW
        )

        assert self.of(engagement).level == GOOD
        assert (
            Engagement.objects.with_facts(TODAY)
            .filter(health.where(GOOD, TODAY, health.DEFAULTS))
            .exists()
        )

    @pytest.mark.parametrize("days", [-40, 40])
    def test_stays_unknown_when_its_first_day_is_corrected(self, member, coordinator, days):
        engagement = EngagementFactory(member=member, started_on=TODAY, last_news_on=TODAY)
        LeadAppointmentFactory(engagement=engagement, starts_on=TODAY)

        engagements.change_engagement(
            engagement, {"started_on": TODAY + timedelta(days=days)}, by=coordinator
        )

        later = TODAY + timedelta(days=max(days, 0))
        assert "No news yet" in self.of(engagement, later).reasons
