"""In without a password: by a mailed code, or a link to choose another; and asked again who one is."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import TryCount, User
from crm.services.tries import MAILS_FROM_HERE, ONE_ACCOUNT
from tests.crm.factories import PASSWORD, UserFactory, person_as

pytestmark = pytest.mark.django_db
EMAIL = "zoe@relais.example"
WANTED, TYPED = reverse("account_request_login_code"), reverse("account_confirm_login_code")
FORGOTTEN, HOME = reverse("crm:password-forgotten"), reverse("crm:home")
AGAIN = reverse("account_reauthenticate")
ADDRESS = reverse("crm:address-change")


@pytest.fixture
def zoe(db):
    return person_as(Role.VOLUNTEER, email=EMAIL, password=PASSWORD, full_name="Zoé", language="en")


@pytest.fixture
def english(client):
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def post(client, url, data, **more):
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(url, data, **more)


def code_of(message):
    return re.search(r"Your code: (\S+)|Votre code\s*: (\S+)", message.body)[1]


def ask(client, email=EMAIL, **more):
    return post(client, WANTED, {"email": email}, **more)


def is_in(client):
    return "_auth_user_id" in client.session


class TestLogInByCode:
    def test_the_mailed_code_lets_in_without_a_password(self, english, zoe):
        zoe.set_unusable_password()
        zoe.save()

        assert ask(english)["Location"] == TYPED
        [message] = mail.outbox
        assert message.to == [EMAIL]
        response = post(english, TYPED, {"code": code_of(message).lower()})

        assert (response.status_code, response["Location"]) == (302, HOME)
        assert is_in(english)

    def test_leads_where_one_wanted_to_go_and_never_to_another_site(self, english, zoe):
        response = post(english, f"{WANTED}?next=/search/", {"email": EMAIL})
        assert response["Location"] == f"{TYPED}?next=%2Fsearch%2F"
        code = code_of(mail.outbox[0])
        assert post(english, response["Location"], {"code": code})["Location"] == "/search/"

        other = Client()
        response = post(other, f"{WANTED}?next=https://evil.example/", {"email": EMAIL})
        code = code_of(mail.outbox[1])
        assert post(other, response["Location"], {"code": code})["Location"] == HOME

    def test_known_unknown_and_closed_addresses_are_answered_alike(self, zoe):
        UserFactory(email="closed@relais.example", is_active=False)
        answers = set()
        for email in (EMAIL, "nobody@relais.example", "closed@relais.example"):
            browser = Client(headers={"accept-language": "en"})
            first = ask(browser, email)
            page = browser.get(TYPED).content.decode().replace(email, "·")
            page = re.sub(r'name="(csrfmiddlewaretoken|drawn)" value="[^"]+"', "", page)
            wrong = post(browser, TYPED, {"code": "AAAA-AAAA"})
            answers.add((first.status_code, first["Location"], page, wrong.status_code))

        assert len(answers) == 1
        assert [message.to for message in mail.outbox] == [[EMAIL]]

    def test_a_wrong_code_is_refused_and_three_end_it(self, english, zoe):
        ask(english)
        code = code_of(mail.outbox[0])

        assert [post(english, TYPED, {"code": "x"}).status_code for _n in range(3)] == [
            422,
            422,
            302,
        ]
        post(english, TYPED, {"code": code})
        assert not is_in(english)

    def test_is_of_one_browser_and_one_use(self, english, zoe):
        ask(english)
        code, other = code_of(mail.outbox[0]), Client()
        ask(other)

        assert post(other, TYPED, {"code": code}).status_code == 422
        post(english, TYPED, {"code": code})
        english.logout()
        assert post(english, TYPED, {"code": code})["Location"] == WANTED

    def test_ends_after_a_quarter_of_an_hour(self, english, zoe):
        ask(english)
        session = english.session
        session["account_login"]["state"]["stages"]["login_by_code"]["data"]["at"] -= 901
        session.save()

        assert post(english, TYPED, {"code": code_of(mail.outbox[0])})["Location"] == WANTED

    def test_another_one_may_be_asked_for(self, english, zoe):
        ask(english)
        assert english.get(WANTED).status_code == 200
        ask(english)

        post(english, TYPED, {"code": code_of(mail.outbox[1])})
        assert is_in(english)

    @pytest.mark.parametrize("email", ["", "no address", "a\0@b.fr"])
    def test_what_is_no_address_is_told(self, english, email):
        assert ask(english, email).status_code == 422

    def test_a_mailbox_is_not_filled_whoever_it_is_of(self, zoe):
        for email in (EMAIL, "nobody@relais.example"):
            statuses = [ask(Client(), email).status_code for _n in range(7)]
            assert statuses == [302] * MAILS_FROM_HERE.most + [422] * 2

    def test_codes_and_passwords_are_tries_of_one_account(self, english, zoe):
        for _n in range(ONE_ACCOUNT.most - 1):
            english.post(reverse("crm:login"), {"username": EMAIL, "password": "wrong"})
        ask(english)

        assert post(english, TYPED, {"code": "x"}).status_code == 422
        page = post(english, TYPED, {"code": code_of(mail.outbox[0])})
        assert "Too many tries" in page.content.decode()

    def test_the_owner_is_known_on_this_device_afterwards(self, english, zoe):
        ask(english)
        post(english, TYPED, {"code": code_of(mail.outbox[0])})
        post(english, reverse("crm:logout"), {})
        for n in range(12):
            for _n in range(11):
                Client().post(
                    reverse("crm:login"),
                    {"username": EMAIL, "password": "wrong"},
                    REMOTE_ADDR=f"192.0.2.{n}",
                )

        response = english.post(reverse("crm:login"), {"username": EMAIL, "password": PASSWORD})
        assert response.status_code == 302

    def test_the_link_of_the_mail_is_ours_whatever_the_browser_says_of_itself(
        self, english, zoe, settings
    ):
        settings.ALLOWED_HOSTS = ["*"]
        settings.SITE_URL = "https://relais.association.fr"
        ask(english, headers={"host": "evil.example"})

        [message] = mail.outbox
        [(html, _kind)] = message.alternatives
        assert "evil.example" not in message.subject + message.body + html
        assert f"https://relais.association.fr{TYPED}" in message.body

    def test_looking_at_its_pages_writes_nothing(self, english, zoe):
        ask(english)

        assert [english.get(url).status_code for url in (WANTED, TYPED)] == [200, 200]


class TestForgotten:
    def ask(self, client, email=EMAIL):
        return post(client, FORGOTTEN, {"email": email})

    def test_a_link_is_mailed_on_which_another_one_is_chosen(self, english, zoe):
        elsewhere = Client()
        elsewhere.force_login(zoe)

        assert self.ask(english)["Location"] == reverse("crm:login")
        [message] = mail.outbox
        path = re.search(r"https?://[^/]+(/way-in/\S+)", message.body)[1]
        page = english.get(path)["Location"]
        new = "another-believable-2027"
        assert post(english, page, {"new_password1": new, "new_password2": new}).status_code == 302

        zoe.refresh_from_db()
        assert zoe.check_password(new)
        assert elsewhere.get(reverse("crm:account")).status_code == 302
        assert "your password was changed" in mail.outbox[1].subject

    def test_known_unknown_and_closed_addresses_are_answered_alike(self, zoe):
        UserFactory(email="closed@relais.example", is_active=False)
        answers = set()
        for email in (EMAIL, "nobody@relais.example", "closed@relais.example"):
            browser = Client(headers={"accept-language": "en"})
            response = self.ask(browser, email)
            page = browser.get(response["Location"]).content.decode().replace(email, "·")
            page = re.sub(r'name="(csrfmiddlewaretoken|drawn)" value="[^"]+"', "", page)
            answers.add((response.status_code, response["Location"], page))

        assert len(answers) == 1
        assert [message.to for message in mail.outbox] == [[EMAIL]]

    def test_its_mails_are_counted_with_those_of_codes(self, zoe):
        for n in range(MAILS_FROM_HERE.most):
            assert (self.ask(Client()) if n % 2 else ask(Client())).status_code == 302

        assert self.ask(Client()).status_code == 422
        TryCount.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
        assert self.ask(Client()).status_code == 302


class TestAskedAgain:
    """Before what guards the account is changed."""

    def log_in(self, client):
        client.post(reverse("crm:login"), {"username": EMAIL, "password": PASSWORD})

    def age(self, client, seconds=601):
        session = client.session
        for record in session["account_authentication_methods"]:
            record["at"] -= seconds
        session.save()

    def test_not_within_ten_minutes_of_the_log_in(self, english, zoe):
        self.log_in(english)
        assert english.get(ADDRESS).status_code == 200

        self.age(english)
        assert english.get(ADDRESS)["Location"] == f"{AGAIN}?next=%2Faccount%2Faddress%2F"

    def test_the_password_leads_on_and_a_wrong_one_does_not(self, english, zoe):
        self.log_in(english)
        self.age(english)
        page = english.get(ADDRESS)["Location"]

        assert post(english, page, {"password": "wrong"}).status_code == 422
        assert english.get(ADDRESS).status_code == 302
        assert post(english, page, {"password": PASSWORD})["Location"] == ADDRESS
        assert english.get(ADDRESS).status_code == 200

    def test_it_is_not_guessed_here(self, english, zoe):
        self.log_in(english)
        self.age(english)
        page = english.get(ADDRESS)["Location"]
        for _n in range(10):
            post(english, page, {"password": "wrong"})

        assert post(english, page, {"password": PASSWORD}).status_code == 422

    def test_who_has_no_password_is_mailed_a_code(self, english, zoe):
        User.objects.filter(pk=zoe.pk).update(password="!")
        english.force_login(User.objects.get(pk=zoe.pk))
        User.objects.keep_address(zoe)

        page = english.get(ADDRESS)["Location"]
        assert (
            page
            == f"{reverse('account_request_reauthentication_code')}?next=%2Faccount%2Faddress%2F"
        )
        page = post(english, page, {})["Location"]
        assert post(english, page, {"code": "x"}).status_code == 422
        response = post(english, page, {"code": code_of(mail.outbox[0])})

        assert response["Location"] == ADDRESS
        assert english.get(ADDRESS).status_code == 200

    def test_nothing_that_was_sent_is_done_behind_ones_back(self, english, zoe):
        self.log_in(english)
        self.age(english)
        response = post(english, ADDRESS, {"email": "new@relais.example"})
        assert response["Location"].startswith(AGAIN)

        post(english, response["Location"], {"password": PASSWORD})
        assert mail.outbox == []
