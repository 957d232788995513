"""Log-in by a provider of identities: whom it lets in, whom it does not, and what is said of it."""

import time
from base64 import urlsafe_b64encode
from hashlib import sha256

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.messages import get_messages
from django.core import mail
from django.test import Client, TestCase, override_settings
from django.urls import reverse

from crm.deployment.oidc import Provider
from crm.domain.roles import Role
from crm.models import User
from crm.services.invitations import way_in_of
from tests.crm.factories import PASSWORD, UserFactory, person_as
from tests.drawn import faults
from tests.entering import enter
from tests.identity_provider import CLIENT, NAME, identity_provider
from tests.journeys.site import free_port

pytestmark = pytest.mark.django_db
EMAIL = "zoe@relais.example"
LOGIN, START, BACK = (
    reverse(f"crm:{name}") for name in ("login", "provider-start", "provider-back")
)
UNLINK, ACCOUNT, HOME = (reverse(f"crm:{name}") for name in ("provider-unlink", "account", "home"))
NOT_YOU = (
    f"{NAME} does not open Relais to you. Log in another way, or ask whoever looks after Relais."
)
NOT_THROUGH = f"The log-in with {NAME} did not go through. Try again, or log in another way."


@pytest.fixture
def provider():
    with identity_provider() as theirs:
        yield theirs


@pytest.fixture
def zoe(db):
    return person_as(Role.SPONSOR, email=EMAIL, password=PASSWORD, full_name="Zoé", language="en")


def english():
    return Client(headers={"accept-language": "en"})


def log_in(provider, client, **wanted):
    """By the button, there, and back; the answer to the form that goes on by itself."""
    there = client.post(START, wanted)
    return come_back(client, provider.comes_back(there["Location"]))


def come_back(client, place):
    path = place.removeprefix(settings.SITE_URL)
    assert client.get(path).status_code == 200
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(path)


def is_in(client):
    return "_auth_user_id" in client.session


def said(client):
    """What the log-in page says to whoever was sent back there."""
    return [str(each) for each in get_messages(client.get(LOGIN).wsgi_request)]


