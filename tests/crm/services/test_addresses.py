"""Each account has one address that allauth knows, proven and primary: with none it would mark one while a page is
read, and an unproven one would cost the password where a provider of identities names it."""

from datetime import date
from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import User
from crm.services import addresses, invitations, people, setup
from tests.crm.factories import OrganisationFactory, UserFactory, person_as
from volunteers.services.volunteers import NewVolunteer, add_volunteer

pytestmark = pytest.mark.django_db


def invited(by, email):
    invitation = invitations.Invitation(email=email, full_name="Zoé New", role=Role.DESK)
    return invitations.invite(OrganisationFactory(member=True), invitation, by=by).user


def founded(by, email):
    by.memberships.all().delete()
    setup.set_up(setup.Founder(organisation="Here", email=email, full_name="Zoé New"))
    return User.objects.get(email=email)


def lent(by, email):
    person = NewVolunteer(
        full_name="Zoé New",
        email=email,
        sponsor=OrganisationFactory(sponsor=True),
        member=OrganisationFactory(member=True),
        days_a_week=2,
        available_from=date(2026, 1, 5),
    )
    return add_volunteer(person, by=by).user


def by_command(by, email):
    return User.objects.create_superuser(email, "x", full_name="Zoé New")


def changed_by_an_administrator(by, email):
    return people.change_address(known(), email=email, by=by)


def changed_by_themselves(by, email):
    person, now = known(), timezone.now()
    return addresses.confirm_address(addresses.token_of(person, email, at=now), at=now)


def changed_in_the_administration(by, email, client):
    client.force_login(by)
    person = known()
    data = {"full_name": person.full_name, "email": email, "is_active": "on"}
    assert client.post(reverse("admin:crm_user_change", args=[person.pk]), data).status_code == 302
    return person


def known():
    user = UserFactory()
    User.objects.keep_address(user)
    return user


WAYS = [
    invited,
    founded,
    lent,
    by_command,
    changed_by_an_administrator,
    changed_by_themselves,
    changed_in_the_administration,
]


@pytest.mark.parametrize("way", WAYS)
def test_whatever_makes_an_account_or_changes_its_address_keeps_one(way, client):
    by = person_as(Role.ADMINISTRATOR)
    more = [client] if way is changed_in_the_administration else []

    user = way(by, "zoe.new@relais.example", *more)

    rows = EmailAddress.objects.filter(user=user).order_by("pk")
    assert list(rows.values_list("email", "verified", "primary")) == [
        ("zoe.new@relais.example", True, True)
    ]


def test_accounts_that_were_there_before_get_theirs():
    person = UserFactory()
    EmailAddress.objects.create(user=UserFactory(), email="stale@relais.example")

    import_module("crm.migrations.0013_addresses_proven").prove(apps, None)

    assert EmailAddress.objects.count() == User.objects.count()
    assert EmailAddress.objects.get(user=person).email == person.email
    assert set(EmailAddress.objects.values_list("verified", "primary").order_by()) == {(True, True)}
