"""One's own address: changed by a link in a mail to the new one, and the old one is told."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused
from crm.domain.roles import Role
from crm.models import User
from crm.services import addresses
from tests.crm.factories import PASSWORD, UserFactory, person_as

pytestmark = pytest.mark.django_db
OLD, NEW = "zoe@relais.example", "zoe.new@relais.example"
CHANGE, CONFIRM = reverse("crm:address-change"), reverse("crm:address-confirm")


@pytest.fixture
def zoe(db):
    user = person_as(Role.VOLUNTEER, email=OLD, password=PASSWORD, full_name="Zoé", language="en")
    User.objects.keep_address(user)
    return user


@pytest.fixture
def browser(zoe):
    browser = Client(headers={"accept-language": "en"})
    browser.post(reverse("crm:login"), {"username": OLD, "password": PASSWORD})
    return browser


def post(client, url, data):
    with TestCase.captureOnCommitCallbacks(execute=True):
        return client.post(url, data)


def link_in(message):
    return re.search(r"https?://[^/]+(/account/address/r/\S+)", message.body)[1]


class TestChange:
    def test_counts_once_the_link_at_the_new_address_is_confirmed(self, browser, zoe):
        assert post(browser, CHANGE, {"email": " Zoe.New@Relais.Example "}).status_code == 302
        [message] = mail.outbox
        assert message.to == [NEW]
        zoe.refresh_from_db()
        assert zoe.email == OLD

        elsewhere = Client(headers={"accept-language": "en"})
        assert elsewhere.get(link_in(message))["Location"] == CONFIRM
        assert elsewhere.get(CONFIRM).status_code == 200
        zoe.refresh_from_db()
        assert zoe.email == OLD  # looking changes nothing
        assert post(elsewhere, CONFIRM, {}).status_code == 302

        zoe.refresh_from_db()
        assert zoe.email == NEW
        row = zoe.history.first()
        assert (row.history_user, str(row.history_change_reason)) == (
            zoe,
            "Own e-mail address changed",
        )
        assert [message.to for message in mail.outbox] == [[NEW], [OLD]]
        rows = EmailAddress.objects.filter(user=zoe).order_by("pk")
        assert list(rows.values_list("email", "verified", "primary")) == [(NEW, True, True)]

    def test_opens_once(self, browser, zoe):
        post(browser, CHANGE, {"email": NEW})
        link = link_in(mail.outbox[0])
        browser.get(link)
        post(browser, CONFIRM, {})

        assert browser.get(link).status_code == 404

    @pytest.mark.parametrize("taken", [NEW, NEW.upper()])
    def test_an_address_of_somebody_else_is_answered_alike_and_gets_no_mail(self, browser, taken):
        UserFactory(email=NEW)

        assert post(browser, CHANGE, {"email": taken}).status_code == 302
        assert mail.outbox == []

    @pytest.mark.parametrize("email", ["", "no address", OLD])
    def test_what_will_not_do_is_told_at_its_field(self, browser, email):
        response = post(browser, CHANGE, {"email": email})

        assert response.status_code == 422
        assert set(response.context_data["form"].errors) == {"email"}

    def test_five_a_day(self, browser, zoe):
        statuses = [
            post(browser, CHANGE, {"email": f"z{n}@relais.example"}).status_code for n in range(6)
        ]

        assert statuses == [302] * 5 + [422]


class TestLink:
    def token(self, zoe, at=None):
        return addresses.token_of(zoe, NEW, at=at or timezone.now())

    def is_open(self, token):
        return addresses.open_address(token, at=timezone.now()) is not None

    def test_opens_for_a_day(self, zoe):
        now = timezone.now()

        assert self.is_open(self.token(zoe, now - timedelta(hours=23)))
        assert not self.is_open(self.token(zoe, now - timedelta(hours=25)))

    def test_dies_with_another_password(self, zoe):
        """Whoever asked for it with a browser left open gets nothing once the owner has taken the account back."""
        token = self.token(zoe, timezone.now() - timedelta(minutes=1))
        zoe.set_password("another-believable-2027")
        zoe.save()

        assert not self.is_open(token)

    def test_dies_with_the_account_and_where_somebody_else_takes_the_address(self, zoe):
        token = self.token(zoe)
        other = UserFactory(email=NEW)
        assert not self.is_open(token)
        with pytest.raises(Refused):
            addresses.confirm_address(token, at=timezone.now())

        other.delete()
        assert self.is_open(token)
        User.objects.filter(pk=zoe.pk).update(is_active=False)
        assert not self.is_open(token)

    @pytest.mark.parametrize("token", ["", "x", "a:b:c", None])
    def test_what_is_no_link_opens_nothing(self, client, token):
        assert not self.is_open(token)
        assert client.get(CONFIRM).status_code == 404
