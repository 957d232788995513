"""Passkeys: added, used alone and as a second step, removed; and what is no passkey of ours."""

import json
import re
from html import unescape

import pytest
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.core import mail
from django.test import Client, TestCase
from django.urls import reverse

from crm.audit import history
from crm.domain.roles import Role
from crm.models import User
from tests.crm.factories import PASSWORD, person_as
from tests.passkeys import Passkey

pytestmark = pytest.mark.django_db
SITE, EMAIL = "https://relais.example", "zoe@relais.example"
LOGIN, ACCOUNT = reverse("crm:login"), reverse("crm:account")
ADD, BY_PASSKEY = reverse("mfa_add_webauthn"), reverse("mfa_login_webauthn")
SHOWN, CODES = reverse("mfa_authenticate"), reverse("mfa_view_recovery_codes")


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


@pytest.fixture
def zoe():
    return person_as(
        Role.COORDINATOR, email=EMAIL, password=PASSWORD, full_name="Zoé", language="en"
    )


def a_browser():
    return Client(headers={"accept-language": "en"})


def browser_of(email=EMAIL):
    browser = a_browser()
    post(browser, LOGIN, {"username": email, "password": PASSWORD})
    return browser


def post(client, url, data):
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(url, data)


def options_on(response):
    html = response.content.decode()
    return json.loads(unescape(re.search(r'data-options="([^"]+)"', html)[1]))


def add(browser, passkey=None, name="My phone"):
    passkey = passkey or Passkey(SITE)
    said = passkey.create(options_on(browser.get(ADD)))
    return passkey, post(browser, ADD, {"name": name, "credential": said})


def use(browser, passkey, page=BY_PASSKEY, **how):
    said = passkey.get(options_on(browser.get(page)), **how)
    return post(browser, page, {"credential": said})


def is_in(browser):
    return "_auth_user_id" in browser.session


@pytest.fixture
def passkey(zoe):
    made, response = add(browser_of())
    assert response.status_code == 302
    return made


class TestAdd:
    def test_brings_recovery_codes_and_is_told_and_shown(self, zoe):
        browser = browser_of()

        _passkey, response = add(browser)

        assert response["Location"] == CODES
        assert len(re.findall(r"<code>\d{8}</code>", browser.get(CODES).content.decode())) == 10
        assert "a passkey was added" in mail.outbox[0].subject
        assert mail.outbox[0].to == [EMAIL]
        assert "My phone" in browser.get(ACCOUNT).content.decode()

    def test_is_bound_to_the_address_of_the_install_and_not_to_what_the_browser_sent(
        self, zoe, settings
    ):
        settings.ALLOWED_HOSTS = ["*"]
        browser = browser_of()
        options = options_on(browser.get(ADD, headers={"host": "evil.example"}))

        assert options["rp"] == {"id": "relais.example", "name": "Relais"}
        assert options["authenticatorSelection"]["userVerification"] == "required"

    @pytest.mark.parametrize(
        "origin",
        [
            "https://evil.example",
            "https://sub.relais.example",
            "https://relais.example:8443",
            "http://relais.example",
        ],
    )
    def test_not_from_another_place(self, zoe, origin):
        _passkey, response = add(browser_of(), Passkey(origin))

        assert response.status_code == 422
        assert "was not taken" in response.content.decode()
        assert not Authenticator.objects.exists()

    def test_not_without_its_owner_having_shown_a_finger_or_a_pin(self, zoe):
        _passkey, response = add(browser_of(), Passkey(SITE, verified=False))

        assert response.status_code == 422

    def test_what_was_said_once_is_not_taken_again(self, zoe):
        browser = browser_of()
        said = Passkey(SITE).create(options_on(browser.get(ADD)))
        post(browser, ADD, {"name": "One", "credential": said})

        assert post(browser, ADD, {"name": "Two", "credential": said}).status_code == 422
        assert Authenticator.objects.filter(type="webauthn").count() == 1

    @pytest.mark.parametrize(
        "said",
        ["", "{", "null", "[]", "{}", "1", '{"id": 1}', '{"id":"x","rawId":"x"}', "[" * 9_000],
    )
    @pytest.mark.parametrize("page", [ADD, BY_PASSKEY])
    def test_what_is_no_passkey_is_refused_in_words(self, zoe, page, said):
        browser = browser_of() if page == ADD else a_browser()
        browser.get(page)

        response = post(browser, page, {"name": "One", "credential": said})

        assert response.status_code == 422
        assert 'class="errors"' in response.content.decode()

    def test_without_script_the_page_names_the_other_ways(self, zoe):
        html = browser_of().get(ADD).content.decode()

        assert "needs JavaScript" in html
        assert reverse("mfa_activate_totp") in html

    def test_ten_and_no_more(self, zoe):
        browser = browser_of()
        for number in range(10):
            assert add(browser, name=f"Number {number}")[1].status_code == 302

        response = add(browser)[1]
        assert "You have 10 passkeys" in response.content.decode()

    def test_is_not_added_by_whoever_finds_a_browser_left_open(self, zoe):
        browser = browser_of()
        session = browser.session
        session["account_authentication_methods"][0]["at"] -= 601
        session.save()

        assert browser.get(ADD)["Location"].startswith(reverse("account_reauthenticate"))


