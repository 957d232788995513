"""Where I am logged in: seen, and ended from here."""

import re
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session as OldSession
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.domain.browsers import browser_of
from crm.domain.roles import Role
from crm.models import Session
from crm.web.sessions import SessionStore
from tests.crm.factories import PASSWORD, UserFactory, person_as

pytestmark = pytest.mark.django_db
EMAIL = "zoe@relais.example"
LOGIN, DEVICES, END_OTHERS = (
    reverse(f"crm:{name}") for name in ("login", "device-list", "devices-end")
)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)
EDGE = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0 Safari/537.36 Edg/140.0"
)


@pytest.fixture
def zoe(db):
    return person_as(Role.VOLUNTEER, email=EMAIL, password=PASSWORD)


def browser(user_agent=FIREFOX):
    client = Client(headers={"accept-language": "en", "user-agent": user_agent})
    client.post(LOGIN, {"username": EMAIL, "password": PASSWORD})
    return client


def is_in(client):
    return client.get(reverse("crm:account")).status_code == 200


def marks(client):
    return re.findall(r"/account/devices/(\w{20})/end/", client.get(DEVICES).content.decode())


def test_each_device_is_named_and_none_by_its_key(zoe):
    here, phone = browser(), browser(SAFARI)

    page = here.get(DEVICES).content.decode()

    assert "Firefox, Windows" in page
    assert "Safari, iPhone" in page
    assert not any(client.session.session_key in page for client in (here, phone))
    assert len(marks(here)) == 1


def test_one_is_ended_from_another(zoe):
    here, phone, third = browser(), browser(SAFARI), browser(EDGE)
    page = here.get(DEVICES).content.decode()
    mark = re.search(r"Safari, iPhone.*?/account/devices/(\w{20})/end/", page, re.S)[1]

    here.post(reverse("crm:device-end", args=[mark]))

    assert [is_in(client) for client in (here, phone, third)] == [True, False, True]
    page = here.post(reverse("crm:device-end", args=[mark]), follow=True).content.decode()
    assert "logged out already" in page


def test_all_others_are_ended_at_once(zoe):
    here, others = browser(), [browser(SAFARI), browser(EDGE)]

    page = here.post(END_OTHERS, follow=True).content.decode()

    assert "2 other devices are logged out" in page
    assert [is_in(client) for client in (here, *others)] == [True, False, False]


def test_nobody_ends_anothers(zoe):
    here = browser()
    eve = Client()
    eve.force_login(UserFactory())
    [mark] = marks(browser(SAFARI))

    eve.post(reverse("crm:device-end", args=[mark]))
    eve.post(END_OTHERS)

    assert is_in(here)


def test_what_another_password_ended_is_not_shown(zoe):
    here, _other = browser(), browser(SAFARI)
    new = "another-believable-2027"
    data = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    here.post(reverse("crm:password-change"), data)

    assert is_in(here)
    assert marks(here) == []


def test_looking_writes_nothing_and_asks_a_fixed_number(zoe, django_assert_num_queries):
    for _n in range(3):
        here = browser()
    here.get(DEVICES)

    with django_assert_num_queries(4):
        here.get(DEVICES)
    for _n in range(4):
        browser()
    with django_assert_num_queries(4):
        here.get(DEVICES)


def test_who_was_logged_in_before_stays_so(zoe):
    client = browser()
    row = Session.objects.get(user=zoe)
    OldSession.objects.create(
        session_key=row.pk, session_data=row.session_data, expire_date=row.expire_date
    )
    nobody = SessionStore().encode({"kept": []})
    OldSession.objects.create(session_key="n", session_data=nobody, expire_date=timezone.now())
    row.delete()

    import_module("crm.migrations.0014_sessions_know_whose_they_are").take_over(apps, None)

    assert is_in(client)
    assert list(Session.objects.values_list("user", flat=True)) == [zoe.pk]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (FIREFOX, "Firefox, Windows"),
        (SAFARI, "Safari, iPhone"),
        (EDGE, "Edge, macOS"),
        ("curl", ""),
        ("", ""),
    ],
)
def test_browsers(said, shown):
    assert browser_of(said) == shown
