"""The people invited, and the link on which each chooses a password."""

import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.models import Contact, Membership, Organisation, User
from crm.services import invitations, people
from tests.crm.factories import ContactFactory, UserFactory, person_as

pytestmark = pytest.mark.django_db

HOME, FIRST, WAY_IN = reverse("crm:home"), reverse("crm:first-steps"), reverse("crm:way-in")
PASSWORD = "une phrase bien longue 2027"


@pytest.fixture
def mails(django_capture_on_commit_callbacks):
    """What a block sends."""

    def sent_by(act):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return list(mail.outbox)

    return sent_by


def invite_page(organisation):
    return reverse("crm:invite", args=[organisation.pk])


def link_in(message):
    return re.search(r"https?://[^/]+(/way-in/r/\S+)", message.body)[1]


def choose(client, link, password=PASSWORD):
    entered = client.get(link)
    assert (entered.status_code, entered["Location"]) == (302, WAY_IN)
    return client.post(WAY_IN, {"new_password1": password, "new_password2": password})


def invited(administrator, organisation, **given):
    facts = {
        "email": "carole@relais.example",
        "full_name": "Carole",
        "role": Role.COORDINATOR,
    } | given
    return invitations.invite(organisation, invitations.Invitation(**facts), by=administrator)


class TestInvite:
    def test_from_the_page_to_the_first_log_in(self, client, administrator, member, mails):
        client.force_login(administrator)
        data = {
            "email": "Carole@relais.example",
            "full_name": "Carole",
            "role": "coordinator",
            "is_head": "on",
        }

        (message,) = mails(lambda: client.post(invite_page(member), data))

        assert message.to == ["carole@relais.example"]
        person = User.objects.get(email="carole@relais.example")
        assert person.memberships.get().is_head
        assert not person.has_usable_password()
        browser = Client()
        assert choose(browser, link_in(message))["Location"] == reverse("crm:login")
        browser.post(reverse("crm:login"), {"username": person.email, "password": PASSWORD})
        assert browser.get(reverse("engagements:engagement-list")).status_code == 200
        assert person.history.filter(history_user=person).exists()

    def test_a_contact_who_is_invited_is_the_account(self, administrator):
        contact = ContactFactory(full_name="Lou")

        membership = invited(
            administrator, contact.organisation, full_name="Lou", role=Role.LEAD, contact=contact
        )

        contact.refresh_from_db()
        assert (contact.user, contact.email) == (membership.user, "carole@relais.example")

    def test_the_form_proposes_the_contact_it_was_opened_for(self, client, administrator):
        client.force_login(administrator)
        contact = ContactFactory(full_name="Lou", email="lou@relais.example")
        page = reverse("crm:organisation-detail", args=[contact.organisation_id])
        address = f"{invite_page(contact.organisation)}?contact={contact.pk}"

        assert address in client.get(page).content.decode()
        form = client.get(address).context_data["form"]

        assert form["full_name"].value() == "Lou"
        assert form["email"].value() == "lou@relais.example"

    @pytest.mark.parametrize(
        ("name", "email", "is_bound"),
        [
            ("Zoé Petit", "Zoe@paniers.example", True),
            ("Zoé Petit", "", False),
            ("Accueil", "zoe@paniers.example", False),
        ],
    )
    def test_who_stands_in_the_address_book_need_not_be_chosen(
        self, administrator, name, email, is_bound
    ):
        contact = ContactFactory(full_name=name, email=email)
        data = {"full_name": "Zoe PETIT", "email": "zoe@paniers.example", "role": Role.LEAD}

        invited(administrator, contact.organisation, **data)

        contact.refresh_from_db()
        assert (contact.user is not None) == is_bound

    def test_only_a_lead_is_looked_up_in_the_address_book(self, administrator):
        contact = ContactFactory(full_name="Zoé Petit", email="zoe@paniers.example")
        Organisation.objects.filter(pk=contact.organisation_id).update(is_member=True)
        data = {"full_name": "Zoé Petit", "email": contact.email, "role": Role.COORDINATOR}

        invited(administrator, contact.organisation, **data)

        contact.refresh_from_db()
        assert contact.user is None

    def test_a_head_is_not_made_a_head_in_silence(self, administrator):
        contact = ContactFactory(full_name="Zoé Petit", email="zoe@paniers.example")
        Organisation.objects.filter(pk=contact.organisation_id).update(is_member=True)
        data = {"full_name": "Zoé Petit", "email": contact.email, "role": Role.COORDINATOR}
        invited(administrator, contact.organisation, **data)

        with pytest.raises(Refused):
            invited(administrator, contact.organisation, contact=contact, is_head=True, **data)

    def test_two_contacts_that_look_the_same_are_not_guessed(self, administrator):
        same = {"full_name": "Zoé Petit", "email": "zoe@paniers.example"}
        contact = ContactFactory(**same)
        ContactFactory(organisation=contact.organisation, kept_by=contact.kept_by, **same)

        invited(administrator, contact.organisation, role=Role.LEAD, **same)

        assert not Contact.objects.exclude(user=None).exists()

    def test_a_contact_who_was_forgotten_is_named_later(self, administrator, mails):
        contact = ContactFactory(full_name="Zoé Petit", email="")
        data = {"full_name": "Zoé Petit", "email": "zoe@paniers.example", "role": Role.LEAD}
        first = invited(administrator, contact.organisation, **data)

        again = invited(administrator, contact.organisation, contact=contact, **data)

        contact.refresh_from_db()
        assert (again, contact.user) == (first, first.user)
        assert Membership.objects.filter(user=first.user).count() == 1

    def test_somebody_elses_contact_is_not_taken(self, administrator, member):
        with pytest.raises(Refused) as refused:
            invited(administrator, member, contact=ContactFactory())
        assert "contact" in refused.value.message_dict
        existing = ContactFactory(user=UserFactory())
        with pytest.raises(Refused):
            invited(administrator, existing.organisation, contact=existing)

    def test_who_has_an_account_keeps_it_and_its_password(self, administrator, member, mails):
        person = UserFactory(email="carole@relais.example", full_name="Carole", password=PASSWORD)

        (message,) = mails(lambda: invited(administrator, member))

        assert person.memberships.get().organisation == member
        assert "/way-in/" not in message.body
        assert User.objects.get(pk=person.pk).check_password(PASSWORD)

    @pytest.mark.parametrize(
        ("there", "given", "field"),
        [
            ({"full_name": "Somebody else"}, {}, "email"),
            ({"full_name": "Carole", "is_active": False}, {}, "email"),
            (None, {"role": Role.VOLUNTEER}, "role"),
            (None, {"full_name": "李小龍"}, "latin_name"),
        ],
    )
    def test_is_refused_in_words_at_its_field(self, administrator, member, there, given, field):
        if there:
            UserFactory(email="carole@relais.example", **there)

        with pytest.raises(Refused) as refused:
            invited(administrator, member, **given)

        assert list(refused.value.message_dict) == [field]
        assert not member.memberships.filter(user__email="carole@relais.example").exists()

    def test_the_same_role_twice_is_refused(self, administrator, member):
        invited(administrator, member)

        with pytest.raises(Refused):
            invited(administrator, member)

    def test_coordinators_give_no_roles(self, client, coordinator, member):
        client.force_login(coordinator)

        assert client.get(invite_page(member)).status_code == 403
        with pytest.raises(Refused):
            invited(coordinator, member)

    def test_the_administration_adds_nobody_without_a_way_in(self, client, administrator):
        client.force_login(administrator)

        assert client.get(reverse("admin:crm_user_add")).status_code == 403
        assert client.get(reverse("admin:crm_membership_add")).status_code == 200


