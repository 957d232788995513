"""Which milestone waits for which, milestones from templates, and the pages of the roadmap."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from crm.domain.refusals import Refused, by_field
from crm.models import Membership
from engagements.domain import roadmap
from engagements.models import CalendarLink, Dependency, Milestone
from engagements.services import calendars
from engagements.services.milestones import MilestonePlan, change_milestone, finish_milestone
from tests.api_client import ReadingClient
from tests.engagements.calendars import read_back
from tests.engagements.factories import (
    BlockerFactory,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    MilestoneTemplateFactory,
    SolutionFactory,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 15, 9, tzinfo=UTC)
TODAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator)


def change(milestone, by, **changes):
    facts = {name: getattr(milestone, name) for name in ("title", "planned_on", "owner")}
    return change_milestone(milestone, MilestonePlan(**facts | changes), by=by)


class TestDependencies:
    @pytest.fixture
    def three(self, engagement):
        return [MilestoneFactory(engagement=engagement, title=title) for title in "ABC"]

    def test_a_loop_is_refused_and_named_and_nothing_is_kept(self, three, coordinator):
        a, b, c = three
        change(b, coordinator, after=[a])
        change(c, coordinator, after=[b])

        with pytest.raises(Refused) as refused:
            change(a, coordinator, after=[c], title="Renamed")

        (sentence,) = by_field(refused.value)["after"]
        assert sentence.startswith("These wait for each other without end: ")
        assert sorted(set(sentence.rstrip(".").split(": ")[1].split(" → "))) in (
            ["A", "B", "C"],
            ["B", "C", "Renamed"],
        )
        assert Dependency.objects.count() == 2
        assert Milestone.objects.get(pk=a.pk).title == "A"

    def test_it_does_not_wait_for_itself(self, three, coordinator):
        with pytest.raises(Refused, match="itself"):
            change(three[0], coordinator, after=[three[0]])

    def test_it_waits_for_milestones_of_its_own_engagement_alone(self, three, coordinator):
        with pytest.raises(Refused, match="own engagement"):
            change(three[0], coordinator, after=[MilestoneFactory()])

    def test_it_is_not_done_before_what_it_waits_for(self, three, coordinator):
        a, b, _c = three
        change(b, coordinator, after=[a])

        with pytest.raises(Refused, match="not done yet: A"):
            finish_milestone(b, done_on=TODAY, today=TODAY, by=coordinator)
        finish_milestone(a, done_on=TODAY, today=TODAY, by=coordinator)
        assert finish_milestone(b, done_on=TODAY, today=TODAY, by=coordinator).done_on == TODAY

    def test_what_waits_is_in_the_history_with_who(self, three, coordinator):
        a, b, _c = three
        change(b, coordinator, after=[a])
        change(b, coordinator, after=[])

        rows = Dependency.history.order_by("history_id").values_list("history_type", "history_user")
        assert list(rows) == [("+", coordinator.pk), ("-", coordinator.pk)]

    def test_the_form_keeps_them_and_the_page_tells_what_is_planned_too_early(
        self, three, coordinator, client
    ):
        a, b, _c = three
        client.force_login(coordinator)
        client.post(
            reverse("engagements:milestone-change", args=[b.pk]),
            {"title": "B", "planned_on": "2026-05-01", "after": [a.pk], "seen": 1},
        )

        page = client.get(
            reverse("engagements:engagement-roadmap", args=[a.engagement_id]),
            headers={"accept-language": "en"},
        ).content.decode()
        assert Dependency.objects.get().after == a
        assert "planned too early" in page

    @given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=25))
    def test_a_loop_is_found_where_there_is_one_and_only_there(self, edges):
        """The other implementation: take away what waits for nothing until nothing moves."""
        remaining = set(edges)
        while True:
            leaves = {
                edge
                for edge in remaining
                if not any(waiting == edge[1] for waiting, _awaited in remaining)
            }
            if not leaves:
                break
            remaining -= leaves

        cycle = roadmap.loop(edges)

        assert bool(cycle) == bool(remaining)
        if cycle:
            assert cycle[0] == cycle[-1]
            assert all(step in edges for step in pairwise(cycle))


class TestPlan:
    def test_steps_stand_in_order_and_none_before_what_it_waits_for(self):
        steps = [
            roadmap.TemplateStep("b", "B", 10, "a"),
            roadmap.TemplateStep("a", "A", 40),
            roadmap.TemplateStep("c", "C", 5, "elsewhere"),
        ]

        planned = roadmap.plan(steps, TODAY)

        assert [(row.code, (row.planned_on - TODAY).days, row.after) for row in planned] == [
            ("c", 5, ""),
            ("b", 40, "a"),
            ("a", 40, ""),
        ]

    def templates(self):
        first = MilestoneTemplateFactory(code="needs", title_en="Needs", days=30)
        MilestoneTemplateFactory(
            code="stores", title_en="Stores", days=90, kind="extension", after=first
        )
        MilestoneTemplateFactory(code="deputy", title_en="Deputy", days=40, barrier="time")
        MilestoneTemplateFactory(code="app", title_en="App", days=40, kind="app")

    def test_the_page_proposes_by_kind_and_barrier_and_adds_what_is_ticked(
        self, engagement, coordinator, client
    ):
        self.templates()
        SolutionFactory(engagement=engagement, kind="extension")
        client.force_login(coordinator)
        address = reverse("engagements:roadmap-plan", args=[engagement.pk])
        query = {"kind": "extension", "barriers": ["time"], "first_on": "2026-06-15"}

        text = client.get(address, query, headers={"accept-language": "en"}).content.decode()
        assert all(title in text for title in ("Needs", "Stores", "Deputy"))
        assert ">App<" not in text
        client.post(
            address, query | {"codes": ["needs", "stores"]}, headers={"accept-language": "en"}
        )

        added = Milestone.objects.order_by("planned_on").values_list("title", "planned_first_on")
        assert list(added) == [("Needs", date(2026, 7, 15)), ("Stores", date(2026, 9, 13))]
        assert Dependency.objects.get().after.title == "Needs"

    def test_twice_adds_nothing_and_says_what_is_there(self, engagement, coordinator, client):
        self.templates()
        client.force_login(coordinator)
        address = reverse("engagements:roadmap-plan", args=[engagement.pk])
        data = {"kind": "site", "first_on": "2026-06-15", "codes": ["needs"]}
        client.post(address, data, headers={"accept-language": "en"})

        response = client.post(address, data, headers={"accept-language": "en"})

        assert response.status_code == 422
        assert "in the roadmap already" in response.content.decode()
        assert Milestone.objects.count() == 1

    def test_nothing_before_the_engagement_starts(self, engagement, coordinator, client):
        MilestoneTemplateFactory(code="now", days=0)
        client.force_login(coordinator)

        response = client.post(
            reverse("engagements:roadmap-plan", args=[engagement.pk]),
            {"kind": "site", "first_on": "2020-01-01", "codes": ["now"]},
        )

        assert response.status_code == 422
        assert not Milestone.objects.exists()


class TestMoving:
    def test_a_week_later_keeps_what_was_planned_first(self, engagement, coordinator, client):
        milestone = MilestoneFactory(engagement=engagement)
        client.force_login(coordinator)

        response = client.post(
            reverse("engagements:milestone-move", args=[milestone.pk]),
            {"planned_on": "2026-06-08", "seen": 1},
        )

        milestone.refresh_from_db()
        assert response.status_code == 302
        assert (milestone.planned_first_on, milestone.planned_on) == (
            date(2026, 6, 1),
            date(2026, 6, 8),
        )

    def test_the_second_of_two_sees_both_versions_and_loses_no_text(
        self, engagement, coordinator, client
    ):
        milestone = MilestoneFactory(engagement=engagement)
        client.force_login(coordinator)
        address = reverse("engagements:milestone-move", args=[milestone.pk])
        client.post(address, {"planned_on": "2026-06-08", "seen": 1})

        response = client.post(
            address,
            {"planned_on": "2026-09-30", "why": "The server is late.", "seen": 1},
            headers={"accept-language": "en"},
        )

        page = response.content.decode()
        assert response.status_code == 422
        assert "Somebody else changed this" in page
        assert "The server is late." in page
        assert "2026-09-30" in page
        assert "8 June 2026" in page

    def test_before_the_start_is_refused_at_the_field(self, engagement, coordinator, client):
        milestone = MilestoneFactory(engagement=engagement)
        client.force_login(coordinator)

        response = client.post(
            reverse("engagements:milestone-move", args=[milestone.pk]),
            {"planned_on": "2025-12-31", "seen": 1},
        )

        assert response.status_code == 422
        assert response.context["form"].errors["planned_on"]


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


class TestCalendar:
    def made(self, coordinator, engagement=None):
        link, token = calendars.make_calendar_link(coordinator, engagement=engagement, at=NOW)
        return link, reverse("engagements:calendar", args=[token])

    @pytest.mark.parametrize("address", ["https://relais.example", "http://127.0.0.1:8123"])
    def test_two_sites_in_one_calendar_program_are_told_apart(
        self, client, settings, engagement, coordinator, address
    ):
        settings.SITE_URL = address
        MilestoneFactory(engagement=engagement, planned_on=timezone.localdate())
        _link, calendar = self.made(coordinator)

        (event,) = read_back(client.get(calendar).content, address).values()

        assert str(event["url"]) == address + engagement.get_absolute_url()

    @pytest.mark.parametrize(
        ("planned", "done", "is_shown"),
        [
            (365, None, True),
            (366, None, False),
            (500, 365, True),
            (500, 366, False),
            (10, 366, False),
        ],
    )
    def test_it_goes_back_one_year_by_the_day_that_it_shows(
        self, client, engagement, coordinator, planned, done, is_shown
    ):
        planned_on, done_on = (
            days and timezone.localdate() - timedelta(days=days) for days in (planned, done)
        )
        MilestoneFactory(engagement=engagement, planned_on=planned_on, done_on=done_on)
        _link, calendar = self.made(coordinator)

        assert (b"VEVENT" in client.get(calendar).content) == is_shown

    def test_a_calendar_program_reads_milestones_and_last_days(
        self, client, settings, engagement, coordinator
    ):
        day = timezone.localdate() + timedelta(days=3)
        milestone = MilestoneFactory(
            engagement=engagement, title="Épicerie; déjà, «là»\n🚲", planned_on=day
        )
        LeadAppointmentFactory(engagement=engagement, ends_on=day)
        _link, address = self.made(coordinator)

        response = client.get(address)

        events = read_back(response.content, settings.SITE_URL)
        event = events[f"milestone-{milestone.pk}@{settings.SITE_URL.partition('//')[2]}"]
        assert str(event["summary"]) == f"{milestone.title} — {engagement.title}"
        assert (event["dtstart"].dt, event["dtend"].dt) == (day, day + timedelta(days=1))
        assert len(events) == 2
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        assert "no-store" in response["Cache-Control"]

    def test_an_address_that_leaked_is_dead_at_once(self, client, engagement, coordinator):
        link, address = self.made(coordinator)
        assert client.get(address).status_code == 200
        client.force_login(coordinator)
        client.post(reverse("engagements:calendar-revoke", args=[link.pk]))
        client.logout()

        assert client.get(address).status_code == 404

    def test_it_shows_no_more_than_its_owner_may_open_today(self, client, engagement, coordinator):
        MilestoneFactory(engagement=engagement, planned_on=timezone.localdate())
        _link, address = self.made(coordinator, engagement)
        assert b"VEVENT" in client.get(address).content

        Membership.objects.filter(user=coordinator).update(ended_on=timezone.localdate())
        assert b"VEVENT" not in client.get(address).content

        coordinator.is_active = False
        coordinator.save()
        assert client.get(address).status_code == 404

    @pytest.mark.parametrize("token", ["x", "a" * 43, "é"])
    def test_a_wrong_address_does_not_exist(self, client, token):
        assert client.get(reverse("engagements:calendar", args=[token])).status_code == 404

    def test_the_secret_is_shown_once_and_not_stored(self, client, coordinator):
        client.force_login(coordinator)
        page = reverse("engagements:calendar-links")
        first = client.post(page).content.decode()
        token = first.split("/engagements/calendar/")[1].split(".ics")[0]

        assert token not in client.get(page).content.decode()
        assert token not in str(CalendarLink.objects.values_list())

    def test_a_foreign_engagement_is_as_if_missing(self, client, coordinator):
        client.force_login(coordinator)
        for number in (EngagementFactory().pk, 987_654_321, "x", "9" * 30):
            assert (
                client.post(
                    reverse("engagements:calendar-links"), {"engagement": number}
                ).status_code
                == 404
            )
        assert not CalendarLink.objects.exists()

    def test_twenty_addresses_are_enough(self, coordinator):
        for _turn in range(20):
            self.made(coordinator)

        with pytest.raises(Refused, match="revoke one"):
            self.made(coordinator)

    @pytest.mark.parametrize("size", [1, 9])
    def test_queries_do_not_grow(
        self, client, member, coordinator, django_assert_num_queries, size
    ):
        for engagement in EngagementFactory.create_batch(size, member=member):
            MilestoneFactory(engagement=engagement, planned_on=timezone.localdate())
        _link, address = self.made(coordinator)

        with django_assert_num_queries(6):
            client.get(address)


class TestApi:
    @pytest.fixture
    def api(self, coordinator):
        api = ReadingClient(headers={"accept-language": "en"})
        api.force_authenticate(coordinator)
        return api

    def test_writes_and_reads_what_waits(self, api, engagement):
        first = MilestoneFactory(engagement=engagement)
        second = MilestoneFactory(engagement=engagement)
        address = reverse("api:milestone-detail", args=[second.pk])

        assert api.patch(address, {"after": [first.pk]}).json()["after"] == [first.pk]
        assert api.patch(address, {"title": "Kept"}).json()["after"] == [first.pk]
        refused = api.patch(
            reverse("api:milestone-detail", args=[first.pk]), {"after": [second.pk]}
        )
        assert (refused.status_code, "without end" in str(refused.json())) == (400, True)

    def test_a_foreign_milestone_is_no_choice(self, api, engagement):
        own, foreign = MilestoneFactory(engagement=engagement), MilestoneFactory()

        response = api.patch(
            reverse("api:milestone-detail", args=[own.pk]), {"after": [foreign.pk]}
        )

        assert response.status_code == 400

    def test_plans_a_roadmap(self, api, engagement):
        MilestoneTemplateFactory(code="needs", days=30)
        MilestoneTemplateFactory(code="other", days=30)

        response = api.post(
            reverse("api:engagement-plan-roadmap", args=[engagement.pk]),
            {"kind": "site", "first_on": "2026-06-15", "codes": ["needs"]},
        )

        assert (response.status_code, len(response.json())) == (201, 1)

    def test_makes_lists_and_revokes_a_calendar_address(self, api, client):
        link = api.post(reverse("api:calendarlink-list"), {}).json()
        path = link["url"].split("testserver")[1]
        assert client.get(path).status_code == 200
        (listed,) = api.get(reverse("api:calendarlink-list")).json()["results"]
        assert listed["url"] is None

        assert api.delete(reverse("api:calendarlink-detail", args=[link["id"]])).status_code == 204
        assert client.get(path).status_code == 404
