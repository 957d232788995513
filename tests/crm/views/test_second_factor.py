"""A second factor: set up, shown, lost; and who cannot do without."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client, TestCase
from django.urls import reverse

from crm.audit import history
from crm.domain.roles import Role
from crm.models import User
from tests.crm.factories import PASSWORD, UserFactory, person_as
from tests.totp import code

pytestmark = pytest.mark.django_db
EMAIL = "zoe@relais.example"
LOGIN, HOME, ACCOUNT = reverse("crm:login"), reverse("crm:home"), reverse("crm:account")
SET_UP, REMOVE = reverse("mfa_activate_totp"), reverse("mfa_deactivate_totp")
SHOWN, CODES = reverse("mfa_authenticate"), reverse("mfa_view_recovery_codes")
NEEDED_BY = [Role.ADMINISTRATOR, Role.DESK, Role.COORDINATOR]


@pytest.fixture
def needed(settings):
    settings.SECOND_FACTOR = True


@pytest.fixture
def zoe(db):
    return person_as(
        Role.COORDINATOR, email=EMAIL, password=PASSWORD, full_name="Zoé", language="en"
    )


def browser_of(email=EMAIL):
    browser = Client(headers={"accept-language": "en"})
    post(browser, LOGIN, {"username": email, "password": PASSWORD})
    return browser


def post(client, url, data):
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(url, data)


def set_up(browser):
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", browser.get(SET_UP).content.decode())[1]
    response = post(browser, SET_UP, {"code": code(secret)})
    assert (response.status_code, response["Location"]) == (302, CODES)
    return secret


def codes_of(browser):
    return re.findall(r"<code>(\d{8})</code>", browser.get(CODES).content.decode())


def is_in(browser):
    return "_auth_user_id" in browser.session


@pytest.fixture
def secret(zoe):
    return set_up(browser_of())


class TestSetUp:
    def test_by_a_code_of_the_app_and_recovery_codes_come_with_it(self, zoe):
        browser = browser_of()
        set_up(browser)

        assert len(codes_of(browser)) == 10
        assert "second factor is set up" in mail.outbox[0].subject
        assert browser.get(ACCOUNT).status_code == 200

    def test_a_wrong_code_is_refused_and_the_key_stays(self, zoe):
        browser = browser_of()
        before = re.search(r"<code>([A-Z2-7]{32})", browser.get(SET_UP).content.decode())[1]

        response = post(browser, SET_UP, {"code": "000000"})

        assert response.status_code == 422
        assert f"<code>{before}" in response.content.decode()
        assert not Authenticator.objects.exists()

    def test_is_not_set_up_by_whoever_finds_a_browser_left_open(self, zoe):
        browser = browser_of()
        session = browser.session
        session["account_authentication_methods"][0]["at"] -= 601
        session.save()

        assert browser.get(SET_UP)["Location"].startswith(reverse("account_reauthenticate"))

    def test_no_secret_lies_in_clear_in_the_database(self, zoe, secret):
        kept = str(list(Authenticator.objects.order_by("pk").values_list("data", flat=True)))

        assert secret not in kept

    def test_a_key_before_this_one_still_opens_it_and_another_one_does_not(
        self, zoe, secret, settings
    ):
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another key" * 6
        browser = browser_of()
        assert post(browser, SHOWN, {"code": code(secret)}).status_code == 302

        settings.SECRET_KEY_FALLBACKS = []
        browser = browser_of()
        assert post(browser, SHOWN, {"code": code(secret, 1)}).status_code == 422

    def test_is_removed_and_told(self, zoe, secret):
        browser = browser_of()
        post(browser, SHOWN, {"code": code(secret, 1)})

        assert post(browser, REMOVE, {}).status_code == 302
        assert not Authenticator.objects.exists()
        assert "second factor is removed" in mail.outbox[-1].subject
        assert is_in(browser_of())

    def test_app_and_codes_stand_in_the_history_of_the_person_without_their_secrets(
        self, zoe, secret
    ):
        browser = browser_of()
        post(browser, SHOWN, {"code": code(secret, 1)})
        post(browser, reverse("mfa_generate_recovery_codes"), {})
        post(browser, REMOVE, {})

        entries = history.entries(User.objects.get(email=EMAIL))[:3]

        assert [(str(entry.why), entry.by) for entry in entries] == [
            ("App for codes removed", zoe),
            ("New recovery codes made", zoe),
            ("App for codes set up", zoe),
        ]


class TestLogIn:
    def test_the_password_alone_does_not_let_in(self, zoe, secret):
        browser = browser_of()

        assert not is_in(browser)
        assert browser.get(SHOWN).status_code == 200
        assert browser.get(ACCOUNT)["Location"].startswith(LOGIN)

    def test_a_code_of_the_app_does_and_leads_where_one_wanted_to_go(self, zoe, secret):
        browser = Client()
        response = post(
            browser, LOGIN, {"username": EMAIL, "password": PASSWORD, "next": "/search/"}
        )
        assert response["Location"] == SHOWN

        assert post(browser, SHOWN, {"code": code(secret, 1)})["Location"] == "/search/"
        assert is_in(browser)

    def test_a_mailed_code_does_not_spare_it(self, zoe, secret):
        browser = Client()
        post(browser, reverse("account_request_login_code"), {"email": EMAIL})
        mailed = re.search(r"Your code: (\S+)", mail.outbox[-1].body)[1]

        response = post(browser, reverse("account_confirm_login_code"), {"code": mailed})

        assert response["Location"] == SHOWN
        assert not is_in(browser)

    def test_nor_does_a_new_password(self, zoe, secret):
        browser = Client()
        post(browser, reverse("crm:password-forgotten"), {"email": EMAIL})
        path = re.search(r"https?://[^/]+(/way-in/\S+)", mail.outbox[-1].body)[1]
        new = {
            "new_password1": "another-believable-2027",
            "new_password2": "another-believable-2027",
        }
        post(browser, browser.get(path)["Location"], new)
        post(browser, LOGIN, {"username": EMAIL, "password": "another-believable-2027"})

        assert not is_in(browser)

    def test_a_code_lets_in_once_whichever_process_is_asked(self, zoe, secret):
        shown = code(secret, 1)
        assert post(browser_of(), SHOWN, {"code": shown}).status_code == 302
        cache.clear()  # as another process has it

        assert post(browser_of(), SHOWN, {"code": f" {shown[:3]} {shown[3:]}"}).status_code == 422

    def test_a_recovery_code_lets_in_once(self, zoe):
        browser = browser_of()
        set_up(browser)
        [first, *_others] = codes_of(browser)

        assert post(browser_of(), SHOWN, {"code": first}).status_code == 302
        assert post(browser_of(), SHOWN, {"code": first}).status_code == 422

    def test_codes_are_not_guessed(self, zoe, secret):
        browser = browser_of()
        statuses = [post(browser, SHOWN, {"code": "000000"}).status_code for _n in range(10)]
        assert set(statuses) == {422}

        response = post(browser, SHOWN, {"code": code(secret, 1)})
        assert "Too many tries" in response.content.decode()
        assert not is_in(browser)

    def test_new_recovery_codes_end_the_old_ones(self, zoe):
        browser = browser_of()
        set_up(browser)
        [old, *_others] = codes_of(browser)

        assert post(browser, reverse("mfa_generate_recovery_codes"), {})["Location"] == CODES
        assert old not in codes_of(browser)
        assert post(browser_of(), SHOWN, {"code": old}).status_code == 422

    def test_who_has_none_is_led_back(self, zoe):
        browser = browser_of()

        assert browser.get(CODES)["Location"] == ACCOUNT

    def test_looking_writes_nothing(self, zoe):
        browser = browser_of()
        set_up(browser)

        for url in (CODES, ACCOUNT, REMOVE, reverse("mfa_generate_recovery_codes")):
            assert browser.get(url).status_code == 200


class TestNeeded:
    @pytest.mark.parametrize("role", NEEDED_BY)
    def test_nothing_opens_before_it_is_set_up(self, needed, role):
        person_as(role, email="p@relais.example", password=PASSWORD)
        browser = browser_of("p@relais.example")

        for url in (HOME, ACCOUNT, "/search/", "/admin/", reverse("crm:password-change")):
            assert browser.get(url)["Location"] == SET_UP
        answer = browser.get("/api/v1/me/")
        assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
        assert browser.post(reverse("crm:token-create"))["Location"] == SET_UP

        set_up(browser)
        assert browser.get(ACCOUNT).status_code == 200
        assert browser.get("/api/v1/me/").status_code == 200

    @pytest.mark.parametrize("role", [role for role in Role if role not in NEEDED_BY])
    def test_others_may_do_without(self, needed, role):
        person_as(role, email="p@relais.example", password=PASSWORD)

        assert browser_of("p@relais.example").get(ACCOUNT).status_code == 200

    @pytest.mark.parametrize("flag", ["is_staff", "is_superuser"])
    def test_who_enters_the_administration_needs_it_whatever_their_role(self, needed, flag):
        UserFactory(email="p@relais.example", password=PASSWORD, **{flag: True})

        assert browser_of("p@relais.example").get("/admin/")["Location"] == SET_UP

    def test_a_session_that_has_not_shown_it_is_over(self, needed, zoe):
        elsewhere = browser_of()
        browser = browser_of()
        set_up(browser)

        response = elsewhere.get("/search/")

        assert response["Location"] == f"{LOGIN}?next=/search/"
        assert not is_in(elsewhere)
        assert browser.get(ACCOUNT).status_code == 200

    def test_what_is_open_to_everybody_stays_open(self, needed, zoe):
        browser = browser_of()

        for url in (LOGIN, reverse("crm:healthz"), reverse("crm:ask-begin")):
            assert browser.get(url).status_code == 200
        assert browser.post(reverse("crm:logout")).status_code == 302

    def test_off_nobody_is_asked(self, zoe):
        assert browser_of().get(ACCOUNT).status_code == 200


class TestTakenAway:
    def take(self, person, **given):
        browser = Client(headers={"accept-language": "en"})
        browser.post(LOGIN, {"username": "ada@relais.example", "password": PASSWORD})
        return post(browser, reverse("crm:second-factor-take", args=[person.pk]), given)

    @pytest.fixture(autouse=True)
    def ada(self, db):
        return person_as(
            Role.ADMINISTRATOR, email="ada@relais.example", password=PASSWORD, full_name="Ada"
        )

    def test_by_an_administrator_with_a_reason_and_the_person_is_told(self, zoe, secret, ada):
        assert self.take(zoe, why="  lost the phone ").status_code == 302

        assert not Authenticator.objects.exists()
        row = zoe.history.first()
        assert (row.history_user, str(row.history_change_reason)) == (
            ada,
            "Second factor taken away: lost the phone",
        )
        assert mail.outbox[-1].to == [EMAIL]
        assert is_in(browser_of())

    def test_and_the_sessions_that_were_entered_with_it_are_over(self, needed, zoe):
        browser = browser_of()
        set_up(browser)
        call_command("secondfactor", EMAIL, "--why", "lost")

        assert browser.get(ACCOUNT)["Location"] == SET_UP

    def test_not_without_a_reason(self, zoe, secret):
        assert self.take(zoe, why=" ").status_code == 422
        assert Authenticator.objects.exists()

    def test_there_must_be_one(self, zoe):
        assert self.take(zoe, why="lost").status_code == 422
        with pytest.raises(CommandError):
            call_command("secondfactor", EMAIL, "--why", "lost")
        with pytest.raises(CommandError):
            call_command("secondfactor", "nobody@relais.example", "--why", "lost")

    def test_nobody_else_takes_it(self, zoe, secret):
        browser = browser_of()
        post(browser, SHOWN, {"code": code(secret, 1)})

        url = reverse("crm:second-factor-take", args=[User.objects.get(full_name="Ada").pk])
        assert post(browser, url, {"why": "x"}).status_code == 404