class TestLogIn:
    def test_by_the_passkey_alone_and_on_to_where_one_wanted(self, passkey):
        browser = a_browser()

        response = use(browser, passkey, f"{BY_PASSKEY}?next=/search/")

        assert (response.status_code, response["Location"]) == (302, "/search/")
        assert is_in(browser)

    def test_counts_as_a_second_factor(self, passkey, settings):
        settings.SECOND_FACTOR = True
        browser = a_browser()
        use(browser, passkey)

        assert browser.get(ACCOUNT).status_code == 200
        assert browser.get("/api/v1/me/").status_code == 200

    def test_without_a_finger_or_a_pin_it_opens_nothing(self, passkey):
        browser, passkey.verified = a_browser(), False

        assert use(browser, passkey).status_code == 422
        assert not is_in(browser)

    def test_nor_with_another_key_or_from_another_place(self, passkey):
        browser = a_browser()
        assert use(browser, passkey, key=ec.generate_private_key(ec.SECP256R1())).status_code == 422
        passkey.origin = "https://evil.example"
        assert use(browser, passkey).status_code == 422
        assert not is_in(browser)

    def test_what_was_said_in_another_browser_opens_nothing(self, passkey):
        said = passkey.get(options_on(a_browser().get(BY_PASSKEY)))
        browser = a_browser()
        browser.get(BY_PASSKEY)

        assert post(browser, BY_PASSKEY, {"credential": said}).status_code == 422

    def test_nobody_enters_as_somebody_else(self, passkey):
        other = person_as(Role.ADMINISTRATOR, email="ada@relais.example", password=PASSWORD)
        theirs, _response = add(browser_of("ada@relais.example"))
        passkey.owner = theirs.owner
        browser = a_browser()

        assert use(browser, passkey).status_code == 422
        assert other.pk != User.objects.get(email=EMAIL).pk
        assert not is_in(browser)

    def test_a_closed_account_stays_shut(self, passkey):
        User.objects.filter(email=EMAIL).update(is_active=False)
        browser = a_browser()
        use(browser, passkey)

        assert not is_in(browser)

    def test_is_offered_where_browsers_take_passkeys_alone(self, settings):
        assert BY_PASSKEY in a_browser().get(LOGIN).content.decode()
        for url in ("http://relais.example", "https://192.0.2.1", "http://127.0.0.1:8000"):
            settings.SITE_URL = url
            assert BY_PASSKEY not in a_browser().get(LOGIN).content.decode()


