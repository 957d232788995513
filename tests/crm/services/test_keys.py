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
from tests.drawn_forms import drawn_form
from tests.entering import enter
from tests.races import at_once, on_postgres

pytestmark = pytest.mark.django_db

LOGIN, LOGOUT, ACCOUNT = reverse("crm:login"), reverse("crm:logout"), reverse("crm:account")
PASSWORD_CHANGE, TOKEN_CREATE = reverse("crm:password-change"), reverse("crm:token-create")
TOKEN_MADE = reverse("crm:token-made")
DATA = {"name": "Our dashboard", "days": "90"}
EN = {"accept-language": "en"}


@pytest.fixture
def zoe(member):
    return person_as(
        Role.COORDINATOR, member, email="zoe@relais.example", password=PASSWORD, full_name="Zoé"
    )


class TestKeys:
    def make(self, client, **given):
        data = {"name": "Our dashboard", "days": 90} | given
        response = client.post(TOKEN_CREATE, data, follow=True)
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


class TestMadeOnce:
    """A double click makes one key; whoever comes back to the page within some minutes reads it again."""

    def test_the_same_form_twice_makes_one_key_and_shows_its_secret(self, client, zoe):
        enter(client, zoe)
        form = drawn_form(client.get(TOKEN_CREATE)) | DATA

        first, second = (client.post(TOKEN_CREATE, form, follow=True) for _n in range(2))

        assert ApiKey.objects.count() == 1
        assert first.context_data["secret"] == second.context_data["secret"]

    def test_another_form_makes_another_key(self, client, zoe):
        enter(client, zoe)
        for _n in range(2):
            client.post(TOKEN_CREATE, drawn_form(client.get(TOKEN_CREATE)) | DATA)

        assert ApiKey.objects.count() == 2

    def test_the_secret_is_gone_after_ten_minutes_and_with_the_key(self, client, zoe):
        enter(client, zoe)
        client.post(TOKEN_CREATE, DATA)
        assert client.get(TOKEN_MADE).status_code == 200

        session = client.session
        session["new key"][2] -= 601
        session.save()
        assert client.get(TOKEN_MADE)["Location"] == ACCOUNT + "#tokens"

        client.post(TOKEN_CREATE, DATA)
        ApiKey.objects.all().delete()
        assert client.get(TOKEN_MADE).status_code == 302

    def test_another_session_does_not_read_it_and_it_lies_nowhere_in_clear(self, client, zoe):
        enter(client, zoe)
        secret = client.post(TOKEN_CREATE, DATA, follow=True).context_data["secret"]

        assert secret not in str(dict(client.session))
        assert enter(Client(), zoe).get(TOKEN_MADE).status_code == 302


class TestPassword:
    """A changed password ends the keys, unless their owner keeps them."""

    NEW = "another-believable-2027"

    def change(self, client, **given):
        client.cookies["django_language"] = "en"
        data = {"old_password": PASSWORD, "new_password1": self.NEW, "new_password2": self.NEW}
        return client.post(PASSWORD_CHANGE, data | given, follow=True).content.decode()

    def keys(self, zoe, number=2):
        return [ApiKey.objects.make(zoe, name=f"Number {n}")[1] for n in range(number)]

    def open(self, secrets):
        headers = [{"authorization": f"Bearer {secret}"} for secret in secrets]
        return [Client().get("/api/v1/me/", headers=each).status_code for each in headers]

    def test_ends_them_and_says_how_many(self, client, zoe):
        secrets = self.keys(zoe)
        client.force_login(zoe)

        assert "You have 2 keys." in client.get(PASSWORD_CHANGE, headers=EN).content.decode()
        assert "Your 2 keys of the API open nothing any more." in self.change(client)
        assert self.open(secrets) == [401, 401]

    def test_keeps_them_when_asked_and_the_next_change_ends_them(self, client, zoe):
        secrets = self.keys(zoe)
        client.force_login(zoe)

        assert "Your 2 keys of the API stay." in self.change(client, keeps_keys="on")
        assert self.open(secrets) == [200, 200]
        zoe.refresh_from_db()
        zoe.set_password(PASSWORD)
        zoe.save()
        assert self.open(secrets) == [401, 401]

    def test_keeps_none_that_was_dead_already(self, client, zoe):
        [dead] = self.keys(zoe, 1)
        zoe.set_password(PASSWORD)
        zoe.save()
        [alive] = self.keys(zoe, 1)
        client.force_login(zoe)

        assert "Your key of the API stays." in self.change(client, keeps_keys="on")
        assert self.open([dead, alive]) == [401, 200]

    def test_a_wrong_old_password_leaves_them_as_they_are(self, client, zoe):
        secrets = self.keys(zoe)
        client.force_login(zoe)

        assert "keeps_keys" in self.change(client, old_password="wrong")
        assert self.open(secrets) == [200, 200]

    def test_who_has_none_is_not_asked(self, client, zoe):
        client.force_login(zoe)

        assert "keeps_keys" not in client.get(PASSWORD_CHANGE).content.decode()
        assert "of the API" not in self.change(client).partition('class="message')[2][:400]


class TestMadeAtOnce:
    pytestmark = on_postgres

    def test_so_do_two_clicks_at_once(self, client, zoe):
        enter(client, zoe)
        form = drawn_form(client.get(TOKEN_CREATE)) | DATA

        def click():
            browser = Client()
            browser.cookies.load({name: each.value for name, each in client.cookies.items()})
            answer = browser.post(TOKEN_CREATE, form)
            return browser.get(answer["Location"]).context_data["secret"]

        first, second = at_once(click, click)
        assert first == second
        assert ApiKey.objects.count() == 1
