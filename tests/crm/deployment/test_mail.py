"""How mails leave."""

import pytest

from tests.crm.deployment.refused import refusal
from tests.production import NOTHING_SET, said_by_checks, settings_of


class TestMail:
    def test_of_production_is_never_printed(self):
        assert "EMAIL_HOST" in refusal(EMAIL_HOST="")

    def test_goes_into_a_folder_where_that_is_chosen_and_the_check_says_so(self):
        chosen = {"EMAIL_HOST": "", "RELAIS_MAIL_FOLDER": "/srv/mails"}

        assert settings_of(**chosen)["EMAIL_FILE_PATH"] == "/srv/mails"
        assert said_by_checks(**chosen) == ["relais.E002"]

    def test_goes_one_way_alone(self):
        assert "not both" in refusal(RELAIS_MAIL_FOLDER="/srv/mails")

    def test_of_development_is_printed(self):
        transport = settings_of(NOTHING_SET)["MAIL_TRANSPORT"]

        assert transport == "django.core.mail.backends.console.EmailBackend"

    @pytest.mark.parametrize(
        ("changes", "port", "security"),
        [
            ({}, 587, "starttls"),
            ({"EMAIL_PORT": "465"}, 465, "tls"),
            ({"EMAIL_PORT": "25"}, 25, "none"),
            ({"EMAIL_PORT": "2525"}, 2525, "starttls"),
            ({"EMAIL_SECURITY": "tls"}, 465, "tls"),
            ({"EMAIL_SECURITY": "starttls"}, 587, "starttls"),
            ({"EMAIL_SECURITY": "none"}, 25, "none"),
            ({"EMAIL_SECURITY": "starttls", "EMAIL_PORT": "25"}, 25, "starttls"),
            ({"EMAIL_HOST": "127.0.0.1"}, 25, "none"),
            ({"EMAIL_HOST": "localhost", "EMAIL_PORT": "587"}, 587, "starttls"),
            ({"EMAIL_PORT": "25", "EMAIL_USER": "u", "EMAIL_PASSWORD": "p"}, 25, "starttls"),
        ],
    )
    def test_is_encrypted_as_the_port_has_it(self, changes, port, security):
        given = settings_of(**changes)

        assert given["EMAIL_PORT"] == port
        assert given["EMAIL_USE_TLS"] == (security == "starttls")
        assert given["EMAIL_USE_SSL"] == (security == "tls")

    def test_is_handed_over_with_user_and_password(self):
        given = settings_of(EMAIL_USER="relais", EMAIL_PASSWORD="secret")

        assert (given["EMAIL_HOST_USER"], given["EMAIL_HOST_PASSWORD"]) == ("relais", "secret")

    @pytest.mark.parametrize(
        "changes",
        [
            {"EMAIL_PORT": "smtp"},
            {"EMAIL_PORT": "70000"},
            {"EMAIL_SECURITY": "ssl"},
            {"EMAIL_USER": "relais"},
            {"EMAIL_PASSWORD": "secret"},
            {"RELAIS_ADMINS": "somebody"},
        ],
    )
    def test_is_refused_where_it_cannot_be_meant(self, changes):
        assert next(iter(changes)) in refusal(**changes)

    def test_has_a_server_where_anything_else_of_it_is_set(self):
        words = refusal(EMAIL_HOST="", RELAIS_MAIL_FOLDER="/srv/mails", EMAIL_PORT="587")

        assert "EMAIL_HOST" in words

    def test_tells_errors_to_those_who_are_named(self):
        admins = settings_of(RELAIS_ADMINS="ada@association.fr, it@association.fr")["ADMINS"]

        assert [address for _name, address in admins] == ["ada@association.fr", "it@association.fr"]
