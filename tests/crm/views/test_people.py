"""People and access: who has an account and which roles, how they are let in, come back, and what they may open."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.audit.write import mark_of
from crm.domain.roles import Role
from crm.models import Membership, User
from tests.crm.factories import MembershipFactory, OrganisationFactory, UserFactory, person_as

pytestmark = pytest.mark.django_db

LIST = reverse("crm:person-list")


@pytest.fixture
def administrator(member, client):
    administrator = person_as(Role.ADMINISTRATOR, member, full_name="Ada Admin", language="en")
    client.force_login(administrator)
    client.cookies["django_language"] = "en"
    return administrator


@pytest.fixture
def invited(member):
    """Somebody who was sent a link and has not used it."""
    person = person_as(Role.COORDINATOR, member, full_name="Inès Invitée")
    person.set_unusable_password()
    person.save()
    return person


def page(client, name, *arguments, query=""):
    return client.get(reverse(f"crm:{name}", args=arguments) + query).content.decode()


def press(client, name, *arguments, **sent):
    return client.post(reverse(f"crm:{name}", args=arguments), sent, follow=True)


class TestList:
    @pytest.fixture(autouse=True)
    def some(self, administrator, coordinator, invited):
        UserFactory(full_name="Clo Close", is_active=False)
        come_in = {"full_name": "Odile Coordinator", "last_login": timezone.now()}
        User.objects.filter(pk=coordinator.pk).update(**come_in)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", {"Ada Admin", "Inès Invitée", "Odile Coordinator"}),
            ("?account=closed", {"Clo Close"}),
            ("?account=invited", {"Inès Invitée"}),
            ("?role=administrator", {"Ada Admin"}),
            ("?q=ines", {"Inès Invitée"}),
            ("?q=nobody%40nowhere", set()),
        ],
    )
    def test_people_are_found_by_name_role_and_account(self, client, coordinator, query, found):
        text = page(client, "person-list", query=query)
        names = {"Ada Admin", "Inès Invitée", "Odile Coordinator", "Clo Close"}
        table = text.partition("<tbody>")[2]
        assert {name for name in names if name in table} == found

    def test_a_coordinator_sees_those_of_their_member_alone(self, client, coordinator):
        person_as(Role.COORDINATOR, OrganisationFactory(member=True), full_name="Zoé Zèle")
        client.force_login(coordinator)

        text = page(client, "person-list")
        assert "Inès Invitée" in text
        assert "Zoé Zèle" not in text
        assert "Clo Close" not in text

    @pytest.mark.parametrize("size", [1, 20])
    def test_queries_do_not_grow(self, client, member, django_assert_max_num_queries, size):
        for _each in range(size):
            person_as(Role.COORDINATOR, member)
        page(client, "person-list")

        with django_assert_max_num_queries(10):
            page(client, "person-list")


class TestPerson:
    def test_roles_that_are_over_stand_behind_those_held(self, client, administrator, member):
        person = person_as(Role.COORDINATOR, member)
        today = timezone.localdate()
        MembershipFactory(
            user=person,
            organisation=member,
            role=Role.DESK,
            started_on=today - timedelta(days=90),
            ended_on=today - timedelta(days=30),
        )

        text = page(client, "person-detail", person.pk)
        assert text.index("Coordinator") < text.index("Coalition desk") < text.index("over since")

    def test_who_comes_back_gets_an_open_account_and_then_a_role(
        self, client, administrator, member, mailoutbox
    ):
        person = UserFactory(full_name="Rémi Retour", is_active=False)
        press(client, "person-reopen", person.pk, seen=mark_of(person))
        press(client, "invite", member.pk, full_name="Rémi Retour", email=person.email, role="desk")

        person = User.objects.get(pk=person.pk)
        assert person.is_active
        assert person.memberships.current().get().role == Role.DESK
        assert [mail.to for mail in mailoutbox] == [[person.email]]

    def test_an_account_that_is_open_is_not_opened_again(self, client, administrator, coordinator):
        answer = press(client, "person-reopen", coordinator.pk, seen=mark_of(coordinator))

        assert "This account is open." in answer.content.decode()

    def test_an_invitation_that_is_taken_back_opens_nothing_and_ends_the_role(
        self, client, administrator, invited
    ):
        press(client, "invitation-withdraw", invited.pk, seen=mark_of(invited))

        person = User.objects.get(pk=invited.pk)
        assert (person.is_active, person.memberships.current().count()) == (False, 0)

    def test_one_who_has_come_in_is_not_uninvited(self, client, administrator, coordinator):
        User.objects.filter(pk=coordinator.pk).update(last_login=timezone.now())
        answer = press(client, "invitation-withdraw", coordinator.pk, seen=mark_of(coordinator))

        assert User.objects.get(pk=coordinator.pk).is_active
        assert "has come in already" in answer.content.decode()

    def test_a_name_and_an_address_change_together_or_not_at_all(
        self, client, administrator, coordinator
    ):
        address = reverse("crm:person-change", args=[coordinator.pk])
        seen = client.get(address).context["form"]["seen"].value()
        fields = {"full_name": "Zoé Neuve", "latin_name": "", "seen": seen}

        refused = client.post(address, fields | {"email": administrator.email})
        assert refused.status_code == 422
        assert User.objects.get(pk=coordinator.pk).full_name != "Zoé Neuve"

        client.post(address, fields | {"email": "Zoe@New.example"})
        person = User.objects.get(pk=coordinator.pk)
        assert (person.full_name, person.email) == ("Zoé Neuve", "zoe@new.example")

    def test_a_log_in_meanwhile_does_not_make_the_form_stale(
        self, client, administrator, coordinator
    ):
        address = reverse("crm:person-change", args=[coordinator.pk])
        fields = client.get(address).context["form"].initial
        type(client)().force_login(coordinator)

        assert client.post(address, fields | {"full_name": "Zoé Neuve"}).status_code == 302


class TestHead:
    @pytest.fixture
    def role(self, coordinator):
        return coordinator.memberships.get()

    def test_a_coordinator_becomes_head_and_no_longer(self, client, administrator, role):
        for is_head in (True, False):
            mark = role.history.latest("history_id").pk
            press(client, "role-head", role.pk, is_head="1" if is_head else "", seen=mark)
            assert Membership.objects.get(pk=role.pk).is_head is is_head

    def test_a_stale_button_says_so_and_does_nothing(self, client, administrator, role):
        press(client, "role-head", role.pk, is_head="1", seen=role.history.latest("history_id").pk)
        press(client, "role-head", role.pk, is_head="", seen=1_000_000)

        assert Membership.objects.get(pk=role.pk).is_head

    def test_a_role_that_is_over_makes_nobody_head(self, client, administrator, role):
        Membership.objects.filter(pk=role.pk).update(
            started_on=timezone.localdate() - timedelta(days=9), ended_on=timezone.localdate()
        )
        mark = role.history.latest("history_id").pk
        answer = press(client, "role-head", role.pk, is_head="1", seen=mark)

        assert "This role is over." in answer.content.decode()

    def test_a_head_invites_coordinators_to_their_own_member_alone(self, client, role, member):
        Membership.objects.filter(pk=role.pk).update(is_head=True)
        client.force_login(role.user)
        newcomer = {"full_name": "Noé Neuf", "email": "noe@a.example"}

        assert member.name in page(client, "role-place")
        refused = press(client, "invite", member.pk, **newcomer, role="desk")
        assert refused.status_code == 422
        press(client, "invite", member.pk, **newcomer, role="coordinator")
        assert User.objects.get(email="noe@a.example").memberships.get().role == Role.COORDINATOR
        elsewhere = OrganisationFactory(member=True)
        assert press(client, "invite", elsewhere.pk, **newcomer).status_code == 403

    def test_a_coordinator_who_is_not_head_invites_nobody(self, client, role, member):
        client.force_login(role.user)

        assert client.get(reverse("crm:role-place")).status_code == 403
        assert client.get(reverse("crm:invite", args=[member.pk])).status_code == 403


class TestPlace:
    def test_an_organisation_is_found_by_its_name_and_the_form_knows_the_person(
        self, client, administrator, coordinator
    ):
        place = OrganisationFactory(name="Paniers d’Orgeval")
        text = page(client, "role-place", query=f"?person={coordinator.pk}&q=orgeval")

        address = f"{reverse('crm:invite', args=[place.pk])}?person={coordinator.pk}"
        assert address in text
        form = client.get(address).context["form"]
        assert form.initial["email"] == coordinator.email

    @pytest.mark.parametrize("person", ["", "x", "999999", "9" * 30])
    def test_a_person_who_is_not_there_is_left_out(self, client, administrator, person):
        assert client.get(reverse("crm:role-place"), {"person": person}).status_code == 200