class TestWhoEnters:
    def test_an_invited_person_by_the_verified_address_and_then_by_who_they_are(
        self, provider, zoe
    ):
        client = english()
        response = log_in(provider, client, next="/search/")

        assert (response.status_code, response["Location"]) == (302, "/search/")
        assert client.session["_auth_user_id"] == str(zoe.pk)
        link = SocialAccount.objects.get()
        assert (link.user, link.provider, link.uid) == (zoe, provider.address, "zoe-1")
        assert link.extra_data == {}
        [message] = mail.outbox
        assert (message.to, message.subject) == (
            [EMAIL],
            f"Relais: you log in with {NAME}",
        )

        provider.person |= {"email": "new@elsewhere.example", "email_verified": False}
        again = english()
        log_in(provider, again)
        assert is_in(again)
        assert len(mail.outbox) == 1
        zoe.refresh_from_db()
        assert (zoe.email, zoe.has_usable_password()) == (EMAIL, True)

    def test_an_invitation_is_accepted_by_it(self, provider):
        zoe = UserFactory(email=EMAIL, last_login=None)
        zoe.set_unusable_password()
        zoe.save()
        client = english()
        page = client.get(way_in_of(zoe), follow=True)
        assert f"Log in with {NAME}" in page.content.decode()
        assert provider.address in page["Content-Security-Policy"]

        log_in(provider, client)

        assert is_in(client)
        zoe.refresh_from_db()
        assert not zoe.is_invited

    def test_an_address_that_the_token_leaves_out_is_asked_for(self, provider, zoe):
        provider.changes = {"email": None}
        token = provider.token
        provider.token = lambda: without_address(provider, token)
        client = english()
        log_in(provider, client)

        assert is_in(client)

    def test_nobody_else_and_all_read_the_same(self, provider, zoe):
        UserFactory(email="closed@relais.example", is_active=False)
        linked = UserFactory(email="left@relais.example", is_active=False)
        SocialAccount.objects.create(user=linked, provider=provider.address, uid="left")
        SocialAccount.objects.create(user=zoe, provider=provider.address, uid="zoe-1")
        people = User.objects.count()
        for person in (
            {"sub": "1", "email": "nobody@relais.example", "email_verified": True},
            {"sub": "1", "email": "closed@relais.example", "email_verified": True},
            {"sub": "left", "email": "left@relais.example", "email_verified": True},
            {"sub": "zoe-2", "email": EMAIL, "email_verified": True},  # who has the address now
            {"sub": "1", "email": "", "email_verified": True},
        ):
            provider.person, client = person, english()
            response = log_in(provider, client)
            assert (response["Location"], is_in(client), said(client)) == (LOGIN, False, [NOT_YOU])

        assert (User.objects.count(), SocialAccount.objects.count()) == (people, 2)
        assert mail.outbox == []

    @pytest.mark.parametrize("verified", [False, None, "no"])
    def test_an_address_that_the_provider_has_not_verified_links_nothing(
        self, provider, zoe, verified
    ):
        provider.person["email_verified"], client = verified, english()
        log_in(provider, client)

        assert (is_in(client), said(client)) == (False, [NOT_YOU])
        assert not SocialAccount.objects.exists()

    def test_links_are_of_one_provider(self, provider, zoe):
        SocialAccount.objects.create(user=zoe, provider="https://before.example", uid="zoe-1")
        provider.person["email_verified"], client = False, english()
        log_in(provider, client)

        assert not is_in(client)

    def test_the_second_factor_is_asked_for_still(self, provider, zoe):
        TOTP.activate(zoe, "JBSWY3DPEHPK3PXP")
        client = english()
        response = log_in(provider, client)

        assert (response["Location"], is_in(client)) == (reverse("mfa_authenticate"), False)

    def test_whose_role_wants_one_sets_it_up_first(self, provider):
        person_as(Role.COORDINATOR, email=EMAIL)
        client = english()
        with override_settings(SECOND_FACTOR=True):
            log_in(provider, client)
            assert client.get("/search/")["Location"] == reverse("mfa_activate_totp")

    def test_relais_asks_again_before_the_account_is_changed(self, provider, zoe):
        """The provider may have asked nothing of whoever sits there."""
        client = english()
        log_in(provider, client)

        page = reverse("crm:address-change")
        assert client.get(page)["Location"].startswith(reverse("account_reauthenticate"))


def without_address(provider, token):
    person, provider.person = provider.person, {"sub": provider.person["sub"]}
    provider.changes = {}
    try:
        return token()
    finally:
        provider.person = person


class TestTheWayThere:
    def test_state_and_proof_and_mark_travel_along(self, provider, zoe):
        log_in(provider, english())

        asked, sent = provider.asked, provider.sent
        assert asked["redirect_uri"] == settings.SITE_URL + BACK
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert set(asked["scope"].split()) == {"openid", "email"}
        assert asked["code_challenge_method"] == "S256"
        digest = sha256(sent["code_verifier"].encode()).digest()
        assert asked["code_challenge"] == urlsafe_b64encode(digest).decode().rstrip("=")
        assert asked["nonce"]
        assert asked["nonce"] not in (asked["code_challenge"], sent["code_verifier"])

    @pytest.mark.parametrize(
        "changes",
        [
            {"exp": int(time.time()) - 120},
            {"aud": "another"},
            {"iss": "https://another.example"},
            {"nonce": "of another log-in"},
            {"azp": "another"},
            {"sub": ""},
            {"sub": "x" * 192},
        ],
    )
    def test_a_token_that_is_over_or_another_s_lets_nobody_in(self, provider, zoe, changes):
        provider.changes, client = changes, english()
        log_in(provider, client)

        assert (is_in(client), said(client)) == (False, [NOT_THROUGH])

    def test_neither_does_one_that_somebody_else_has_signed(self, provider, zoe):
        provider.signed_by, client = "somebody else", english()
        log_in(provider, client)

        assert (is_in(client), said(client)) == (False, [NOT_THROUGH])

    def test_nor_a_code_that_this_browser_has_not_asked_for(self, provider, zoe):
        place, client = provider.comes_back(english().post(START)["Location"]), english()
        come_back(client, place)
        assert (is_in(client), said(client)) == (False, [NOT_THROUGH])

    def test_a_code_lets_in_once(self, provider, zoe):
        client = english()
        place = provider.comes_back(client.post(START)["Location"])
        come_back(client, place)
        client.logout()
        come_back(client, place)

        assert not is_in(client)

    def test_who_gives_up_there_reads_it(self, provider):
        client = english()
        response = client.get(BACK, {"error": "access_denied", "state": "x"})

        assert (response["Location"], said(client)) == (LOGIN, [NOT_THROUGH])

    def test_leads_to_no_other_site(self, provider, zoe):
        assert log_in(provider, english(), next="https://evil.example/")["Location"] == HOME

    def test_a_provider_that_is_down_is_said_to_be(self, provider, zoe):
        client, there = english(), f"http://127.0.0.1:{free_port()}"
        away = Provider(there, CLIENT, "s", NAME, (there,))
        begun = provider.comes_back(client.post(START)["Location"])
        with override_settings(OIDC=away):
            assert client.post(START)["Location"] == LOGIN
            words = f"{NAME} does not answer. Log in another way, or try again later."
            assert said(client) == [words]
        provider.answer = lambda *_asked: {}
        come_back(client, begun)
        assert said(client) == [NOT_THROUGH]
        client.post(START)
        assert said(client) == [words]

    def test_strangers_do_not_have_it_asked_without_end(self, provider):
        answers = [english().post(START)["Location"] for _n in range(51)]

        assert [place == LOGIN for place in answers] == [False] * 50 + [True]


