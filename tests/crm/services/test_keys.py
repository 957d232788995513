"""The keys of programs: shown once, kept as a digest, ended with their owner."""

import pytest
from django.test import Client
from django.urls import reverse
from knox.models import AuthToken

from crm.domain.roles import Role
from tests.crm.factories import PASSWORD, person_as

pytestmark = pytest.mark.django_db

LOGIN, LOGOUT, ACCOUNT = reverse("crm:login"), reverse("crm:logout"), reverse("crm:account")
PASSWORD_CHANGE, TOKEN_CREATE = reverse("crm:password-change"), reverse("crm:token-create")


@pytest.fixture
def zoe(member):
    return person_as(
        Role.COORDINATOR, member, email="zoe@relais.example", password=PASSWORD, full_name="Zoé"
    )


class TestKeys:
    def make(self, client):
        response = client.post(TOKEN_CREATE)
        return response, response.context_data["secret"]

    def ask(self, secret):
        return Client().get("/api/v1/me/", headers={"authorization": f"Token {secret}"})

    def test_one_is_shown_once_and_only_its_digest_is_kept(self, client, zoe):
        client.force_login(zoe)

        response, secret = self.make(client)

        text = repr(list(AuthToken.objects.order_by("pk").values_list()))
        assert secret in response.content.decode()
        assert secret not in client.get(ACCOUNT).content.decode()
        assert secret not in text

    def test_opens_what_its_owner_may_open_until_it_is_revoked(self, client, zoe):
        client.force_login(zoe)
        _response, secret = self.make(client)
        assert self.ask(secret).json()["email"] == "zoe@relais.example"

        response = client.post(reverse("crm:token-revoke", args=[AuthToken.objects.get().pk]))

        assert response["Location"] == ACCOUNT
        assert self.ask(secret).status_code == 401

    def test_lives_for_ninety_days(self, zoe):
        token, _secret = AuthToken.objects.create(user=zoe)

        assert (token.expiry - token.created).days in {89, 90}

    def test_nobody_revokes_anothers(self, client, zoe, outsider):
        token, _secret = AuthToken.objects.create(user=zoe)
        client.force_login(outsider)

        assert client.post(reverse("crm:token-revoke", args=[token.pk])).status_code == 404
        assert AuthToken.objects.filter(pk=token.pk).exists()
