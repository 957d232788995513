"""The timeline, the board and the roadmap."""

from datetime import date

import pytest
from django.urls import reverse

from engagements.models import Dependency
from tests.engagements.factories import (
    BlockerFactory,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
)

pytestmark = pytest.mark.django_db


class TestPages:
    def fill(self, member, size):
        for engagement in EngagementFactory.create_batch(size, member=member):
            first, second = MilestoneFactory.create_batch(2, engagement=engagement)
            Dependency.objects.create(engagement=engagement, milestone=second, after=first)
            LeadAppointmentFactory(engagement=engagement)
            BlockerFactory(engagement=engagement)

    @pytest.mark.parametrize("size", [1, 9])
    def test_the_timeline_asks_the_same_number_of_questions(
        self, client, member, coordinator, django_assert_num_queries, size
    ):
        self.fill(member, size)
        client.force_login(coordinator)

        with django_assert_num_queries(9):
            client.get(reverse("engagements:engagement-timeline"))

    @pytest.mark.parametrize("size", [1, 9])
    def test_the_board_asks_the_same_number_of_questions(
        self, client, member, coordinator, django_assert_num_queries, size
    ):
        for stage in ("scoping", "design", "build", "launch", "handover"):
            EngagementFactory.create_batch(size, member=member, stage=stage)
        client.force_login(coordinator)
        client.get(reverse("engagements:engagement-board"))

        with django_assert_num_queries(15):
            client.get(reverse("engagements:engagement-board"))

    @pytest.mark.parametrize("size", [1, 9])
    def test_the_roadmap_asks_the_same_number_of_questions(
        self, client, engagement, coordinator, django_assert_num_queries, size
    ):
        milestones = MilestoneFactory.create_batch(size + 1, engagement=engagement)
        for milestone in milestones[1:]:
            Dependency.objects.create(
                engagement=engagement, milestone=milestone, after=milestones[0]
            )
        client.force_login(coordinator)

        with django_assert_num_queries(7):
            client.get(reverse("engagements:engagement-roadmap", args=[engagement.pk]))

    def test_a_column_of_the_board_stops_at_twenty_and_says_where_the_others_are(
        self, client, member, coordinator
    ):
        EngagementFactory.create_batch(21, member=member)
        client.force_login(coordinator)

        page = client.get(
            reverse("engagements:engagement-board"), headers={"accept-language": "en"}
        ).content.decode()

        assert "20+" in page
        assert "?stage=scoping" in page

    def test_a_card_that_may_not_move_says_why_on_the_page_of_its_engagement(
        self, client, engagement, coordinator
    ):
        client.force_login(coordinator)

        response = client.post(
            reverse("engagements:engagement-move", args=[engagement.pk]),
            {"to": "design", "seen": 1, "back": "board"},
            headers={"accept-language": "en"},
        )

        assert response.status_code == 422
        assert "Appoint a full-time project lead first." in response.content.decode()

    def test_a_card_that_moves_brings_one_back_to_the_board(self, client, engagement, coordinator):
        LeadAppointmentFactory(engagement=engagement)
        client.force_login(coordinator)

        response = client.post(
            reverse("engagements:engagement-move", args=[engagement.pk]),
            {"to": "design", "seen": 1, "back": "board"},
        )

        assert response["Location"] == reverse("engagements:engagement-board")

    def test_the_timeline_tells_in_text_what_it_draws(self, client, engagement, coordinator):
        MilestoneFactory(
            engagement=engagement, title="Emoji 🚲 & <b>", planned_on=date(2026, 6, 13)
        )
        client.force_login(coordinator)

        page = client.get(
            reverse("engagements:engagement-timeline"), headers={"accept-language": "en"}
        ).content.decode()

        assert "Emoji 🚲 &amp; &lt;b&gt;" in page
        assert "+12 days" in page
