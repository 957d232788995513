"""Coming in, going out, one's password and language."""

import pytest
from django.test import Client
from django.urls import reverse

from crm.domain.roles import Role
from crm.services.tries import ONE_ACCOUNT
from tests.crm.factories import PASSWORD, UserFactory, person_as

pytestmark = pytest.mark.django_db

LOGIN, LOGOUT, ACCOUNT = reverse("crm:login"), reverse("crm:logout"), reverse("crm:account")
PASSWORD_CHANGE, TOKEN_CREATE = reverse("crm:password-change"), reverse("crm:token-create")
TRIES = ONE_ACCOUNT.most
NEW_PASSWORD = "another-believable-2027"


@pytest.fixture
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def zoe(member):
    return person_as(
        Role.COORDINATOR, member, email="zoe@relais.example", password=PASSWORD, full_name="Zoé"
    )


def is_logged_in(client):
    return "_auth_user_id" in client.session


def log_in(client, email="zoe@relais.example", password=PASSWORD, **more):
    return client.post(LOGIN, {"username": email, "password": password} | more)


def told(response):
    assert response.status_code == 422
    return response.context_data["form"].non_field_errors()


class TestLogIn:
    @pytest.mark.parametrize(
        "email", ["zoe@relais.example", "ZOE@Relais.Example", "  zoe@relais.example "]
    )
    def test_by_email_whatever_its_case(self, client, zoe, email):
        response = log_in(client, email)

        assert (response.status_code, response["Location"]) == (302, reverse("crm:home"))
        assert client.session["_auth_user_id"] == str(zoe.pk)

    def test_the_password_keeps_its_case(self, client, zoe):
        assert log_in(client, password=PASSWORD.upper()).status_code == 422
        assert not is_logged_in(client)

    def test_unknown_known_and_closed_people_get_the_same_answer(self, english, zoe):
        UserFactory(email="closed@relais.example", password=PASSWORD, is_active=False)

        answers = {
            tuple(told(log_in(english, email, password)))
            for email, password in [
                ("zoe@relais.example", "wrong"),
                ("nobody@relais.example", "wrong"),
                ("closed@relais.example", "wrong"),
                ("closed@relais.example", PASSWORD),
            ]
        }

        assert answers == {
            ("This e-mail and password do not go together. Mind capital letters in the password.",)
        }

    def test_an_account_without_password_stays_shut(self, client):
        user = UserFactory()
        user.set_unusable_password()
        user.save()

        for password in ("", "!", user.password):
            assert log_in(client, user.email, password).status_code == 422
        assert not is_logged_in(client)

    def test_leads_where_one_wanted_to_go_and_never_to_another_site(self, client, zoe):
        response = client.get(reverse("crm:organisation-list"))

        assert response["Location"] == f"{LOGIN}?next={reverse('crm:organisation-list')}"
        assert log_in(client, next="/organisations/")["Location"] == "/organisations/"
        assert log_in(client, next="https://evil.example/")["Location"] == reverse("crm:home")

    def test_takes_a_new_session(self, client, zoe):
        client.get(LOGIN)
        before = client.session.session_key
        log_in(client)

        assert client.session.session_key != before


class TestThrottle:
    def fail(self, client, times, email="zoe@relais.example"):
        return [told(log_in(client, email, "wrong"))[0] for _n in range(times)]

    def test_ten_failed_tries_shut_the_address_even_to_the_right_password(self, english, zoe):
        tries = self.fail(english, TRIES + 1)

        assert ["Too many tries" in sentence for sentence in tries] == [False] * TRIES + [True]
        assert "Too many tries" in told(log_in(english))[0]
        assert not is_logged_in(english)

    def test_another_spelling_of_the_address_is_no_way_round(self, english, zoe):
        self.fail(english, TRIES)

        assert "Too many tries" in self.fail(english, 1, "ZOE@relais.example")[0]

    def test_unknown_addresses_are_shut_alike(self, english):
        tries = self.fail(english, TRIES + 1, "nobody@relais.example")

        assert ["Too many tries" in sentence for sentence in tries] == [False] * TRIES + [True]

    def test_others_come_in_meanwhile(self, english, zoe):
        self.fail(english, TRIES + 1, "nobody@relais.example")

        assert log_in(english).status_code == 302

    def test_coming_in_forgets_the_tries(self, english, zoe):
        for _time in range(2):
            self.fail(english, TRIES - 1)
            assert log_in(english).status_code == 302


class TestLogOut:
    def test_ends_the_session(self, client, zoe):
        client.force_login(zoe)

        response = client.post(LOGOUT)

        assert response["Location"] == LOGIN
        assert not is_logged_in(client)
        assert client.get(ACCOUNT).status_code == 302

    def test_a_link_does_not(self, client, zoe):
        client.force_login(zoe)

        assert client.get(LOGOUT).status_code == 405
        assert is_logged_in(client)


class TestPassword:
    def change(self, client, **changes):
        data = {
            "old_password": PASSWORD,
            "new_password1": NEW_PASSWORD,
            "new_password2": NEW_PASSWORD,
        }
        return client.post(PASSWORD_CHANGE, data | changes)

    def test_is_changed_here_and_ends_sessions_elsewhere(self, client, zoe):
        elsewhere = Client()
        log_in(client)
        log_in(elsewhere)

        response = self.change(client)

        zoe.refresh_from_db()
        assert (response.status_code, zoe.check_password(NEW_PASSWORD)) == (302, True)
        assert client.get(ACCOUNT).status_code == 200
        assert elsewhere.get(ACCOUNT).status_code == 302

    @pytest.mark.parametrize(
        ("field", "given"),
        [
            ("old_password", {"old_password": "wrong"}),
            ("new_password2", {"new_password2": "not the same-2027"}),
            ("new_password2", {"new_password1": "short-27", "new_password2": "short-27"}),
            (
                "new_password2",
                {"new_password1": "passwordpassword", "new_password2": "password1234"},
            ),
        ],
    )
    def test_one_that_will_not_do_is_told_at_its_field(self, client, zoe, field, given):
        log_in(client)

        response = self.change(client, **given)

        zoe.refresh_from_db()
        assert response.status_code == 422
        assert set(response.context_data["form"].errors) == {field}
        assert zoe.check_password(PASSWORD)


class TestLanguage:
    def choose(self, client, language, **more):
        return client.post(reverse("set_language"), {"language": language} | more)

    def test_french_comes_first(self, client):
        assert 'lang="fr"' in client.get(LOGIN).content.decode()

    def test_a_choice_is_kept_from_page_to_page_and_through_log_in(self, client, zoe):
        self.choose(client, "en")
        log_in(client)

        response = client.get(ACCOUNT, headers={"accept-language": "fr"})

        assert response.headers["Content-Language"] == "en"
        assert "My account" in response.content.decode()

    def test_is_kept_after_log_out(self, client, zoe):
        self.choose(client, "en")
        client.force_login(zoe)
        client.post(LOGOUT)

        assert client.get(LOGIN).headers["Content-Language"] == "en"

    def test_one_that_is_not_there_changes_nothing(self, client):
        self.choose(client, "tlh")

        assert client.get(LOGIN).headers["Content-Language"] == "fr"

    def test_leads_to_no_other_site(self, client):
        assert self.choose(client, "en", next="https://evil.example/")["Location"] == "/"
