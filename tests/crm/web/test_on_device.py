"""What a device keeps of one account is gone once they log out, or somebody else comes in."""

import json

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from crm.domain.roles import Role
from crm.web.on_device import COOKIE
from tests.crm.factories import PASSWORD, UserFactory, person_as
from tests.volunteers.factories import AssignmentFactory

pytestmark = pytest.mark.django_db

LOGIN, LOGOUT, ACCOUNT = reverse("crm:login"), reverse("crm:logout"), reverse("crm:account")
WIPED = "Clear-Site-Data"


@pytest.fixture
def volunteer():
    return AssignmentFactory().volunteer.user


@pytest.fixture
def device(client, volunteer):
    """On which the volunteer has opened their week."""
    client.force_login(volunteer)
    page = client.get(
        reverse("volunteers:log-work", args=[volunteer.volunteer.assignments.get().pk])
    )
    assert page.status_code == 200
    assert client.cookies[COOKIE]["httponly"]
    return client


class TestADevice:
    def test_is_emptied_at_the_log_out(self, device):
        assert device.post(LOGOUT)[WIPED] == '"storage"'
        assert device.cookies[COOKIE].value == ""

    def test_is_emptied_by_the_log_in_of_somebody_else(self, device, member):
        other = person_as(Role.COORDINATOR, member, password=PASSWORD)
        device.cookies.pop("sessionid")
        assert WIPED not in device.get(LOGIN)

        entered = device.post(LOGIN, {"username": other.email, "password": PASSWORD})

        assert (entered.status_code, entered[WIPED]) == (302, '"storage"')
        assert WIPED not in device.get(ACCOUNT)

    def test_is_emptied_on_any_page_of_somebody_else(self, device):
        device.cookies.pop("sessionid")
        device.force_login(UserFactory())

        assert device.get(ACCOUNT)[WIPED] == '"storage"'

    def test_keeps_what_it_has_for_who_comes_back(self, device, volunteer):
        device.cookies.pop("sessionid")
        assert WIPED not in device.get(LOGIN)
        device.force_login(volunteer)

        assert WIPED not in device.get(ACCOUNT)

    def test_that_keeps_nothing_is_not_made_to_wait(self, client):
        client.force_login(UserFactory())

        assert COOKIE not in client.get(ACCOUNT).cookies
        assert WIPED not in client.post(LOGOUT)


def test_a_worker_is_told_where_a_redirect_leads_and_a_page_is_led_there(device):
    device.cookies.pop("sessionid")

    asked = device.get(ACCOUNT, headers={"Relais-Worker": "1"})
    assert (asked.status_code, asked["Relais-To"]) == (204, f"{LOGIN}?next={ACCOUNT}")
    assert device.get(ACCOUNT).status_code == 302


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_manifest_speaks_the_language_and_names_icons_that_are_there(language):
    answer = Client(headers={"Accept-Language": language}).get("/manifest.webmanifest")

    manifest = json.loads(answer.content)
    assert answer["Content-Type"] == "application/manifest+json"
    assert manifest["lang"] == language
    assert ("semaine" in manifest["name"]) == (language == "fr")
    assert manifest["start_url"] == reverse("volunteers:week")
    for icon in manifest["icons"]:
        assert finders.find(icon["src"].removeprefix("/static/")), icon


def test_the_worker_is_asked_for_anew_and_may_do_what_the_policy_says():
    answer = Client().get("/service-worker.js")

    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cache-Control"] == "no-cache"
    assert "/static/volunteers/worker.js" in answer.content.decode()
    policy = answer["Content-Security-Policy"].split("; ")
    assert {"worker-src 'self'", "manifest-src 'self'", "default-src 'self'"} <= set(policy)
