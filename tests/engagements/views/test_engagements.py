"""The list of engagements, an engagement with what each role is shown of it, and its next stage."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from engagements.models import Engagement
from tests.crm.factories import (
    OrganisationFactory,
    SupportRequestFactory,
    UserFactory,
    person_as,
)
from tests.engagements.factories import (
    LEARNED,
    BlockerFactory,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    ProgressLogFactory,
    SolutionFactory,
    TeamMemberFactory,
)

pytestmark = pytest.mark.django_db

LIST = reverse("engagements:engagement-list")


def fill(member, size):
    for n in range(size):
        engagement = EngagementFactory(member=member, last_news_on=timezone.localdate())
        LeadAppointmentFactory(engagement=engagement)
        MilestoneFactory(engagement=engagement)
        MilestoneFactory(engagement=engagement, accepted=True)
        if n % 2:
            BlockerFactory(engagement=engagement)


def titles(response):
    return [engagement.title for engagement, *_rest in response.context_data["rows"]]


class TestList:
    @pytest.mark.parametrize("size", [3, 12])
    def test_queries_do_not_grow(self, as_coordinator, member, size, django_assert_num_queries):
        fill(member, size)
        as_coordinator.get(LIST)

        with django_assert_num_queries(9):  # the last one: the views that the person has saved
            response = as_coordinator.get(LIST)

        assert len(titles(response)) == size

    @pytest.mark.parametrize("query", ["foret", "FORÊT", "oeuvre", "Œuvre"])
    def test_search_ignores_accents_in_the_title_and_in_the_organisation(
        self, as_coordinator, member, query
    ):
        EngagementFactory(member=member, title="Forêt")
        EngagementFactory(
            member=member, title="Trees", beneficiary=OrganisationFactory(name="La Forêt")
        )
        EngagementFactory(member=member, title="Œuvre")
        EngagementFactory(
            member=member, title="Books", beneficiary=OrganisationFactory(name="Une œuvre")
        )
        EngagementFactory(member=member, title="Other")

        assert len(titles(as_coordinator.get(LIST, {"q": query}))) == 2

    def test_shows_active_ones_unless_asked(self, as_coordinator, member):
        EngagementFactory(member=member, title="Active")
        EngagementFactory(member=member, title="Stopped", stopped=True)

        assert titles(as_coordinator.get(LIST)) == ["Active"]
        assert titles(as_coordinator.get(LIST, {"state": "over"})) == ["Stopped"]
        assert titles(as_coordinator.get(LIST, {"state": "all"})) == ["Active", "Stopped"]
        assert titles(as_coordinator.get(LIST, {"stage": "stopped"})) == ["Stopped"]

    def test_filters_by_what_is_needed(self, as_coordinator, member):
        led = EngagementFactory(member=member, title="Led", last_news_on=timezone.localdate())
        LeadAppointmentFactory(engagement=led)
        EngagementFactory(member=member, title="Vacant", last_news_on=timezone.localdate())

        assert titles(as_coordinator.get(LIST, {"needs": "vacant"})) == ["Vacant"]
        assert titles(as_coordinator.get(LIST, {"health": "good"})) == ["Led"]
        assert titles(as_coordinator.get(LIST, {"health": "act"})) == ["Vacant"]

    def test_sorts_both_ways(self, as_coordinator, member):
        for title in ("B", "A", "C"):
            EngagementFactory(member=member, title=title)

        assert titles(as_coordinator.get(LIST, {"sort": "-title"})) == ["C", "B", "A"]

    def test_walks_all_pages_forward_and_back(self, as_coordinator, member):
        for n in range(105):
            EngagementFactory(member=member, title=f"Same {n % 7}")
        first = as_coordinator.get(LIST)
        seen, response = titles(first), first
        while response.context_data["page"].next:
            response = as_coordinator.get(LIST + response.context_data["page"].next)
            seen += titles(response)
        assert len(seen) == 105
        assert seen == sorted(seen)

        last = as_coordinator.get(LIST + first.context_data["page"].last)
        assert titles(last) == seen[-50:]

    @pytest.mark.parametrize("cursor", ["{", "[]", '["a"]', '["a", "b"]', "null", '[["a"], 1]'])
    def test_a_senseless_page_is_the_first_one(self, as_coordinator, member, cursor):
        EngagementFactory(member=member, title="Only")

        assert titles(as_coordinator.get(LIST, {"after": cursor})) == ["Only"]

    def test_an_empty_list_teaches(self, as_coordinator):
        assert b"No engagement yet" in as_coordinator.get(LIST).content


class TestDetail:
    @pytest.mark.parametrize("size", [1, 6])
    def test_queries_do_not_grow(self, as_coordinator, member, size, django_assert_num_queries):
        engagement = EngagementFactory(member=member)
        LeadAppointmentFactory(engagement=engagement)
        for _n in range(size):
            MilestoneFactory(engagement=engagement)
            ProgressLogFactory(engagement=engagement)
            BlockerFactory(engagement=engagement)
        as_coordinator.get(engagement.get_absolute_url())

        with django_assert_num_queries(19):
            as_coordinator.get(engagement.get_absolute_url())

    def test_tells_what_a_stage_wants_before_one_tries(self, as_coordinator, member):
        engagement = EngagementFactory(member=member)

        page = as_coordinator.get(engagement.get_absolute_url()).content.decode()

        assert "Appoint a full-time project lead first." in page

    def test_a_refused_move_answers_in_words(self, as_coordinator, member):
        engagement = EngagementFactory(member=member)

        response = as_coordinator.post(
            reverse("engagements:engagement-move", args=[engagement.pk]), {"to": "design"}
        )

        assert response.status_code == 422
        assert "Appoint a full-time project lead first." in response.content.decode()

    def test_the_timeline_says_its_finding(self, as_coordinator, member):
        engagement = EngagementFactory(member=member)
        MilestoneFactory(engagement=engagement, accepted=True)

        page = as_coordinator.get(engagement.get_absolute_url()).content.decode()

        assert "1 milestone out of 1 has slipped, by 9 days." in page
        assert 'role="img"' in page

    def test_a_volunteer_or_a_stranger_never_sees_the_coordinators_notes(self, client, member):
        lead = person_as(Role.LEAD)
        engagement = EngagementFactory(
            member=member, beneficiary=lead.memberships.get().organisation
        )
        client.force_login(lead)

        page = client.get(engagement.get_absolute_url()).content.decode()

        assert "interactions/create" not in page
        assert "/move/" not in page


class TestForms:
    def test_opens_an_engagement(self, as_coordinator, member, coordinator):
        beneficiary = OrganisationFactory(name='Les "Amis" 🌱')

        response = as_coordinator.post(
            reverse("engagements:engagement-create"),
            {
                "title": "Un outil 🌱",
                "beneficiary": beneficiary.pk,
                "member": member.pk,
                "coordinator": coordinator.pk,
                "started_on": "2026-02-02",
            },
        )

        engagement = Engagement.objects.get()
        assert response.status_code == 302
        assert (engagement.title, engagement.stage, engagement.beneficiary.is_beneficiary) == (
            "Un outil 🌱",
            "scoping",
            True,
        )

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("title", "x" * 300),
            ("title", "a\0b"),
            ("started_on", "1998-01-01"),
            ("started_on", "31/02/2026"),
        ],
    )
    def test_bad_input_is_told_at_its_field_and_kept(
        self, as_coordinator, member, coordinator, field, value
    ):
        data = {
            "title": "Kept title",
            "need": "Kept need",
            "started_on": "2026-02-02",
            field: value,
        }

        response = as_coordinator.post(reverse("engagements:engagement-create"), data)

        assert response.status_code == 422
        assert field in response.context_data["form"].errors
        assert "Kept need" in response.content.decode()
        assert not Engagement.objects.exists()

    def test_two_people_at_once_both_see_what_is_there(self, as_coordinator, member, coordinator):
        engagement = EngagementFactory(member=member, coordinator=coordinator, need="At first")
        url = reverse("engagements:engagement-change", args=[engagement.pk])
        form = {"title": "T", "coordinator": coordinator.pk, "started_on": "2026-01-05", "seen": 1}
        as_coordinator.post(url, form | {"need": "Hers"})

        response = as_coordinator.post(url, form | {"need": "His"})

        page = response.content.decode()
        assert response.status_code == 422
        assert "Hers" in page
        assert "His" in page
        again = as_coordinator.post(
            url, form | {"need": "His", "seen": response.context_data["form"].data["seen"]}
        )
        assert again.status_code == 302
        engagement.refresh_from_db()
        assert engagement.need == "His"


class TestTheFirstDay:
    """Relais without a single engagement says what comes first, and never to take a filter away."""

    def test_of_a_coordinator_begins_with_an_engagement(self, as_coordinator, member):
        create = reverse("engagements:engagement-create")
        assert create in as_coordinator.get("/").content.decode()

        EngagementFactory(member=member)

        assert create not in as_coordinator.get("/").content.decode()

    @pytest.mark.parametrize("name", ["engagement-list", "engagement-timeline"])
    def test_lists_speak_of_a_filter_where_there_is_one(self, as_coordinator, name):
        page = reverse(f"engagements:{name}")

        texts = [
            as_coordinator.get(page + query, headers={"accept-language": "en"}).content.decode()
            for query in ("", "?q=x")
        ]

        assert ["Nothing matches" in each for each in texts] == [False, True]


def address(name, pk):
    return reverse(f"engagements:{name}", args=[pk])


@pytest.fixture
def volunteer(engagement):
    user = person_as(Role.VOLUNTEER, full_name="Victor Volunteer")
    TeamMemberFactory(engagement=engagement, user=user)
    return user


class TestWhatEachRoleIsShown:
    RUNS = (
        "milestone-create",
        "engagement-change",
        "lead-appoint",
        "solution-create",
        "interaction-create",
    )

    @pytest.fixture
    def full(self, engagement):
        MilestoneFactory(engagement=engagement, done=True, title="Maquettes")
        BlockerFactory(engagement=engagement, text="No key")
        SolutionFactory(engagement=engagement, name="Paniers")
        ProgressLogFactory(engagement=engagement, done="Drew the map.")
        return engagement

    def shown(self, enter, user, engagement):
        response = enter(user).get(engagement.get_absolute_url())
        assert response.status_code == 200
        return response.content.decode()

    @pytest.mark.parametrize("who", ["coordinator", "lead", "volunteer", "administrator"])
    def test_everybody_in_it_reads_the_whole_story(self, request, enter, full, who):
        page = self.shown(enter, request.getfixturevalue(who), full)

        for fact in ("Carte des paniers", "Maquettes", "No key", "Paniers", "Drew the map."):
            assert fact in page

    @pytest.mark.parametrize("who", ["coordinator", "administrator"])
    def test_those_who_run_it_find_every_action(self, request, enter, full, who):
        LeadAppointmentFactory(engagement=full)  # which the next stage asks for
        page = self.shown(enter, request.getfixturevalue(who), full)

        for name in (*self.RUNS, "engagement-move", "log-create"):
            assert address(name, full.pk) in page
        assert address("milestone-accept", full.milestones.get().pk) in page

    def test_the_lead_accepts_and_writes_news_and_nothing_else(self, enter, full, lead):
        page = self.shown(enter, lead, full)

        assert address("milestone-accept", full.milestones.get().pk) in page
        assert address("log-create", full.pk) in page
        for name in (*self.RUNS, "engagement-move"):
            assert address(name, full.pk) not in page
        assert address("milestone-reopen", full.milestones.get().pk) not in page

    def test_a_volunteer_reads(self, enter, full, volunteer):
        page = self.shown(enter, volunteer, full)

        for name in (*self.RUNS, "engagement-move", "log-create"):
            assert address(name, full.pk) not in page
        assert address("milestone-accept", full.milestones.get().pk) not in page

    @pytest.mark.parametrize("role", [Role.SPONSOR, Role.FUNDER, Role.DESK])
    def test_others_do_not_find_it(self, enter, full, role):
        client = enter(person_as(role))

        assert client.get(full.get_absolute_url()).status_code == 404
        assert titles(client.get(LIST)) == []

    @pytest.mark.parametrize("who", ["lead", "volunteer"])
    @pytest.mark.parametrize("name", [*RUNS, "engagement-move"])
    def test_what_is_not_shown_is_not_done_either(self, request, enter, full, who, name):
        response = enter(request.getfixturevalue(who)).post(
            address(name, full.pk), {"to": "stopped", "reason": "x"}
        )

        assert response.status_code == 403

    def test_a_reader_of_one_member_is_not_offered_the_choice_of_members(
        self, enter, coordinator, administrator
    ):
        assert "member" not in enter(coordinator).get(LIST).context_data["filter"].form.fields
        assert "member" in enter(administrator).get(LIST).context_data["filter"].form.fields

    def test_the_list_offers_an_appointment_to_those_who_may_make_it(
        self, enter, coordinator, volunteer, engagement
    ):
        link = address("lead-appoint", engagement.pk)

        assert link in enter(coordinator).get(LIST).content.decode()
        assert link not in enter(volunteer).get(LIST).content.decode()


class TestStage:
    def move(self, client, engagement, **given):
        return client.post(address("engagement-move", engagement.pk), given)

    def test_stopping_asks_why_and_keeps_what_was_typed(self, page, engagement):
        url = address("engagement-stop", engagement.pk)
        refused = page.post(url, LEARNED | {"reason": " "})
        assert refused.status_code == 422
        assert LEARNED["what_we_learned"] in refused.content.decode()

        assert (
            page.post(url, LEARNED | {"reason": "The shop closed.", "seen": 1}).status_code == 302
        )
        text = page.get(engagement.get_absolute_url()).content.decode()
        assert "The shop closed." in text
        assert address("engagement-move", engagement.pk) not in text

    def test_a_coordinator_is_not_offered_to_pass_a_gate(self, page, engagement):
        assert "reason-design" not in page.get(engagement.get_absolute_url()).content.decode()

    def test_the_head_coordinator_passes_with_a_reason_that_everybody_reads_for_ever(
        self, enter, engagement, member, volunteer
    ):
        head = person_as(Role.COORDINATOR, member, is_head=True, full_name="Hélène Head")
        client = enter(head)
        assert "reason-design" in client.get(engagement.get_absolute_url()).content.decode()

        assert (
            self.move(
                client, engagement, to="design", reason="She starts on Monday.", seen=1
            ).status_code
            == 302
        )

        text = enter(volunteer).get(engagement.get_absolute_url()).content.decode()
        assert "She starts on Monday." in text
        assert "Hélène Head" in text

    def test_a_move_from_a_page_of_yesterday_is_refused(self, page, engagement):
        LeadAppointmentFactory(engagement=engagement)
        Engagement.objects.filter(pk=engagement.pk).update(version=4)

        response = self.move(page, engagement, to="design", seen=3)

        assert response.status_code == 422
        engagement.refresh_from_db()
        assert engagement.stage == "scoping"

    @pytest.mark.parametrize("to", ["", "nowhere", "launch", "\0"])
    def test_a_stage_that_is_not_next_is_refused_in_words(self, page, engagement, to):
        response = self.move(page, engagement, to=to, seen=1)

        assert response.status_code == 422
        assert response.context_data["move_form"].errors["to"]

    def test_three_clicks_from_home(self, page, engagement):
        """Engagements, the engagement, its next stage: the button is on the page and not behind another."""
        LeadAppointmentFactory(engagement=engagement)
        assert LIST in page.get("/").content.decode()
        assert engagement.get_absolute_url() in page.get(LIST).content.decode()

        text = page.get(engagement.get_absolute_url()).content.decode()
        before = text[: text.index('value="design"')]

        assert before.count("<details") == before.count("</details>")

    def test_a_get_moves_nothing(self, page, engagement):
        assert page.get(address("engagement-move", engagement.pk)).status_code == 405


class TestFeed:
    @pytest.mark.parametrize("size", [2, 9])
    def test_the_feed_costs_the_same_however_long(
        self, page, engagement, size, django_assert_num_queries
    ):
        author = UserFactory()
        for week in range(size):
            ProgressLogFactory(
                engagement=engagement, author=author, week=date(2026, 1, 5) + timedelta(weeks=week)
            )
        page.get(address("engagement-feed", engagement.pk))

        with django_assert_num_queries(7):
            response = page.get(address("engagement-feed", engagement.pk))

        assert len(response.context_data["logs"]) == size


class TestItsRequest:
    def test_leads_back_to_its_request(self, client, administrator, coordinator, member):
        support = SupportRequestFactory()
        engagement = EngagementFactory(member=member, request=support)
        link = f'href="{support.get_absolute_url()}"'
        client.force_login(administrator)
        assert link in client.get(engagement.get_absolute_url()).content.decode()

        client.force_login(coordinator)
        assert link not in client.get(engagement.get_absolute_url()).content.decode()
