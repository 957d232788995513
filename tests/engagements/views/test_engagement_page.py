"""An engagement's page: what is missing for the next stage, one filled button, and what is folded with its number."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import Interaction
from engagements.models import Engagement, GatePass
from tests.crm.factories import person_as
from tests.engagements.factories import (
    BlockerFactory,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    ProgressLogFactory,
    TeamMemberFactory,
)

pytestmark = pytest.mark.django_db

# A button or a link that looks like one, unless it is quiet or dangerous.
BUTTON = re.compile(r'<button\b([^>]*)>|<a class="(button\b[^"]*)"')


def address(name, pk):
    return reverse(f"engagements:{name}", args=[pk])


def main_of(response):
    text = response.content.decode()
    return text[text.index("<main") : text.index("</main>")]


def filled(html):
    return [
        button.group()
        for button in BUTTON.finditer(html)
        if not {"quiet", "danger"} & set(re.findall(r"\w+", button.group(1) or button.group(2)))
    ]


def plain(html):
    """The words as they are read."""
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture
def volunteer(engagement):
    user = person_as(Role.VOLUNTEER, full_name="Victor Volunteer")
    TeamMemberFactory(engagement=engagement, user=user)
    return user


@pytest.fixture
def head(member):
    return person_as(Role.COORDINATOR, member, is_head=True, full_name="Hélène Head")


class TestTheGateAhead:
    def gate(self, client, engagement, language="en"):
        response = client.get(engagement.get_absolute_url(), headers={"accept-language": language})
        html = main_of(response)
        return html[html.index('<div class="gate">') : html.index('<ul class="summary-cards"')]

    def test_says_in_a_sentence_what_is_missing_and_where_it_is_given(self, page, engagement):
        gate = self.gate(page, engagement)

        assert "To move to Design, one thing is missing: Appoint a full-time" in plain(gate)
        assert f'href="{address("lead-appoint", engagement.pk)}"' in gate
        assert "<form" not in gate

    def test_counts_what_is_missing(self, page, engagement):
        Engagement.objects.filter(pk=engagement.pk).update(stage="build")

        text = plain(self.gate(page, engagement))

        assert "To move to Launch, 2 things are missing:" in text
        assert "Have at least one milestone accepted first." in text
        assert "Write down the address of the solution first." in text

    def test_says_so_in_french(self, page, engagement):
        text = plain(self.gate(page, engagement, language="fr"))

        assert "Pour passer en Conception, il manque une chose : Nommez" in text

    def test_offers_the_move_where_nothing_is_missing(self, page, engagement):
        LeadAppointmentFactory(engagement=engagement)

        gate = self.gate(page, engagement)

        assert "Nothing is missing to move to Design." in plain(gate)
        assert len(filled(gate)) == 1

    def test_is_let_pass_by_whom_it_may_alone(self, enter, head, coordinator, engagement):
        assert "Let it pass" not in self.gate(enter(coordinator), engagement)
        assert "Let it pass with a reason" in self.gate(enter(head), engagement)

    def test_the_gates_let_through_stand_folded_at_their_stage_with_their_number(
        self, page, engagement, head
    ):
        for gate in ("confirmed-assignment", "running-cost-ceiling"):
            GatePass.objects.create(
                engagement=engagement,
                stage="build",
                gate=gate,
                sentence="Confirm at least one volunteer first.",
                reason="She starts on Monday.",
                passed_by=head,
                passed_at=datetime(2026, 6, 1, tzinfo=UTC),
            )

        html = main_of(page.get(engagement.get_absolute_url()))
        rail = html[html.index('<ol class="stage-rail"') : html.index("</ol>")]
        build = rail[rail.index('class="name">Build') : rail.index('class="name">Launch')]

        assert "2 exemptions" in plain(build)
        assert build.count("She starts on Monday.") == html.count("She starts on Monday.") == 2


class TestOneFilledButton:
    @pytest.fixture
    def busy(self, engagement):
        MilestoneFactory(engagement=engagement, done=True, title="Maquettes")
        MilestoneFactory(engagement=engagement)
        BlockerFactory(engagement=engagement)
        ProgressLogFactory(engagement=engagement)
        return engagement

    @pytest.mark.parametrize("who", ["coordinator", "head", "administrator", "lead"])
    def test_at_most_for_whoever_has_something_to_do(self, request, enter, busy, who):
        client = enter(request.getfixturevalue(who))

        assert len(filled(main_of(client.get(busy.get_absolute_url())))) == 1

    def test_none_for_who_reads(self, enter, busy, volunteer):
        assert filled(main_of(enter(volunteer).get(busy.get_absolute_url()))) == []

    def test_appoints_where_nobody_leads(self, page, busy):
        (button,) = filled(main_of(page.get(busy.get_absolute_url())))

        assert button.startswith('<a class="button"')
        assert f'<a class="button" href="{address("lead-appoint", busy.pk)}"' in main_of(
            page.get(busy.get_absolute_url())
        )

    def test_moves_on_where_nothing_is_missing_and_writes_the_news_from_the_feed(self, page, busy):
        LeadAppointmentFactory(engagement=busy)

        html = main_of(page.get(busy.get_absolute_url()))

        assert [button[:7] for button in filled(html)] == ["<button"]
        feed = html[html.index('id="feed"') :]
        assert address("log-create", busy.pk) in feed

    def test_writes_the_news_where_something_else_is_missing(self, page, busy):
        LeadAppointmentFactory(engagement=busy)
        Engagement.objects.filter(pk=busy.pk).update(stage="design")

        html = main_of(page.get(busy.get_absolute_url()))

        assert f'<a class="button" href="{address("log-create", busy.pk)}"' in html

    def test_the_lead_accepts_what_waits_and_then_writes_the_news(self, enter, busy, lead):
        milestone = busy.milestones.get(title="Maquettes")
        client = enter(lead)
        accept = f'<a class="button" href="{address("milestone-accept", milestone.pk)}"'
        assert accept in main_of(client.get(busy.get_absolute_url()))

        milestone.delete()

        news = f'<a class="button" href="{address("log-create", busy.pk)}"'
        assert news in main_of(client.get(busy.get_absolute_url()))


class TestWhatIsFolded:
    def test_the_feed_has_the_last_three_weeks_and_the_way_to_all(self, page, engagement):
        for week in range(5):
            ProgressLogFactory(
                engagement=engagement,
                week=date(2026, 1, 5) + timedelta(weeks=week),
                done=f"Week {week}.",
            )

        text = page.get(engagement.get_absolute_url()).content.decode()

        assert [f"Week {week}." in text for week in range(5)] == [False, False, True, True, True]
        assert address("engagement-feed", engagement.pk) in text

    def test_interactions_beyond_three_are_folded_with_their_number(
        self, page, coordinator, engagement
    ):
        for number in range(5):
            interaction = Interaction.objects.create(
                organisation=engagement.beneficiary,
                kept_by=engagement.member,
                kind=Interaction.Kind.CALL,
                happened_on=date(2026, 6, 1),
                author=coordinator,
                text=f"Call {number}",
            )
            engagement.interactions.create(interaction=interaction)

        html = main_of(page.get(engagement.get_absolute_url()))
        part = html[html.index('id="interactions"') :]
        shown, folded = part.split("2 earlier ones")

        assert (shown.count("Call "), folded.count("Call ")) == (3, 2)

    def test_accepted_milestones_are_folded_with_their_number(self, page, engagement):
        MilestoneFactory.create_batch(2, engagement=engagement, accepted=True)
        MilestoneFactory(engagement=engagement, title="Awaited")

        html = main_of(page.get(engagement.get_absolute_url()))

        assert "2 accepted milestones" in html
        assert html.index("Awaited</") < html.index("2 accepted milestones")

    def test_of_several_reasons_the_first_is_read_and_the_others_are_counted(
        self, page, engagement
    ):
        BlockerFactory(engagement=engagement, opened_on=timezone.localdate())
        BlockerFactory(engagement=engagement, opened_on=timezone.localdate())

        html = main_of(page.get(engagement.get_absolute_url()))
        head = html[: html.index('<nav class="tabs"')]

        assert "No project lead for" in head
        assert "2 other reasons" in head
        assert "Blocked since today" in head


def test_one_that_is_over_asks_for_nothing_that_its_end_forbids(page, member):
    engagement = EngagementFactory(member=member, stopped=True)
    MilestoneFactory(engagement=engagement)

    html = main_of(page.get(engagement.get_absolute_url()))

    for name in ("milestone-create", "lead-appoint", "pause-create", "health-override"):
        assert address(name, engagement.pk) not in html
    assert 'class="gate"' not in html
