"""The key of a program in the header of a request."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from knox.models import AuthToken

from crm.domain.roles import Role
from crm.models import User
from tests.crm.factories import PASSWORD, person_as

pytestmark = pytest.mark.django_db

PASSWORD_CHANGE, TOKEN_CREATE = reverse("crm:password-change"), reverse("crm:token-create")


@pytest.fixture
def zoe(member):
    return person_as(
        Role.COORDINATOR, member, email="zoe@relais.example", password=PASSWORD, full_name="Zoé"
    )


class TestToken:
    def make(self, client):
        response = client.post(TOKEN_CREATE)
        return response, response.context_data["secret"]

    def ask(self, secret):
        return Client().get("/api/v1/me/", headers={"authorization": f"Token {secret}"})

    def test_an_expired_one_opens_nothing_and_asking_deletes_nothing(self, client, zoe):
        client.force_login(zoe)
        _response, secret = self.make(client)
        AuthToken.objects.update(expiry=timezone.now())

        assert self.ask(secret).status_code == 401
        assert AuthToken.objects.count() == 1

    def test_a_closed_account_closes_its_keys(self, client, zoe):
        client.force_login(zoe)
        _response, secret = self.make(client)
        User.objects.filter(pk=zoe.pk).update(is_active=False)

        assert self.ask(secret).status_code == 401

    @pytest.mark.parametrize("secret", ["", "x", "é", "a" * 64, "a" * 5000])
    def test_what_is_no_key_is_refused(self, secret):
        assert self.ask(secret).status_code == 401
