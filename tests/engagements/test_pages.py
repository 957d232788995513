from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.audit.write import mark_of
from crm.domain.roles import Role
from engagements.models import Engagement, Milestone
from tests.crm.factories import ContactFactory, OrganisationFactory, person_as
from tests.engagements.factories import (
    BlockerFactory,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneFactory,
    ProgressLogFactory,
)

pytestmark = pytest.mark.django_db
LIST = reverse("engagements:engagement-list")


@pytest.fixture
def as_coordinator(client, coordinator):
    client.force_login(coordinator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def fill(member, size):
    for n in range(size):
        engagement = EngagementFactory(member=member, last_news_on=timezone.localdate())
        LeadAppointmentFactory(engagement=engagement)
        MilestoneFactory(engagement=engagement)
        MilestoneFactory(engagement=engagement, accepted=True)
        if n % 2:
            BlockerFactory(engagement=engagement)


def titles(response):
    return [engagement.title for engagement, _health in response.context_data["rows"]]


class TestList:
    @pytest.mark.parametrize("size", [3, 12])
    def test_queries_do_not_grow(self, as_coordinator, member, size, django_assert_num_queries):
        fill(member, size)
        as_coordinator.get(LIST)

        with django_assert_num_queries(8):
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

        with django_assert_num_queries(23):
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

    def test_replaces_the_lead_by_somebody_new(self, as_coordinator, member):
        engagement = EngagementFactory(member=member)
        old = LeadAppointmentFactory(engagement=engagement)
        today = timezone.localdate()

        as_coordinator.post(
            reverse("engagements:lead-appoint", args=[engagement.pk]),
            {"new_name": "Zoé", "starts_on": today.isoformat(), "share": 100, "seen": mark_of(old)},
        )

        old.refresh_from_db()
        assert old.ends_on == today - timedelta(days=1)
        assert engagement.leads.current(today).get().contact.full_name == "Zoé"

    def test_refuses_a_share_above_full_time(self, as_coordinator, member):
        engagement = EngagementFactory(member=member)
        contact = ContactFactory(organisation=engagement.beneficiary, kept_by=member)

        response = as_coordinator.post(
            reverse("engagements:lead-appoint", args=[engagement.pk]),
            {"contact": contact.pk, "starts_on": "2026-02-02", "share": 150},
        )

        assert "share" in response.context_data["form"].errors

    def test_accepting_twice_is_told(self, as_coordinator, member):
        milestone = MilestoneFactory(engagement__member=member, done=True)
        url = reverse("engagements:milestone-accept", args=[milestone.pk])

        assert as_coordinator.post(url, {"comment": "", "seen": 1}).status_code == 302
        assert as_coordinator.post(url, {"comment": "", "seen": 2}).status_code == 422
        assert Milestone.objects.exclude(accepted_on=None).count() == 1


class TestNeedsMe:
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