class TestSecondStep:
    def test_the_password_does_not_spare_it_and_the_passkey_lets_in(self, passkey):
        browser = browser_of()
        assert not is_in(browser)

        assert use(browser, passkey, SHOWN).status_code == 302
        assert is_in(browser)

    def test_a_passkey_of_somebody_else_does_not(self, passkey):
        person_as(Role.COORDINATOR, email="ada@relais.example", password=PASSWORD)
        theirs, _response = add(browser_of("ada@relais.example"))
        browser = browser_of()

        assert use(browser, theirs, SHOWN).status_code == 422
        assert not is_in(browser)

    def test_a_recovery_code_does_where_the_passkey_is_not_at_hand(self, zoe):
        first = browser_of()
        add(first)
        code = re.search(r"<code>(\d{8})</code>", first.get(CODES).content.decode())[1]
        browser = browser_of()

        assert post(browser, SHOWN, {"code": code}).status_code == 302
        assert is_in(browser)


def rename_url():
    return reverse("crm:passkey-rename", args=[Authenticator.objects.get(type="webauthn").pk])


class TestRename:
    def test_it_opens_what_it_opened_under_its_new_name(self, passkey):
        browser = a_browser()
        use(browser, passkey)
        assert "My phone" in browser.get(rename_url()).content.decode()

        assert post(browser, rename_url(), {"name": "  Old phone "}).status_code == 302

        assert "Old phone" in browser.get(ACCOUNT).content.decode()
        again = a_browser()
        use(again, passkey)
        assert is_in(again)

    def test_not_to_nothing(self, passkey):
        browser = a_browser()
        use(browser, passkey)

        assert post(browser, rename_url(), {"name": " "}).status_code == 422

    def test_only_ones_own(self, passkey):
        url = rename_url()
        person_as(Role.ADMINISTRATOR, email="ada@relais.example", password=PASSWORD)
        browser = browser_of("ada@relais.example")

        assert browser.get(url).status_code == 404
        assert post(browser, url, {"name": "Mine"}).status_code == 404


def test_what_becomes_of_passkeys_stands_in_the_history_of_the_person(zoe):
    browser = browser_of()
    add(browser)
    post(browser, rename_url(), {"name": "My phone"})  # as it was called: nothing happened
    post(browser, rename_url(), {"name": "Old phone"})
    passkey = Authenticator.objects.get(type="webauthn")
    post(browser, reverse("mfa_remove_webauthn", args=[passkey.pk]), {})

    entries = history.entries(User.objects.get(email=EMAIL))[:3]

    assert [(str(entry.why), entry.by) for entry in entries] == [
        ("Passkey removed: Old phone", zoe),
        ("Passkey renamed: My phone, now Old phone", zoe),
        ("Passkey added: My phone", zoe),
    ]


class TestRemove:
    def url(self):
        return reverse("mfa_remove_webauthn", args=[Authenticator.objects.get(type="webauthn").pk])

    def test_opens_nothing_afterwards_and_is_told(self, passkey):
        browser = a_browser()
        use(browser, passkey)

        assert "My phone" in browser.get(self.url()).content.decode()
        assert post(browser, self.url(), {}).status_code == 302
        assert not Authenticator.objects.exists()
        assert "passkey of your account is removed" in mail.outbox[-1].subject
        assert use(a_browser(), passkey).status_code == 422
        assert is_in(browser_of())

    def test_what_was_entered_with_it_is_over(self, passkey, settings):
        settings.SECOND_FACTOR = True
        browser = a_browser()
        use(browser, passkey)
        Authenticator.objects.filter(type="webauthn").delete()

        assert browser.get(ACCOUNT).status_code == 302

    def test_only_ones_own(self, passkey):
        url = self.url()
        person_as(Role.ADMINISTRATOR, email="ada@relais.example", password=PASSWORD)
        browser = browser_of("ada@relais.example")

        assert browser.get(url).status_code == 404
        assert post(browser, url, {}).status_code == 404
        assert browser.delete(url).status_code == 405
