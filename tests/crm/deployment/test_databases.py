"""The address of a database, read part by part."""

import socket
import sys
import time

import pytest
from django.conf import settings as ours
from django.db import OperationalError, connection
from django.db.utils import ConnectionHandler

from tests.crm.deployment.refused import refusal
from tests.production import settings_of

TIMEOUTS = "-c statement_timeout=10s -c lock_timeout=5s"


class TestDatabase:
    @pytest.mark.parametrize(
        ("query", "options"),
        [
            ("", {"connect_timeout": 5, "options": TIMEOUTS}),
            (
                "?sslmode=require",
                {"connect_timeout": 5, "sslmode": "require", "options": TIMEOUTS},
            ),
            (
                "?sslmode=verify-full&sslrootcert=%2Fetc%2Fca.pem&connect_timeout=3",
                {
                    "sslmode": "verify-full",
                    "sslrootcert": "/etc/ca.pem",
                    "connect_timeout": 3,
                    "options": TIMEOUTS,
                },
            ),
            (
                "?options=-c%20statement_timeout%3D30s&options=-c%20search_path%3Drelais",
                {
                    "connect_timeout": 5,
                    "options": f"{TIMEOUTS} -c statement_timeout=30s -c search_path=relais",
                },
            ),
        ],
    )
    def test_keeps_the_options_of_its_address(self, query, options):
        given = settings_of(DATABASE_URL=f"postgres://relais@db.association.fr/relais{query}")

        assert given["DATABASES"]["default"]["OPTIONS"] == options

    def test_keeps_those_of_a_file_too(self):
        given = settings_of(DATABASE_URL="sqlite:////srv/relais.sqlite3?timeout=40")
        options = given["DATABASES"]["default"]["OPTIONS"]

        assert (options["timeout"], options["transaction_mode"]) == (40, "IMMEDIATE")

    @pytest.mark.parametrize(
        ("address", "path"),
        [
            ("", ours.BASE_DIR / "relais.sqlite3"),
            ("sqlite:///relais.sqlite3", ours.BASE_DIR / "relais.sqlite3"),
            ("sqlite:////srv/relais%20one.sqlite3", "/srv/relais one.sqlite3"),
        ],
    )
    def test_in_a_file_is_the_same_wherever_a_command_is_run(self, address, path):
        database = settings_of(DATABASE_URL=address)["DATABASES"]["default"]

        assert database["NAME"] == str(path)

    def test_address_is_read_part_by_part(self):
        database = settings_of(DATABASE_URL="postgresql://u%40x:p%3Aw@%2Frun%2Fpg:5433/relais")[
            "DATABASES"
        ]["default"]

        assert database["ENGINE"] == "django.db.backends.postgresql"
        assert [database[part] for part in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
            "u@x",
            "p:w",
            "/run/pg",
            5433,
            "relais",
        ]

    @pytest.mark.parametrize(
        "address",
        [
            "mysql://relais:CANARY@db/relais",
            "relais.sqlite3",
            "sqlite://",
            "postgres://relais:CANARY@db",
            "postgres://relais:CANARY@[db/relais",
            "postgres://relais:CANARY@db:port/relais",
            "postgres://relais:CANARY@db/relais?sslmode",
        ],
    )
    def test_that_we_do_not_know_is_refused_without_its_password(self, address):
        words = refusal(DATABASE_URL=address)

        assert "DATABASE_URL" in words
        assert "CANARY" not in words

    def test_on_postgresql_says_how_its_driver_is_installed_where_it_is_not(self, monkeypatch):
        monkeypatch.setitem(sys.modules, "psycopg", None)

        words = refusal(DATABASE_URL="postgres://relais:CANARY@db.association.fr/relais")

        assert "requirements/postgresql.txt" in words
        assert "CANARY" not in words
        assert settings_of(DATABASE_URL="sqlite:////srv/relais.sqlite3")

    @pytest.mark.postgres
    @pytest.mark.django_db
    def test_takes_the_options(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_setting('statement_timeout'), current_setting('lock_timeout')"
            )

            assert cursor.fetchone() == ("10s", "5s")


@pytest.mark.large
@pytest.mark.django_db
def test_a_server_that_says_nothing_is_not_waited_for_long():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"postgres://relais@127.0.0.1:{silent.getsockname()[1]}/relais"
        database = settings_of(DATABASE_URL=address)["DATABASES"]["default"]
        handler = ConnectionHandler({"default": database})
        began = time.monotonic()
        with pytest.raises(OperationalError):
            handler["default"].ensure_connection()

    assert time.monotonic() - began < 12
