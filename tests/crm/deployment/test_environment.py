"""Secrets that stand in files."""

import pytest

from tests.crm.deployment.refused import refusal
from tests.production import settings_of


class TestSecretsInFiles:
    def test_are_read_without_the_end_of_their_line(self, secret_file):
        given = settings_of(EMAIL_USER="relais", EMAIL_PASSWORD_FILE=secret_file(" pass word\r\n"))

        assert given["EMAIL_HOST_PASSWORD"] == " pass word"

    def test_hold_the_key(self, secret_file):
        given = settings_of(RELAIS_SECRET_KEY="", RELAIS_SECRET_KEY_FILE=secret_file("k" * 60))

        assert given["SECRET_KEY"] == "k" * 60

    def test_hold_the_address_of_the_database(self, secret_file):
        address = secret_file("postgres://relais:p%2Fw@db.association.fr/relais\n")
        database = settings_of(DATABASE_URL_FILE=address)["DATABASES"]["default"]

        assert (database["PASSWORD"], database["HOST"]) == ("p/w", "db.association.fr")

    def test_are_set_one_way_alone(self, secret_file):
        assert "not both" in refusal(RELAIS_SECRET_KEY_FILE=secret_file("k" * 60))

    def test_that_cannot_be_read_are_named(self):
        words = refusal(RELAIS_SECRET_KEY="", RELAIS_SECRET_KEY_FILE="/srv/missing")

        assert "RELAIS_SECRET_KEY_FILE: /srv/missing" in words

    @pytest.mark.parametrize("content", ["", "\n", "CANARY\n2\n"], ids=["none", "empty", "two"])
    def test_hold_one_line(self, secret_file, content):
        words = refusal(RELAIS_SECRET_KEY="", RELAIS_SECRET_KEY_FILE=secret_file(content))

        assert "on one line" in words
        assert "CANARY" not in words
