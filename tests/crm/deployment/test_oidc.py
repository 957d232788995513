"""A provider of identities is set as a whole, and not by halves."""

import sys

import pytest
from django.test import override_settings

from crm.deployment.examinations import examine_machine
from crm.deployment.oidc import Provider
from tests.crm.deployment.refused import refusal
from tests.identity_provider import CLIENT, NAME, identity_provider
from tests.journeys.site import free_port
from tests.production import settings_of

ISSUER = "https://id.association.fr/realms/all"
SET = {
    "RELAIS_OIDC_ISSUER": f"{ISSUER}/",
    "RELAIS_OIDC_CLIENT_ID": CLIENT,
    "RELAIS_OIDC_SECRET": "between us",
    "RELAIS_OIDC_NAME": NAME,
}


def test_none_is_there_unless_it_is_set(monkeypatch):
    monkeypatch.setitem(sys.modules, "jwt", None)

    assert settings_of()["OIDC"] is None


def test_its_pages_are_those_of_the_issuer_and_others_that_are_named():
    given = settings_of(**SET, RELAIS_OIDC_ORIGINS="https://login.association.fr/in")

    origins = ("https://id.association.fr", "https://login.association.fr")
    assert given["OIDC"] == Provider(ISSUER, CLIENT, "between us", NAME, origins)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"RELAIS_OIDC_SECRET": ""}, "RELAIS_OIDC_ISSUER needs RELAIS_OIDC_SECRET as well"),
        ({"RELAIS_OIDC_ISSUER": ""}, "RELAIS_OIDC_ISSUER is missing"),
        (
            {"RELAIS_OIDC_ISSUER": "http://id.association.fr"},
            "RELAIS_OIDC_ISSUER begins with https",
        ),
        (
            {"RELAIS_OIDC_ISSUER": f"{ISSUER}/.well-known/openid-configuration"},
            "before /.well-known",
        ),
        ({"RELAIS_OIDC_ORIGINS": "https://*"}, "RELAIS_OIDC_ORIGINS begins with https"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes, words):
    assert words in refusal(**SET | changes)


def test_without_its_packages_relais_says_how_they_are_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "jwt", None)

    assert "requirements/oidc.txt" in refusal(**SET)


def said_of_provider():
    numbers = {"relais.W011", "relais.E020"}
    return [message for message in examine_machine() if message.id in numbers]


class TestDoctor:
    def test_has_nothing_to_say_of_one_that_answers(self):
        with identity_provider():
            assert said_of_provider() == []

    def test_knows_one_that_is_down(self):
        away = f"http://127.0.0.1:{free_port()}"
        with override_settings(OIDC=Provider(away, CLIENT, "s", NAME, (away,))):
            [said] = said_of_provider()

        assert (said.id, away in said.msg) == ("relais.W011", True)

    def test_knows_one_that_is_another(self):
        with identity_provider() as provider:
            provider.beside = {"issuer": "https://another.example"}
            [said] = said_of_provider()

        assert (said.id, "RELAIS_OIDC_ISSUER" in said.hint) == ("relais.E020", True)

    def test_knows_a_page_to_which_browsers_would_not_go(self):
        with identity_provider() as provider:
            provider.beside = {"authorization_endpoint": "https://login.association.fr/in"}
            [said] = said_of_provider()

        mend = "RELAIS_OIDC_ORIGINS to https://login.association.fr"
        assert (said.id, mend in said.hint) == ("relais.E020", True)
