"""The key of a program in the header of a request."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone

from crm.display.keys import AREA_LABELS
from crm.domain.roles import Role
from crm.models import ApiKey, Organisation, User
from tests.access.routes import all_routes
from tests.crm.factories import PASSWORD, person_as
from tests.entering import enter

pytestmark = pytest.mark.django_db

PASSWORD_CHANGE, TOKEN_CREATE = reverse("crm:password-change"), reverse("crm:token-create")


@pytest.fixture
def zoe(member):
    return person_as(
        Role.COORDINATOR, member, email="zoe@relais.example", password=PASSWORD, full_name="Zoé"
    )


class TestToken:
    def make(self, client, **given):
        data = {"name": "Our dashboard", "days": 90} | given
        response = client.post(TOKEN_CREATE, data, follow=True)
        return response, response.context_data["secret"]

    def ask(self, secret):
        return Client().get("/api/v1/me/", headers={"authorization": f"Token {secret}"})

    def test_an_expired_one_opens_nothing_and_asking_deletes_nothing(self, client, zoe):
        enter(client, zoe)
        _response, secret = self.make(client)
        ApiKey.objects.update(expiry=timezone.now())

        assert self.ask(secret).status_code == 401
        assert ApiKey.objects.count() == 1

    def test_a_closed_account_closes_its_keys(self, client, zoe):
        enter(client, zoe)
        _response, secret = self.make(client)
        User.objects.filter(pk=zoe.pk).update(is_active=False)

        assert self.ask(secret).status_code == 401

    @pytest.mark.parametrize("secret", ["", "x", "é", "a" * 64, "a" * 5000])
    def test_what_is_no_key_is_refused(self, secret):
        assert self.ask(secret).status_code == 401

    def test_is_sent_with_the_usual_word_as_well(self, client, zoe):
        enter(client, zoe)
        _response, secret = self.make(client)
        bearer = Client(headers={"authorization": f"Bearer {secret}"})

        assert bearer.get("/api/v1/me/").json()["email"] == "zoe@relais.example"
        wrong = Client(headers={"authorization": "Bearer nothing"}).get("/api/v1/me/")
        assert (wrong.status_code, wrong["WWW-Authenticate"]) == (401, "Bearer")

    def test_keeps_the_day_of_its_last_use_and_writes_it_once(self, client, zoe):
        enter(client, zoe)
        _response, secret = self.make(client)
        self.ask(secret)

        assert ApiKey.objects.get().last_used_on == timezone.localdate()
        with CaptureQueriesContext(connection) as queries:
            self.ask(secret)
        assert not [query for query in queries if query["sql"].startswith("UPDATE")]


class TestScopes:
    """What a key opens is a part of what its owner may; each route of the API is asked, and none is named here."""

    @pytest.fixture
    def program(self, zoe):
        def program(**facts):
            _key, secret = ApiKey.objects.make(zoe, **facts)
            return Client(headers={"authorization": f"Bearer {secret}", "accept-language": "en"})

        return program

    def test_one_that_reads_only_changes_nothing(self, program):
        body = {"name": "Written by a program"}

        refused = program().post("/api/v1/organisations/", body, content_type="application/json")
        assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
        assert "This key reads only" in refused.json()["title"]
        assert not Organisation.objects.filter(name="Written by a program").exists()

        may_write = program(may_write=True)
        made = may_write.post("/api/v1/organisations/", body, content_type="application/json")
        assert made.status_code == 201

    @pytest.mark.parametrize("area", AREA_LABELS)
    def test_one_of_an_area_opens_its_routes_alone(self, program, area):
        client = program(areas=[area])
        opened, closed = set(), set()
        for route in all_routes():
            if route.is_api and not route.parameters:
                answer = client.get(route.url(None))
                told = answer.json()["title"] if answer.status_code == 403 else ""
                view = resolve(route.url(None)).func.cls
                of = getattr(view, "area", view.__module__.partition(".")[0])
                (closed if told.startswith("This key does not open") else opened).add(of)

        assert opened & set(AREA_LABELS) == {area}
        assert closed == set(AREA_LABELS) - {area}
