"""A device on which the owner came in before."""

import pytest
from django.test import Client

from crm.domain.roles import Role
from tests.crm.factories import PASSWORD, UserFactory, person_as
from tests.crm.guessing import EMAIL, guess, is_shut, try_it


@pytest.fixture
def zoe(db):
    return person_as(Role.ADMINISTRATOR, email=EMAIL, password=PASSWORD)


class TestAKnownDevice:
    def test_the_owner_comes_in_on_a_known_device_whatever_strangers_do(self, zoe):
        owner_client = Client()
        try_it(password=PASSWORD, client=owner_client)
        for n in range(12):  # among them the owner's own network
            guess(10, address=f"192.0.2.{n}")
        assert is_shut(try_it(password=PASSWORD, address="203.0.113.9"))

        assert try_it(password=PASSWORD, client=owner_client).status_code == 302

    def test_a_known_device_guesses_no_more_than_others(self, zoe):
        owner_client = Client()
        try_it(password=PASSWORD, client=owner_client)

        assert guess(11, client=owner_client) == [False] * 10 + [True]

    def test_a_device_is_known_to_its_own_account_alone(self, zoe):
        UserFactory(email="eve@relais.example", password=PASSWORD)
        eve = Client()
        try_it(email="eve@relais.example", password=PASSWORD, client=eve)
        mark = next(
            value for name, value in eve.cookies.items() if name.startswith("relais-known")
        ).value
        for name in ("relais-known", *(name for name in try_cookies(zoe))):
            eve.cookies[name] = mark
        guess(10)

        assert is_shut(try_it(client=eve))


def try_cookies(user):
    client = Client()
    try_it(email=user.email, password=PASSWORD, client=client, address="203.0.113.200")
    return [name for name in client.cookies if name.startswith("relais-known")]