class TestWayIn:
    @pytest.fixture
    def carole(self, member):
        person = UserFactory(full_name="Carole")
        person.set_unusable_password()
        person.save()
        return person

    @pytest.fixture
    def link(self, carole, mails):
        (message,) = mails(lambda: invitations.send_way_in(carole))
        return link_in(message)

    def test_opens_once(self, client, carole, link):
        choose(client, link)

        assert User.objects.get(pk=carole.pk).check_password(PASSWORD)
        assert Client().get(link).status_code == 404

    def test_looking_uses_nothing_up(self, client, link):
        Client().get(link)
        Client().head(link)

        assert choose(client, link).status_code == 302

    @pytest.mark.parametrize(
        "end",
        [
            lambda person: User.objects.filter(pk=person.pk).update(last_login=timezone.now()),
            lambda person: User.objects.filter(pk=person.pk).update(email="moved@relais.example"),
            lambda person: people.close_account(
                person, by=None, why="left", today=timezone.localdate()
            ),
        ],
        ids=["logged in", "address changed", "closed"],
    )
    def test_ends_with_what_it_was_made_for(self, client, carole, link, end):
        client.get(link)
        end(carole)

        assert client.get(link).status_code == 404
        assert (
            client.post(WAY_IN, {"new_password1": PASSWORD, "new_password2": PASSWORD}).status_code
            == 404
        )
        assert not User.objects.get(pk=carole.pk).has_usable_password()

    def test_stays_closed_when_the_account_is_opened_again(self, client, carole, link):
        people.close_account(carole, by=None, why="left", today=timezone.localdate())
        reopened = User.objects.get(pk=carole.pk)
        reopened.is_active = True
        reopened.save()

        assert client.get(link).status_code == 404

    def test_after_seven_days_it_opens_nothing(self, client, link, settings):
        settings.PASSWORD_RESET_TIMEOUT = -1

        assert client.get(link).status_code == 404

    @pytest.mark.parametrize(
        "token", ["", "1", "1-", "x-y", "²-x", "99999999999999999999-a-b", "1-a-b"]
    )
    def test_what_is_no_link_is_no_page(self, client, carole, token):
        assert invitations.open_way_in(token) is None

    def test_a_weak_password_is_refused_as_elsewhere(self, client, carole, link):
        response = choose(client, link, "short")

        assert response.status_code == 422
        assert not User.objects.get(pk=carole.pk).has_usable_password()

    def test_an_old_password_and_its_keys_end(self, client, mails):
        person = UserFactory(password="an-older-one-2026")
        before = timezone.now()
        (message,) = mails(lambda: invitations.send_way_in(person))

        choose(client, link_in(message))

        assert not User.objects.get(pk=person.pk).opens_with(before)

    def test_administrators_send_it_from_the_organisation(
        self, client, administrator, member, mails
    ):
        client.force_login(administrator)
        person = person_as(Role.COORDINATOR, member)
        page = client.get(member.get_absolute_url()).content.decode()
        send = reverse("crm:way-in-send", args=[person.pk])
        assert send in page

        (message,) = mails(
            lambda: client.post(send, headers={"referer": member.get_absolute_url()})
        )

        assert message.to == [person.email]
