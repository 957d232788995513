"""The keys of programs: shown once, kept as a digest, ended with their owner."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import ApiKey
from crm.services.keys import warn_of_expiry
from tests.crm.factories import PASSWORD, person_as
from tests.entering import enter

pytestmark = pytest.mark.django_db

LOGIN, LOGOUT, ACCOUNT = reverse("crm:login"), reverse("crm:logout"), reverse("crm:account")
PASSWORD_CHANGE, TOKEN_CREATE = reverse("crm:password-change"), reverse("crm:token-create")


@pytest.fixture
def zoe(member):
    return person_as(
        Role.COORDINATOR, member, email="zoe@relais.example", password=PASSWORD, full_name="Zoé"
    )


class TestKeys:
    def make(self, client, **given):
        response = client.post(TOKEN_CREATE, {"name": "Our dashboard", "days": 90} | given)
        return response, response.context_data["secret"]

    def ask(self, secret):
        return Client().get("/api/v1/me/", headers={"authorization": f"Token {secret}"})

    def test_one_is_shown_once_and_only_its_digest_is_kept(self, client, zoe):
        enter(client, zoe)

        response, secret = self.make(client)

        text = repr(list(ApiKey.objects.order_by("pk").values_list()))
        assert secret in response.content.decode()
        assert secret not in client.get(ACCOUNT).content.decode()
        assert secret not in text

    def test_opens_what_its_owner_may_open_until_it_is_revoked(self, client, zoe):
        enter(client, zoe)
        _response, secret = self.make(client)
        assert self.ask(secret).json()["email"] == "zoe@relais.example"

        response = client.post(reverse("crm:token-revoke", args=[ApiKey.objects.get().pk]))

        assert response["Location"] == ACCOUNT + "#tokens"
        assert self.ask(secret).status_code == 401

    def test_lives_for_ninety_days(self, zoe):
        token, _secret = ApiKey.objects.make(zoe)

        assert (token.expiry - token.created).days in {89, 90}

    def test_its_page_asks_who_one_is_first(self, client, zoe):
        client.force_login(zoe)

        assert reverse("account_reauthenticate") in client.get(TOKEN_CREATE)["Location"]

    def test_without_a_name_none_is_made_and_the_rest_comes_back(self, client, zoe):
        enter(client, zoe)
        answer = client.post(TOKEN_CREATE, {"name": " ", "days": 365, "areas": ["impact"]})

        assert answer.status_code == 422
        assert answer.context_data["form"]["areas"].value() == ["impact"]
        assert not ApiKey.objects.exists()

    def test_its_owner_reads_what_it_opens_and_when_it_was_used(self, client, zoe):
        enter(client, zoe)
        _response, secret = self.make(client, areas=["crm", "impact"])
        client.cookies["django_language"] = "en"
        assert "never used" in client.get(ACCOUNT).content.decode()
        self.ask(secret)

        text = client.get(ACCOUNT).content.decode()
        assert "Our dashboard" in text
        assert "reads only: organisations, people and support requests, impact" in text
        assert "last used on" in text


class TestExpiry:
    def made(self, zoe, days, since):
        key, _secret = ApiKey.objects.make(zoe, name="Tableau", lives=timedelta(days=days))
        ApiKey.objects.filter(pk=key.pk).update(created=key.created - timedelta(days=since))
        return key

    def test_is_mailed_once_two_weeks_before(self, zoe, mailoutbox):
        self.made(zoe, 10, since=80)
        self.made(zoe, 20, since=70)
        now = timezone.now()

        assert [warn_of_expiry(at=now), warn_of_expiry(at=now)] == [1, 0]
        [message] = mailoutbox
        assert "Tableau" in message.subject
        assert message.to == ["zoe@relais.example"]

    def test_is_not_mailed_of_a_key_that_opens_nothing_any_more(self, zoe, mailoutbox):
        self.made(zoe, 10, since=80)
        zoe.is_active = False
        zoe.save()

        assert warn_of_expiry(at=timezone.now()) == 0
        assert mailoutbox == []

    def test_nobody_revokes_anothers(self, client, zoe, outsider):
        token, _secret = ApiKey.objects.make(zoe)
        client.force_login(outsider)

        assert client.post(reverse("crm:token-revoke", args=[token.pk])).status_code == 404
        assert ApiKey.objects.filter(pk=token.pk).exists()
