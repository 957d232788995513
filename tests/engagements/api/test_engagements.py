"""Engagements by the API: the pages' rows, services and refusals, as JSON."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import Interaction
from engagements.models import Engagement
from tests.api_client import ReadingClient
from tests.crm.factories import ContactFactory, OrganisationFactory, person_as
from tests.engagements.factories import (
    BlockerFactory,
    EngagementFactory,
    LeadAppointmentFactory,
    MilestoneTemplateFactory,
    TeamMemberFactory,
)

pytestmark = pytest.mark.django_db

ROOT = "/api/v1"


def of(engagement, verb=""):
    return f"{ROOT}/engagements/{engagement.pk}/{verb}{'/' if verb else ''}"


def names(response):
    assert response.status_code == 200, response.data
    return [row["title"] for row in response.data["results"]]


class TestList:
    def test_the_filter_is_the_lists_own(self, api, member):
        EngagementFactory(member=member, title="Forêt", last_news_on=timezone.localdate())
        EngagementFactory(member=member, title="Stopped", stopped=True)
        EngagementFactory(title="Foreign")

        assert names(api.get(f"{ROOT}/engagements/")) == ["Forêt"]
        assert names(api.get(f"{ROOT}/engagements/", {"state": "stopped"})) == ["Stopped"]
        assert names(api.get(f"{ROOT}/engagements/", {"q": "FORET"})) == ["Forêt"]
        assert names(api.get(f"{ROOT}/engagements/", {"needs": "vacant"})) == ["Forêt"]
        assert names(api.get(f"{ROOT}/engagements/", {"health": "good"})) == []

    @pytest.mark.parametrize(
        "query", [{"state": "nowhere"}, {"health": "x"}, {"q": "a\0"}, {"stage": "\0"}]
    )
    def test_a_filter_that_makes_no_sense_is_refused_by_name(self, api, query):
        response = api.get(f"{ROOT}/engagements/", query)

        assert response.status_code == 400
        assert set(response.data["errors"]) == set(query)

    def test_queries_do_not_grow_with_the_rows(self, api, member):
        counts = []
        for _turn in range(2):
            for row in EngagementFactory.create_batch(4, member=member):
                LeadAppointmentFactory(engagement=row)
                BlockerFactory(engagement=row)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert len(names(api.get(f"{ROOT}/engagements/"))) in {4, 8}
            counts.append(len(queries))

        assert counts[1] <= counts[0] <= 6

    def test_each_carries_its_health_with_the_reasons(self, api, engagement):
        answer = api.get(of(engagement)).data

        assert answer["health"]["level"] == "act"
        assert any("No project lead" in reason for reason in answer["health"]["reasons"])

    def test_what_is_over_has_no_health(self, api, member):
        assert api.get(of(EngagementFactory(member=member, stopped=True))).data["health"] is None


class TestOpenAndChange:
    def given(self, of_member, coordinator, **changes):
        return {
            "title": "Carte",
            "beneficiary": OrganisationFactory().pk,
            "member": of_member.pk,
            "coordinator": coordinator.pk,
            "started_on": "2026-02-02",
        } | changes

    def test_opens_one_in_scoping(self, api, member, coordinator):
        response = api.post(f"{ROOT}/engagements/", self.given(member, coordinator))

        assert response.status_code == 201
        assert (response.data["title"], response.data["stage"]) == ("Carte", "scoping")

    def test_a_foreign_member_and_a_missing_one_get_the_same_answer(self, api, member, coordinator):
        foreign = OrganisationFactory(member=True)
        answers = [
            api.post(f"{ROOT}/engagements/", self.given(member, coordinator, member=key)).data[
                "errors"
            ]["member"]
            for key in (foreign.pk, 987_654_321)
        ]

        assert str(answers[0]).replace(str(foreign.pk), "?") == str(answers[1]).replace(
            "987654321", "?"
        )
        assert not Engagement.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("title", "x" * 300),
            ("title", "a\0b"),
            ("title", ""),
            ("started_on", "2026-02-31"),
            ("member", "x"),
        ],
    )
    def test_bad_input_is_told_at_its_field(self, api, member, coordinator, field, value):
        response = api.post(
            f"{ROOT}/engagements/", self.given(member, coordinator, **{field: value})
        )

        assert response.status_code == 400
        assert field in response.data["errors"]

    @pytest.mark.parametrize("day", ["1066-10-14", "9999-12-31"])
    def test_an_absurd_start_is_refused(self, api, member, coordinator, day):
        response = api.post(f"{ROOT}/engagements/", self.given(member, coordinator, started_on=day))

        assert response.status_code == 400
        assert not Engagement.objects.exists()

    def test_changes_what_is_sent_and_nothing_else(self, api, engagement):
        response = api.patch(of(engagement), {"need": "A map", "seen": 1})

        assert (response.data["need"], response.data["title"], response.data["version"]) == (
            "A map",
            "Forêt",
            2,
        )

    def test_a_stale_change_answers_409_with_the_pages_words(self, api, engagement):
        api.patch(of(engagement), {"need": "Hers", "seen": 1})

        response = api.patch(of(engagement), {"need": "His", "seen": 1})

        assert response.status_code == 409
        assert "Somebody else changed this" in str(response.data["errors"])
        engagement.refresh_from_db()
        assert engagement.need == "Hers"

    def test_the_stage_is_no_field(self, api, engagement):
        api.patch(of(engagement), {"stage": "autonomous", "stopped_on": "2026-06-01"})

        engagement.refresh_from_db()
        assert (engagement.stage, engagement.stopped_on) == ("scoping", None)

    @pytest.mark.parametrize("role", [Role.LEAD, Role.VOLUNTEER])
    def test_those_who_work_in_it_read_and_do_not_change(self, enter, engagement, role):
        user = person_as(role, engagement.beneficiary if role == Role.LEAD else None)
        TeamMemberFactory(engagement=engagement, user=user)
        client = enter(user)

        assert client.get(of(engagement)).status_code == 200
        assert client.patch(of(engagement), {"need": "x"}).status_code == 403
        assert (
            client.post(of(engagement, "move"), {"to": "stopped", "reason": "x"}).status_code == 403
        )


class TestVerbs:
    def test_a_move_is_refused_in_the_pages_words(self, api, engagement):
        response = api.post(of(engagement, "move"), {"to": "design"})

        assert response.status_code == 400
        assert response.data["errors"] == {"to": ["Appoint a full-time project lead first."]}

    def test_moves_with_a_lead(self, api, engagement):
        LeadAppointmentFactory(engagement=engagement)

        assert api.post(of(engagement, "move"), {"to": "design"}).data["stage"] == "design"

    def test_appoints_and_replaces(self, api, engagement):
        first = LeadAppointmentFactory(engagement=engagement)
        contact = ContactFactory(organisation=engagement.beneficiary, kept_by=engagement.member)

        response = api.post(
            of(engagement, "appoint-lead"), {"contact": contact.pk, "starts_on": "2026-06-15"}
        )

        first.refresh_from_db()
        assert response.status_code == 201
        assert (response.data["contact"], str(first.ends_on)) == (contact.pk, "2026-06-14")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("starts_on", "9999-12-31"),
            ("starts_on", "0001-01-01"),
            ("ends_on", "9999-12-31"),
            ("share", 101),
            ("share", 0),
            ("share", 10**30),
            ("contact", 987_654_321),
        ],
    )
    def test_an_absurd_appointment_is_told_at_its_field(self, api, engagement, field, value):
        contact = ContactFactory(organisation=engagement.beneficiary, kept_by=engagement.member)
        data = {"contact": contact.pk, "starts_on": "2026-06-15", "share": 50, field: value}

        response = api.post(of(engagement, "appoint-lead"), data)

        assert response.status_code == 400
        assert field in response.data["errors"]

    def test_logs_a_week(self, api, engagement):
        today = timezone.localdate()
        monday = (today - timedelta(days=today.weekday())).isoformat()

        response = api.post(
            of(engagement, "log-progress"),
            {"week": monday, "blocked": "No key", "opens_blocker": True},
        )

        assert response.status_code == 201
        assert engagement.blockers.open().get().text == "No key"

    @pytest.mark.parametrize(
        "given",
        [
            {"week": "2026-01-06", "done": "x"},
            {"week": "2026-01-05"},
            {"week": "2090-01-02", "done": "x"},
        ],
    )
    def test_a_week_that_is_none_is_refused(self, api, engagement, given):
        assert api.post(of(engagement, "log-progress"), given).status_code == 400

    def test_writes_a_call_down(self, api, engagement):
        response = api.post(
            of(engagement, "log-interaction"),
            {"kind": "call", "happened_on": "2026-06-01", "text": "They agree."},
        )

        assert response.status_code == 201
        assert Interaction.objects.get().kept_by == engagement.member

    def test_a_call_with_a_contact_of_elsewhere_is_refused(self, api, engagement):
        other = ContactFactory(kept_by=engagement.member)
        data = {"kind": "call", "happened_on": "2026-06-01", "text": "x", "contact": other.pk}

        response = api.post(of(engagement, "log-interaction"), data)

        assert response.status_code == 400
        assert "contact" in response.data["errors"]

    @pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
    def test_a_call_on_an_absurd_day_is_refused(self, api, engagement, day):
        response = api.post(
            of(engagement, "log-interaction"), {"kind": "call", "happened_on": day, "text": "x"}
        )

        assert response.status_code == 400
        assert "happened_on" in response.data["errors"]


class TestRoadmap:
    @pytest.fixture
    def api(self, coordinator):
        api = ReadingClient(headers={"accept-language": "en"})
        api.force_authenticate(coordinator)
        return api

    def test_plans_a_roadmap(self, api, engagement):
        MilestoneTemplateFactory(code="needs", days=30)
        MilestoneTemplateFactory(code="other", days=30)

        response = api.post(
            reverse("api:engagement-plan-roadmap", args=[engagement.pk]),
            {"kind": "site", "first_on": "2026-06-15", "codes": ["needs"]},
        )

        assert (response.status_code, len(response.json())) == (201, 1)
