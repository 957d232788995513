"""Whether a process runs and is ready is told to whoever asks by address and in clear, before anything a page needs."""

import json
import logging
import shutil
from datetime import timedelta

import pytest
from django.conf import settings as ours
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from crm.deployment.health import failing_probes
from crm.models import Worker
from tests.crm.factories import OutgoingMailFactory
from tests.production import SETTINGS, run

LIVE, READY = "/healthz/live", "/healthz/ready"
ASK = """
import django, json
django.setup()
from django.test import Client
ask = Client(SERVER_NAME="10.1.2.3").get
print(json.dumps([[ask(path).status_code, ask(path).json()] for path in ("/healthz/live", "/healthz/ready")]))
"""

[(_app, NEWEST)] = MigrationLoader(None).graph.leaf_nodes("crm")


def write_in_a_probe():
    MigrationRecorder(connection).record_applied("crm", "by a probe")
    return True


@pytest.fixture
def production(settings):
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["relais.association.fr"], True
    return settings


@pytest.fixture
def forgotten_migration():
    MigrationRecorder(connection).record_unapplied("crm", NEWEST)


class TestLive:
    def test_asks_nothing_of_the_database(self, client, production):
        answer = client.get(LIVE, headers={"host": "10.1.2.3"})  # a test without a database

        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.django_db
class TestReady:
    def test_answers_by_address_and_in_clear(self, client, production):
        answer = client.get(READY, headers={"host": "10.1.2.3"})

        assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
        assert answer["Cache-Control"] == "no-store"
        assert client.get("/", headers={"host": "10.1.2.3"}).status_code == 400

    def test_asks_for_no_session(self, client, django_assert_num_queries):
        client.get(READY)

        with django_assert_num_queries(3):  # SELECT 1, whether there is a table, what is applied
            client.get(READY)

    def test_is_not_where_migrations_wait(self, client, forgotten_migration):
        answer = client.get(READY)

        assert answer.status_code == 503
        assert answer.json() == {"status": "failing", "failing": ["migrations"]}

    def test_is_where_newer_code_has_migrated(self, client):
        MigrationRecorder(connection).record_applied("crm", "9999_of_tomorrow")

        assert client.get(READY).status_code == 200

    def test_is_not_where_the_disk_is_full(self, client, monkeypatch):
        full = shutil.disk_usage("/")._replace(free=1)
        monkeypatch.setattr(shutil, "disk_usage", lambda path: full)

        assert client.get(READY).json()["failing"] == ["disk"]

    @pytest.mark.parametrize(
        "probe", ["crm.no.such.probe", f"{__name__}.write_in_a_probe"], ids=["gone", "writes"]
    )
    def test_a_probe_that_breaks_does_not_hold(self, client, settings, probe):
        settings.READY_PROBES = {"first": probe, **ours.READY_PROBES}

        assert client.get(READY).json()["failing"][0] == "first"

    def test_is_logged_without_a_mail_to_administrators(self, client, caplog, forgotten_migration):
        client.get(READY)

        assert [(line.levelno, line.trouble) for line in caplog.records] == [
            (logging.WARNING, "migrations")
        ]

    @pytest.mark.parametrize("path", [LIVE, READY])
    def test_nothing_is_sent_there(self, client, path):
        assert client.post(path).status_code == 405
        assert client.head(path).status_code == 200

    def test_its_probes_hold_here(self):
        assert failing_probes() == []


def test_a_database_that_is_gone_is_told_by_name():
    gone = SETTINGS | {
        "DATABASE_URL": "postgres://somebody:CANARY@127.0.0.1:1/gone",
        "DJANGO_SETTINGS_MODULE": "crm.settings",
    }

    done = run("-c", ASK, environment=gone)

    assert done.returncode == 0, done.stderr
    failing = {"status": "failing", "failing": ["database", "migrations"]}
    assert json.loads(done.stdout) == [[200, {"status": "ok"}], [503, failing]]
    assert "CANARY" not in done.stdout + done.stderr


@pytest.mark.django_db
class TestWork:
    def test_fails_where_nobody_works_while_pages_are_served(self, client):
        answer = client.get("/healthz/work")

        assert (answer.status_code, answer.json()["failing"]) == (503, ["worker"])
        assert client.get(READY).status_code == 200

    def test_holds_where_somebody_does_and_mails_leave(self, client):
        now = timezone.now()
        Worker.objects.create(name="here:1", started_at=now, seen_at=now)
        OutgoingMailFactory(next_at=now + timedelta(hours=1))
        OutgoingMailFactory(failed=True)

        assert client.get("/healthz/work").status_code == 200

    def test_a_mail_that_is_due_for_more_than_an_hour_fails_it(self, client):
        now = timezone.now()
        Worker.objects.create(name="here:1", started_at=now, seen_at=now)
        OutgoingMailFactory(next_at=now - timedelta(minutes=61))

        assert client.get("/healthz/work").json()["failing"] == ["mails"]
