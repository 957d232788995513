"""The page that one starts at, and the search over everything."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from tests.crm.factories import ContactFactory, MembershipFactory, OrganisationFactory, person_as
from tests.volunteers.factories import AssignmentFactory

pytestmark = pytest.mark.django_db


class TestHome:
    @pytest.mark.parametrize(("role", "name"), [(Role.FUNDER, "impact:summary")])
    def test_some_start_at_their_own_page(self, client, role, name):
        client.force_login(person_as(role))

        response = client.get("/")

        assert (response.status_code, response["Location"]) == (302, reverse(name))
        assert client.get(response["Location"]).status_code == 200

    @pytest.mark.parametrize("role", [role for role in Role if role != Role.FUNDER])
    def test_others_start_at_what_needs_them(self, client, role):
        client.force_login(person_as(role))

        assert client.get("/").templates[0].name == "crm/home.html"

    def test_a_volunteer_who_coordinates_as_well_starts_as_coordinator(self, client, coordinator):
        MembershipFactory(
            user=coordinator, organisation=OrganisationFactory(sponsor=True), role=Role.VOLUNTEER
        )
        client.force_login(coordinator)

        assert client.get("/").status_code == 200

    def test_a_role_that_ended_counts_no_more(self, client):
        user = person_as(Role.VOLUNTEER)
        user.memberships.update(ended_on=timezone.localdate())
        client.force_login(user)

        assert client.get("/").status_code == 200


SEARCH = reverse("crm:search")


def names_found(response):
    return [organisation.name for organisation in response.context_data["organisations"]]


class TestSearch:
    @pytest.mark.parametrize("size", [1, 9])
    def test_statements_do_not_grow(self, page, member, size):
        for n in range(size):
            organisation = OrganisationFactory(name=f"Forêt {n}", beneficiary=True)
            ContactFactory(organisation=organisation, kept_by=member, full_name=f"Foret {n}")
        page.get(SEARCH, {"q": "foret"})

        with CaptureQueriesContext(connection) as asked:
            response = page.get(SEARCH, {"q": "foret"})

        assert len(names_found(response)) == len(response.context_data["contacts"]) == size
        assert len(asked) == 9

    def test_finds_organisations_and_ones_own_contacts(self, page, member):
        OrganisationFactory(name="La Forêt")
        ContactFactory(kept_by=member, full_name="Anne Forêt")
        ContactFactory(full_name="Their Forêt")

        response = page.get(SEARCH, {"q": "FORET"})

        assert names_found(response) == ["La Forêt"]
        assert [contact.full_name for contact in response.context_data["contacts"]] == [
            "Anne Forêt"
        ]

    @pytest.mark.parametrize("query", ["", "   ", "\0"])
    def test_nothing_asked_teaches(self, page, query):
        response = page.get(SEARCH, {"q": query})

        assert names_found(response) == []
        assert "What are you looking for?" in response.content.decode()

    def test_what_was_asked_is_shown_as_text(self, page):
        html = page.get(SEARCH, {"q": '<i>"🌱'}).content.decode()

        assert "&lt;i&gt;&#34;🌱" in html
        assert '<i>"' not in html


class TestTheWaysOfAVolunteer:
    def test_the_first_page_leads_to_the_week_and_to_everything_of_ones_own(self, client):
        today = timezone.localdate()
        assignment = AssignmentFactory(
            starts_on=today - timedelta(days=9), ends_on=today + timedelta(days=60)
        )
        client.force_login(assignment.volunteer.user)

        html = client.get("/").content.decode()

        for name, args in (
            *[("volunteers:log-work", [assignment.pk]), ("volunteers:me", [])],
            *[("volunteers:month-list", []), ("volunteers:agreement-list", [])],
        ):
            assert f'href="{reverse(name, args=args)}"' in html

    def test_my_page_is_my_own(self, client):
        assignment = AssignmentFactory()
        client.force_login(assignment.volunteer.user)

        assert client.get(reverse("volunteers:me"))["Location"] == reverse(
            "volunteers:volunteer-detail", args=[assignment.volunteer_id]
        )
        client.force_login(person_as(Role.FUNDER))
        assert client.get(reverse("volunteers:me")).status_code == 404
