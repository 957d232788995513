"""Each form of an engagement's page, opened and sent by those who may; and what each role is shown."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.audit.write import mark_of
from crm.domain.roles import Role
from crm.models import Interaction
from engagements.models import (
    Blocker,
    Engagement,
    LeadAppointment,
    Milestone,
    ProgressLog,
    Solution,
)
from engagements.selectors.troubles import MAX_SHOWN, troubles_of
from engagements.todos import todos_of
from tests.crm.factories import ContactFactory, OrganisationFactory, UserFactory, person_as
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


def address(name, pk):
    return reverse(f"engagements:{name}", args=[pk])


def titles(response):
    return [engagement.title for engagement, *_rest in response.context_data["rows"]]


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Carte des paniers")


@pytest.fixture
def enter(client):
    """The client as somebody, in English."""

    def as_person(user):
        client.force_login(user)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    return as_person


@pytest.fixture
def page(enter, coordinator):
    return enter(coordinator)


@pytest.fixture
def lead(engagement):
    user = person_as(Role.LEAD, engagement.beneficiary, full_name="Léa Lead")
    contact = ContactFactory(
        organisation=engagement.beneficiary, kept_by=engagement.member, user=user
    )
    LeadAppointmentFactory(engagement=engagement, contact=contact)
    return user


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


class TestListFilters:
    @pytest.fixture(autouse=True)
    def rows(self, member, coordinator, today):
        new = {"member": member, "coordinator": coordinator, "last_news_on": today}
        for days, title in ((30, "Calm"), (20, "Blocked"), (10, "Silent")):
            row = EngagementFactory(**new, title=title, started_on=today - timedelta(days=days))
            LeadAppointmentFactory(engagement=row, starts_on=row.started_on)
        BlockerFactory(
            engagement=Engagement.objects.get(title="Blocked"), opened_on=today - timedelta(days=2)
        )
        Engagement.objects.filter(title="Silent").update(last_news_on=today - timedelta(days=50))
        EngagementFactory(**new, title="Stopped", stopped=True)
        EngagementFactory(**new, title="Autonomous", stage="autonomous")
        EngagementFactory(title="Foreign")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({}, ["Blocked", "Calm", "Silent"]),
            ({"state": "active"}, ["Blocked", "Calm", "Silent"]),
            ({"state": "stopped"}, ["Stopped"]),
            ({"state": "autonomous"}, ["Autonomous"]),
            ({"state": "all"}, ["Autonomous", "Blocked", "Calm", "Silent", "Stopped"]),
            ({"state": "active", "stage": "stopped"}, ["Stopped"]),
            ({"stage": "scoping"}, ["Blocked", "Calm", "Silent"]),
            ({"stage": "build"}, []),
            ({"needs": "any"}, ["Blocked", "Silent"]),
            ({"needs": "blocked"}, ["Blocked"]),
            ({"needs": "silent"}, ["Silent"]),
            ({"needs": "vacant"}, []),
            ({"health": "good"}, ["Calm"]),
            ({"health": "watch"}, ["Blocked"]),
            ({"health": "unknown"}, ["Silent"]),
            ({"health": "act"}, []),
            ({"health": "act", "state": "all"}, []),
            ({"sort": "start"}, ["Calm", "Blocked", "Silent"]),
            ({"sort": "-start"}, ["Silent", "Blocked", "Calm"]),
            ({"sort": "news"}, ["Silent", "Calm", "Blocked"]),
            ({"sort": "drop table"}, ["Blocked", "Calm", "Silent"]),
            (
                {"state": "nowhere", "stage": "x", "health": "\0", "q": "a\0"},
                ["Blocked", "Calm", "Silent"],
            ),
        ],
    )
    def test_finds_what_was_asked_for(self, page, query, found):
        response = page.get(LIST, query)

        assert response.status_code == 200
        assert titles(response) == found

    def test_a_coordinator_of_elsewhere_is_no_choice(self, page, outsider):
        response = page.get(LIST, {"coordinator": outsider.pk})

        assert "coordinator" in response.context_data["filter"].form.errors

    def test_the_administrator_chooses_among_members(self, enter, administrator, member):
        client = enter(administrator)

        assert titles(client.get(LIST)) == ["Blocked", "Calm", "Foreign", "Silent"]
        assert titles(client.get(LIST, {"member": member.pk})) == ["Blocked", "Calm", "Silent"]

    def test_says_what_to_do_when_nothing_matches(self, page):
        assert b"Nothing matches" in page.get(LIST, {"q": "nothing like it"}).content


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

        assert text.index('value="design"') < text.index('class="moves"')

    def test_a_get_moves_nothing(self, page, engagement):
        assert page.get(address("engagement-move", engagement.pk)).status_code == 405


class TestForms:
    """name of the address, of what it hangs from, what is sent, and what is true afterwards."""

    @pytest.fixture
    def parts(self, engagement, lead):
        return {
            "engagement": engagement,
            "appointment": engagement.leads.get(),
            "open": MilestoneFactory(engagement=engagement, title="Open"),
            "done": MilestoneFactory(engagement=engagement, title="Done", done=True),
            "blocker": BlockerFactory(engagement=engagement),
            "solution": SolutionFactory(engagement=engagement),
        }

    CASES = [
        (
            *("milestone-create", "engagement", {"title": "New", "planned_on": "2026-12-01"}),
            *(Milestone, {"title": "New"}),
        ),
        (
            *(
                "milestone-change",
                "open",
                {"title": "Open", "planned_on": "2026-09-01", "why": "Late", "seen": 1},
            ),
            *(Milestone, {"planned_on": "2026-09-01", "planned_first_on": "2026-06-01"}),
        ),
        (
            "milestone-finish",
            "open",
            {"done_on": "2026-06-02", "seen": 1},
            Milestone,
            {"done_on": "2026-06-02"},
        ),
        (
            "milestone-accept",
            "done",
            {"comment": "Fine", "seen": 1},
            Milestone,
            {"acceptance_comment": "Fine"},
        ),
        (
            "milestone-reopen",
            "done",
            {"why": "Broken", "seen": 1},
            Milestone,
            {"title": "Done", "done_on": None},
        ),
        (
            "lead-end",
            "appointment",
            {"ends_on": "2026-06-30"},
            LeadAppointment,
            {"ends_on": "2026-06-30"},
        ),
        ("blocker-resolve", "blocker", {"resolution": "Bought"}, Blocker, {"resolution": "Bought"}),
        (
            "log-create",
            "engagement",
            {"done": "Met them", "audience": "team"},
            ProgressLog,
            {"done": "Met them"},
        ),
        (
            *(
                "log-create",
                "engagement",
                {"blocked": "No key", "opens_blocker": "on", "audience": "team"},
            ),
            *(Blocker, {"text": "No key", "resolved_on": None}),
        ),
        (
            *(
                "solution-create",
                "engagement",
                {"name": "App", "kind": "app", "accessibility": "unknown"},
            ),
            *(Solution, {"name": "App"}),
        ),
        (
            *(
                "solution-change",
                "solution",
                {"name": "New", "kind": "app", "accessibility": "full", "seen": 1},
            ),
            *(Solution, {"name": "New", "accessibility": "full"}),
        ),
        (
            *(
                "engagement-change",
                "engagement",
                {"title": "T", "started_on": "2026-01-05", "seen": 1},
            ),
            *(Engagement, {"title": "T"}),
        ),
        (
            *(
                "interaction-create",
                "engagement",
                {"kind": "call", "happened_on": "2026-06-01", "text": "Hi"},
            ),
            *(Interaction, {"text": "Hi", "kind": "call"}),
        ),
    ]

    @pytest.mark.parametrize(
        ("name", "part", "given", "model", "facts"), CASES, ids=[case[0] for case in CASES]
    )
    def test_opens_and_saves(self, page, coordinator, parts, name, part, given, model, facts):
        url = address(name, parts[part].pk)
        if name == "engagement-change":
            given = given | {"coordinator": coordinator.pk}
        if part in {"appointment", "blocker"}:
            given = given | {"seen": mark_of(parts[part])}
        assert page.get(url).status_code == 200

        response = page.post(url, given)

        assert response.status_code == 302, response.context_data["form"].errors
        assert response.url.startswith(parts["engagement"].get_absolute_url())
        rows = model.objects.all()
        for fact, value in facts.items():
            rows = rows.filter(**({f"{fact}__isnull": True} if value is None else {fact: value}))
        assert rows.exists()

    BAD = [
        ("milestone-create", "engagement", "title", "x" * 300),
        ("milestone-create", "engagement", "title", "a\0b"),
        ("milestone-create", "engagement", "planned_on", "0001-01-01"),
        ("milestone-create", "engagement", "planned_on", "2020-01-01"),
        ("milestone-create", "engagement", "owner", "987654321"),
        ("milestone-finish", "open", "done_on", "2090-01-01"),
        ("milestone-reopen", "done", "why", ""),
        ("milestone-remove", "done", "why", "x" * 301),
        ("lead-appoint", "engagement", "share", "-5"),
        ("lead-appoint", "engagement", "share", "1e999"),
        ("lead-appoint", "engagement", "new_name", "x" * 300),
        ("lead-appoint", "engagement", "new_name", "a\0b"),
        ("lead-appoint", "engagement", "starts_on", "2300-01-01"),
        ("lead-appoint", "engagement", "contact", "987654321"),
        ("lead-end", "appointment", "ends_on", "2025-01-01"),
        ("log-create", "engagement", "done", "x" * 4001),
        ("solution-create", "engagement", "url", "javascript:alert(1)"),
        ("solution-create", "engagement", "kind", "rocket"),
        ("interaction-create", "engagement", "happened_on", "2090-01-01"),
        ("interaction-create", "engagement", "text", "a\0b"),
        ("engagement-change", "engagement", "running_cost_ceiling", "-1"),
        ("engagement-change", "engagement", "running_cost_ceiling", "9" * 40),
        ("engagement-change", "engagement", "started_on", "31/02/2026"),
    ]

    @pytest.mark.parametrize(("name", "part", "field", "value"), BAD)
    def test_bad_input_gets_a_sentence_at_its_field(
        self, page, coordinator, parts, today, name, part, field, value
    ):
        good = {
            "title": "Good",
            "planned_on": "2026-12-01",
            "why": "A reason",
            "share": "50",
            "starts_on": today.isoformat(),
            "name": "Good",
            "kind": "call" if name == "interaction-create" else "app",
            "accessibility": "unknown",
            "happened_on": "2026-06-01",
            "text": "Good",
            "audience": "team",
            "coordinator": coordinator.pk,
            "started_on": "2026-01-05",
            "new_name": "" if field == "contact" else "Good",
            "seen": mark_of(parts[part]) if part == "appointment" else 1,
        }

        response = page.post(address(name, parts[part].pk), good | {field: value})

        assert response.status_code == 422
        assert field in response.context_data["form"].errors

    def test_a_member_of_the_directory_is_no_supported_organisation(
        self, page, member, coordinator, today
    ):
        response = page.post(
            reverse("engagements:engagement-create"),
            {
                "title": "T",
                "beneficiary": OrganisationFactory(member=True).pk,
                "member": member.pk,
                "coordinator": coordinator.pk,
                "started_on": today.isoformat(),
            },
        )

        assert "beneficiary" in response.context_data["form"].errors

    def test_another_member_is_no_choice(self, page, coordinator, today):
        response = page.post(
            reverse("engagements:engagement-create"),
            {
                "title": "T",
                "beneficiary": OrganisationFactory().pk,
                "member": OrganisationFactory(member=True).pk,
                "coordinator": coordinator.pk,
                "started_on": today.isoformat(),
            },
        )

        assert "member" in response.context_data["form"].errors
        assert not Engagement.objects.exists()

    def test_the_lead_form_offers_the_organisations_contacts_of_this_member_alone(
        self, page, engagement
    ):
        ours = ContactFactory(organisation=engagement.beneficiary, kept_by=engagement.member)
        ContactFactory(organisation=engagement.beneficiary)
        ContactFactory(kept_by=engagement.member)

        form = page.get(address("lead-appoint", engagement.pk)).context_data["form"]

        assert list(form.fields["contact"].queryset) == [ours]

    def test_the_lead_form_says_who_leaves(self, page, engagement):
        appointment = LeadAppointmentFactory(engagement=engagement)

        response = page.get(address("lead-appoint", engagement.pk))

        assert appointment.contact.full_name in response.context_data["note"]

    def test_a_lead_and_a_new_name_are_one_too_many(self, page, engagement, today):
        contact = ContactFactory(organisation=engagement.beneficiary, kept_by=engagement.member)

        response = page.post(
            address("lead-appoint", engagement.pk),
            {
                "contact": contact.pk,
                "new_name": "Zoé",
                "starts_on": today.isoformat(),
                "share": 100,
                "seen": 0,
            },
        )

        assert "new_name" in response.context_data["form"].errors

    def test_two_people_with_one_milestone_both_keep_their_words(self, page, engagement):
        milestone = MilestoneFactory(engagement=engagement)
        url = address("milestone-change", milestone.pk)
        page.post(url, {"title": "Hers", "planned_on": "2026-07-01", "seen": 1})

        response = page.post(url, {"title": "His", "planned_on": "2026-08-01", "seen": 1})

        text = response.content.decode()
        assert response.status_code == 422
        assert 'value="His"' in text
        assert "Hers" in text
        assert (
            page.post(url, {"title": "His", "planned_on": "2026-08-01", "seen": 2}).status_code
            == 302
        )

    def test_this_weeks_news_open_with_what_was_written(self, page, engagement):
        url = address("log-create", engagement.pk)
        page.post(url, {"done": "Met them", "audience": "team"})

        assert "Met them" in page.get(url).content.decode()
        page.post(url, {"done": "Met them twice", "audience": "funder", "seen": 1})
        assert ProgressLog.objects.get().done == "Met them twice"

    def test_markup_is_shown_and_never_run(self, page, engagement):
        page.post(
            address("log-create", engagement.pk),
            {"done": "<script>alert(1)</script>", "audience": "team"},
        )

        assert b"<script>alert(1)" not in page.get(engagement.get_absolute_url()).content

    def test_removing_is_asked_with_a_reason_and_kept_in_history(self, page, engagement):
        milestone = MilestoneFactory(engagement=engagement)
        url = address("milestone-remove", milestone.pk)
        assert page.get(url).status_code == 200
        assert Milestone.objects.exists()

        assert page.post(url, {"why": "Entered twice", "seen": 1}).status_code == 302

        assert not Milestone.objects.exists()


class TestHistory:
    def test_tells_who_changed_what_and_why_of_milestones_too(self, page, engagement, coordinator):
        page.post(
            address("milestone-create", engagement.pk),
            {"title": "Recette", "planned_on": "2026-12-01"},
        )
        milestone = Milestone.objects.get()
        page.post(
            address("milestone-change", milestone.pk),
            {
                "title": "Recette",
                "planned_on": "2027-01-15",
                "why": "The server is late",
                "seen": 1,
            },
        )

        text = page.get(address("engagement-changes", engagement.pk)).content.decode()

        assert "The server is late" in text
        assert coordinator.full_name in text

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


class TestNeedsMe:
    def test_the_worst_come_first_though_many_others_are_older(self, coordinator, member, today):
        """Once the oldest news were taken first, and what was worst fell off the end."""
        silent = {"member": member, "last_news_on": today - timedelta(days=40)}
        for row in EngagementFactory.create_batch(MAX_SHOWN + 5, **silent):
            LeadAppointmentFactory(engagement=row)
        vacant = EngagementFactory(member=member, title="Vacant", last_news_on=today)

        troubles = troubles_of(coordinator, today)

        assert len(troubles) == MAX_SHOWN
        assert troubles[0].engagement == vacant
        assert [trouble.health.level for trouble in troubles] == ["act"] + ["unknown"] * (
            MAX_SHOWN - 1
        )

    def test_the_whole_list_is_one_click_away(self, page, member):
        EngagementFactory.create_batch(MAX_SHOWN + 1, member=member)

        assert "?needs=any" in page.get("/").content.decode()
        assert len(titles(page.get(LIST, {"needs": "any"}))) == MAX_SHOWN + 1

    def test_what_others_run_is_not_asked_of_me(self, outsider, engagement, today):
        assert troubles_of(outsider, today) == []

    def test_what_is_over_needs_nobody(self, coordinator, member, today):
        EngagementFactory(member=member, stopped=True)

        assert troubles_of(coordinator, today) == []

    def test_what_is_accepted_is_asked_no_more(self, lead, engagement, today):
        MilestoneFactory(engagement=engagement, accepted=True)
        waiting = MilestoneFactory(engagement=engagement, done=True)

        titles = [todo.title for todo in todos_of(lead, today) if todo.key.startswith("accept")]
        assert titles == [waiting.title]


class TestSearch:
    @pytest.mark.parametrize("text", ["", "\0", " ", "%", "_"])
    def test_nothing_to_look_for_finds_nothing(self, page, engagement, text):
        assert (
            engagement.title.encode()
            not in page.get(reverse("engagements:search-results"), {"q": text}).content
        )

    def test_finds_by_need_and_leads_to_the_whole_list(self, page, member):
        EngagementFactory(member=member, title="Carte", need="Une forêt de données")

        text = page.get(reverse("engagements:search-results"), {"q": "FORET de"}).content.decode()

        assert "Carte" in text
        assert "q=FORET" in text
