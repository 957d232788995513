"""The three cards on top of an engagement's page: the fact of each state, and the one link that belongs to it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.formatting import day_text
from engagements.display import summary_cards
from engagements.display.summary_cards import Rights, Rows
from engagements.domain import health
from engagements.models import Engagement
from tests.engagements.factories import (
    BlockerFactory,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    PauseFactory,
    ProgressLogFactory,
)

pytestmark = pytest.mark.django_db

ALL, NONE = Rights(True, True, True), Rights(False, False, False)


def cards(engagement, rights=ALL):
    today = timezone.localdate()
    engagement = Engagement.objects.with_facts(today).get(pk=engagement.pk)
    rows = Rows(
        list(engagement.leads.select_related("contact").order_by("-starts_on")),
        list(engagement.milestones.in_order()),
        list(engagement.blockers.open().for_list()),
    )
    silence = summary_cards.silence_of(engagement, today, health.DEFAULTS)
    return {
        card.key: card
        for card in summary_cards.of(engagement, today, rows, silence=silence, rights=rights)
    }


def link(name, pk):
    return reverse(f"engagements:{name}", args=[pk])


@pytest.fixture
def heard(today):
    """One of a hundred days of which there was news last week."""
    engagement = EngagementFactory(
        started_on=today - timedelta(days=99), last_news_on=today - timedelta(days=7)
    )
    ProgressLogFactory(engagement=engagement)
    return engagement


class TestLead:
    def test_the_name_comes_first_with_the_share_and_the_time_covered(self, today, heard):
        since = today - timedelta(days=89)
        appointment = LeadAppointmentFactory(engagement=heard, share=80, starts_on=since)

        card = cards(heard)["lead"]

        assert (card.fact, card.level) == (appointment.contact.full_name, "")
        assert card.details == (f"80% since {day_text(since)}", "covered 90% of the time")
        assert (card.link.url, card.link.verb) == (link("lead-appoint", heard.pk), "Replace")

    def test_without_one_it_says_since_when_and_offers_to_appoint(self, today, heard):
        LeadAppointmentFactory(
            engagement=heard, starts_on=heard.started_on, ends_on=today - timedelta(days=5)
        )

        card = cards(heard)["lead"]

        assert (card.fact, card.level) == (
            f"Nobody since {day_text(today - timedelta(days=5))}",
            "watch",
        )
        assert card.details[0] == "5 days ago"
        assert card.link.verb == "Appoint"

    def test_nobody_is_offered_to_who_may_not_and_where_it_is_over(self, heard):
        over = EngagementFactory(stopped=True)

        assert cards(heard, NONE)["lead"].link is None
        assert cards(over)["lead"].link is None
        assert cards(over)["lead"].fact == "Nobody today"


class TestMilestone:
    def test_the_next_one_says_its_day_and_how_far_it_moved(self, today, heard):
        MilestoneFactory(engagement=heard, accepted=True)
        awaited = MilestoneFactory(
            engagement=heard,
            title="Maquettes",
            planned_first_on=today,
            planned_on=today + timedelta(days=12),
        )

        card = cards(heard)["milestone"]

        assert (card.fact, card.alarm) == ("Maquettes", "")
        assert card.details == (
            f"{day_text(today + timedelta(days=12))}, in 12 days",
            "+12 days on the day planned first",
        )
        assert card.link.url == link("milestone-change", awaited.pk)

    def test_one_that_is_late_says_by_how_much(self, today, heard):
        late = today - timedelta(days=3)
        MilestoneFactory(engagement=heard, planned_first_on=late, planned_on=late)

        card = cards(heard)["milestone"]

        assert card.alarm == "3 days late"
        assert card.details[1] == "as planned first"

    def test_without_one_ahead_it_says_so(self, heard):
        assert cards(heard)["milestone"].fact == "No milestone yet"
        assert cards(heard)["milestone"].link.url == link("milestone-create", heard.pk)
        assert cards(heard, NONE)["milestone"].link.url == link("engagement-roadmap", heard.pk)

        MilestoneFactory.create_batch(2, engagement=heard, accepted=True)

        assert cards(heard)["milestone"].fact == "2 milestones, all of them done"


class TestTrouble:
    def test_the_oldest_open_blocker_comes_first(self, today, heard):
        oldest = BlockerFactory(
            engagement=heard, text="No key", opened_on=today - timedelta(days=8)
        )
        BlockerFactory(engagement=heard, opened_on=today)

        card = cards(heard)["trouble"]

        assert (card.title, card.fact, card.level) == ("Blockers", "For 8 days", "watch")
        assert card.details == ("No key", f"written down by {oldest.opened_by}", "and 1 other")
        assert card.link.url == link("blocker-resolve", oldest.pk)
        assert cards(heard, NONE)["trouble"].link is None

    def test_one_of_today_is_since_today(self, today, heard):
        BlockerFactory(engagement=heard, opened_on=today)

        assert cards(heard)["trouble"].fact == "Since today"

    def test_silence_is_said_once_its_rule_fires(self, today, heard):
        heard.last_news_on = today - timedelta(days=20)
        heard.save()
        assert cards(heard)["trouble"].fact == "Nothing blocks"

        heard.last_news_on = today - timedelta(days=21)
        heard.save()
        card = cards(heard)["trouble"]

        assert (card.title, card.fact, card.level) == ("Silence", "No news for 21 days", "watch")
        assert card.details == (f"Last news: {day_text(heard.last_news_on)}, 21 days ago",)
        assert card.link.url == link("log-create", heard.pk)
        assert cards(heard, NONE)["trouble"].link is None

    def test_where_nobody_ever_wrote_no_day_stands_for_it(self):
        card = cards(EngagementFactory())["trouble"]

        assert (card.fact, card.details) == ("No news yet", ())

    def test_in_a_pause_and_once_it_is_over_silence_is_none(self, today, heard):
        heard.last_news_on = today - timedelta(days=90)
        heard.save()
        PauseFactory(engagement=heard, starts_on=today - timedelta(days=1))

        assert cards(heard)["trouble"].fact == "Nothing blocks"
        assert cards(EngagementFactory(stopped=True))["trouble"].fact == "Nothing blocks"