class TestPages:
    def test_one_button_that_the_browser_may_follow(self, provider):
        page = english().get(LOGIN)

        assert page.content.decode().count(f"Log in with {NAME}") == 1
        assert f"form-action 'self' {provider.address};" in page["Content-Security-Policy"] + ";"
        assert english().get(START).status_code == 405
        elsewhere = english().get(reverse("crm:ask-begin"))
        assert provider.address not in elsewhere["Content-Security-Policy"]

    def test_the_person_sees_the_link_and_removes_it(self, provider, zoe):
        client = enter(english(), zoe)
        page = client.get(ACCOUNT).content.decode()
        assert f"{NAME} knows you by {EMAIL}" in page
        assert client.get(UNLINK)["Location"] == ACCOUNT
        SocialAccount.objects.create(user=zoe, provider=provider.address, uid="zoe-1")
        assert f"You log in with {NAME} as well" in client.get(ACCOUNT).content.decode()

        assert client.get(UNLINK).status_code == 200
        with TestCase.captureOnCommitCallbacks(execute=True):
            assert client.post(UNLINK)["Location"] == ACCOUNT

        assert not SocialAccount.objects.exists()
        [message] = mail.outbox
        assert message.subject == f"Relais: the link to {NAME} is removed"

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_are_drawn_as_others_are(self, provider, zoe, language):
        SocialAccount.objects.create(user=zoe, provider=provider.address, uid="zoe-1")
        client = enter(Client(headers={"accept-language": language}), zoe)
        pages = [client.get(path) for path in (ACCOUNT, UNLINK, f"{BACK}?code=a&state=b")]
        pages.append(Client(headers={"accept-language": language}).get(LOGIN))

        assert [(page.status_code, faults(page.content.decode())) for page in pages] == [
            (200, [])
        ] * 4

    def test_relais_asks_who_one_is_before_it_is_removed(self, provider, zoe):
        client = english()
        client.force_login(zoe)

        assert client.get(UNLINK)["Location"].startswith(reverse("account_reauthenticate"))

    def test_there_is_none_of_it_where_none_is_set(self, zoe):
        client = enter(english(), zoe)

        assert settings.OIDC is None
        assert client.post(START).status_code == 404
        assert [client.get(path).status_code for path in (BACK, UNLINK)] == [404, 404]
        assert START not in english().get(LOGIN).content.decode()
        assert "form-action 'self'" in english().get(LOGIN)["Content-Security-Policy"]
        assert UNLINK not in client.get(ACCOUNT).content.decode()
