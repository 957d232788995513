"""An empty Relais says what comes next, until the first request."""

import pytest
from django.urls import reverse

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.models import Membership, Organisation, User
from crm.services import invitations
from tests.crm.factories import (
    MemberOfferFactory,
    MembershipFactory,
    OrganisationFactory,
    SupportRequestFactory,
    UserFactory,
    person_as,
)

pytestmark = pytest.mark.django_db

HOME, FIRST, WAY_IN = reverse("crm:home"), reverse("crm:first-steps"), reverse("crm:way-in")
PASSWORD = "une phrase bien longue 2027"


@pytest.fixture
def founder(client):
    user = User.objects.create_superuser("aline@relais.example", PASSWORD, full_name="Aline")
    client.force_login(user)
    return user


def invite_page(organisation):
    return reverse("crm:invite", args=[organisation.pk])


class TestAnEmptyRelais:
    def test_its_first_page_leads_to_the_first_administrator(self, client, founder):
        assert client.get(HOME)["Location"] == FIRST

        client.post(FIRST, {"name": "Share it", "is_member": "on"})

        role = Membership.objects.get()
        assert (role.user, role.role, role.organisation.name) == (
            founder,
            Role.ADMINISTRATOR,
            "Share it",
        )
        assert role.organisation.is_member
        assert role.history.get().history_user == founder

    def test_then_says_what_comes_next_until_the_first_request(self, client, founder):
        client.post(FIRST, {"name": "Share it", "is_member": "on"})
        member = Organisation.objects.get()

        page = client.get(HOME)
        assert [step.is_done for step in page.context_data["first_steps"]] == [
            True,
            False,
            False,
            False,
        ]
        assert invite_page(member) in page.content.decode()

        MembershipFactory(role=Role.COORDINATOR, organisation=member)
        steps = client.get(HOME).context_data["first_steps"]
        assert [step.is_done for step in steps] == [True, True, False, False]

        SupportRequestFactory(draft=True)
        assert client.get(HOME).context_data["first_steps"]
        SupportRequestFactory()
        assert client.get(HOME).context_data["first_steps"] == []

    def test_a_step_is_done_once_it_is_for_every_member(self, client, administrator):
        client.force_login(administrator)
        first, second = OrganisationFactory(member=True), OrganisationFactory(member=True)
        for_all = {"coordinator": Role.COORDINATOR, "offer": None}

        def done():
            steps = client.get(HOME).context_data["first_steps"]
            return dict(zip(for_all, [step.is_done for step in steps][1:3], strict=True)), steps[1]

        MembershipFactory(role=Role.COORDINATOR, organisation=first)
        MemberOfferFactory(member=first)
        is_done, step = done()
        assert is_done == {"coordinator": False, "offer": False}
        assert step.url == invite_page(second)

        MembershipFactory(role=Role.COORDINATOR, organisation=second)
        MemberOfferFactory(member=second)
        assert done()[0] == {"coordinator": True, "offer": True}

    def test_an_organisation_of_that_name_is_taken(self, client, founder):
        there = OrganisationFactory(name="Share it")

        client.post(FIRST, {"name": "share  it"})

        assert Membership.objects.get().organisation == there

    def test_nobody_becomes_administrator_that_way_twice(self, client, founder):
        person_as(Role.ADMINISTRATOR)

        assert client.get(HOME).status_code == 200
        assert client.post(FIRST, {"name": "Share it"}).status_code == 404
        with pytest.raises(Refused):
            invitations.begin(founder, name="Share it", is_member=True, by=founder)

    def test_others_do_not_begin_it(self, client):
        client.force_login(UserFactory())

        assert client.get(HOME).status_code == 200
        assert client.post(FIRST, {"name": "Mine"}).status_code == 404

    def test_who_has_no_role_reads_so(self, client):
        client.force_login(UserFactory())

        page = client.get(HOME, headers={"accept-language": "en"}).content.decode()

        assert "No role yet" in page
        assert "That is all" not in page
