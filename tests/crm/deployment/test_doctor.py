"""What is wrong with a Relais, and how to mend it, in words."""

import re
import shutil
import socket
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from pathlib import Path
from threading import Thread

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

import crm.deployment
from crm.deployment.doctor import SUBJECTS
from crm.models import Session, User, Worker
from tests.crm.factories import OutgoingMailFactory
from tests.journeys.site import free_port
from tests.production import SETTINGS, manage, settings_of

[(_app, NEWEST)] = MigrationLoader(None).graph.leaf_nodes("crm")

pytestmark = pytest.mark.django_db
PACKAGE = Path(crm.deployment.__file__).parent
FOUNDER = {"organisation": "Share it", "full_name": "Zoé Première", "email": "zoe@partage.test"}


@pytest.fixture
def well():
    """A Relais that was set up."""
    call_command("setup", **FOUNDER, stdout=StringIO())


def doctor(**options):
    """What it says, and how it ends."""
    out, end = StringIO(), ""
    try:
        call_command("doctor", **({"language": "en"} | options), stdout=out)
    except CommandError as error:
        end = str(error)
    return out.getvalue(), end


def said_of(subject, words):
    return [line for line in words.splitlines() if subject in line]


def test_each_thing_that_may_be_wrong_has_one_number_and_one_subject():
    source = "".join((PACKAGE / name).read_text() for name in ("checks.py", "examinations.py"))
    given = re.findall(r'id="(relais\.[EW]\d+)"', source)

    assert sorted(given) == sorted(set(given))
    assert sorted(given) == sorted(each for subject in SUBJECTS for each in subject.ids)


class TestDoctor:
    def test_finds_nothing_wrong_with_what_was_set_up(self, well):
        now = timezone.now()
        Worker.objects.create(name="here:1", started_at=now, seen_at=now)
        words, end = doctor()

        assert end == ""
        assert "wrong" not in words
        for subject in ("Address", "Disk", "Database", "First steps", "Each day", "Other checks"):
            assert said_of(subject, words)[0].startswith("ok")

    def test_speaks_french(self, well):
        words, _end = doctor(language="fr")

        assert "Base de données" in words
        assert "First steps" not in words

    def test_says_that_this_is_no_server(self, well):
        words, _end = doctor()

        assert said_of("Settings", words)[0].startswith("look at")
        assert "RELAIS_ENV=production" in words
        assert said_of("E-mails", words)[0].startswith("look at")

    def test_is_quiet_where_nothing_is_wrong(self, well):
        assert doctor(quiet=True) == ("", "")

    def test_knows_that_nobody_administers(self, well):
        User.objects.update(is_active=False)

        words, end = doctor(quiet=True)

        assert words.count("\n") == 2
        assert "Nobody administers this Relais." in words
        assert "manage.py setup" in words
        assert end == "1 thing is wrong."

    def test_knows_that_migrations_wait_and_says_nothing_of_what_they_make(self, well):
        MigrationRecorder(connection).record_unapplied("crm", NEWEST)

        words, end = doctor()

        assert f"crm.{NEWEST}" in words
        assert "manage.py migrate" in words
        assert said_of("First steps", words) == []
        assert end == "1 thing is wrong."

    def test_knows_a_database_of_newer_code(self, well):
        MigrationRecorder(connection).record_applied("impact", "9999_of_tomorrow")

        words, end = doctor()

        assert said_of("Database", words)[0].startswith("look at")
        assert "impact.9999_of_tomorrow" in words
        assert end == ""

    def test_knows_that_the_reference_data_is_missing(self):
        assert "manage.py loadreference" in doctor(quiet=True)[0]

    def test_knows_that_nobody_works_once_something_is_due(self, well):
        assert doctor(quiet=True) == ("", "")
        OutgoingMailFactory()

        words, end = doctor(quiet=True)
        assert "Nobody does the background work" in words
        assert end == "1 thing is wrong."
        assert end == "1 thing is wrong."

    def test_counts_the_mails_that_were_refused(self, well):
        OutgoingMailFactory(failed=True)

        assert "Mails that were refused: 1." in doctor()[0]

    def test_knows_that_upkeep_does_not_run(self, well):
        over = timezone.now() - timedelta(days=4)
        Session.objects.create(session_key="x" * 32, session_data="", expire_date=over)

        assert "manage.py upkeep" in doctor(quiet=True)[0]

    @pytest.mark.parametrize(
        ("free", "state"), [(1, "wrong"), (500 * 1024 * 1024, "look at"), (5 * 1024**3, "ok")]
    )
    def test_knows_how_much_room_is_left(self, well, monkeypatch, free, state):
        room = shutil.disk_usage("/")._replace(free=free)
        monkeypatch.setattr(shutil, "disk_usage", lambda path: room)

        assert all(line.startswith(state) for line in said_of("Disk", doctor()[0]))

    def test_knows_a_folder_in_which_it_may_not_write(self, well, settings):
        settings.MEDIA_ROOT = Path("/proc/1/files")  # nobody may, not even root

        assert "may not write in /proc/1/files" in doctor(quiet=True)[0]


@pytest.mark.one_database
class TestProduction:
    """In processes of their own, on databases of their own."""

    @pytest.fixture
    def server(self, tmp_path):
        return SETTINGS | {
            "DATABASE_URL": f"sqlite:///{tmp_path}/relais.sqlite3",
            "RELAIS_FILES": str(tmp_path / "files"),
            "RELAIS_STATIC": str(tmp_path / "static"),
        }

    def test_knows_what_is_left_to_do_on_an_empty_server(self, server):
        done = manage("doctor", "--language", "en", environment=server)

        assert done.returncode == 1
        assert "not collected" in done.stdout
        assert "manage.py setup" in done.stdout
        assert done.stderr.strip() == "CommandError: 2 things are wrong."

    def test_finds_nothing_wrong_once_that_is_done(self, server):
        for command in (
            ["collectstatic", "--noinput", "-v0"],
            ["setup", "--organisation=A", "--name=Zoé Première", "--email=zoe@partage.test"],
        ):
            done = manage(*command, environment=server)
            assert done.returncode == 0, done.stderr

        done = manage("doctor", "--language", "en", environment=server)

        assert (done.returncode, done.stderr) == (0, "")
        assert "wrong" not in done.stdout
        assert "RELAIS_ADMINS" in done.stdout

    def test_knows_that_the_database_is_gone_and_tells_no_password(self, server):
        gone = {"DATABASE_URL": "postgres://somebody:CANARY@127.0.0.1:1/gone"}

        done = manage("doctor", "--quiet", "--language", "en", environment=server | gone)

        assert done.returncode == 1
        assert "The database does not answer" in done.stdout
        assert "CANARY" not in done.stdout + done.stderr

    def test_says_what_the_checks_say(self, server):
        misset = {"RELAIS_PROXIES": "", "RELAIS_URL": "http://relais.association.fr"}

        done = manage("doctor", "--quiet", "--language", "en", environment=server | misset)

        assert len(said_of("Address", done.stdout)) == 2


class TestMail:
    def test_says_what_the_server_answers(self, well, settings):
        with mail_server() as (port, received):
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port

            words, end = doctor(mail="ada@partage.test")

        assert f"127.0.0.1:{port} took it: 250 2.0.0 queued as 4F" in words
        assert end == ""
        assert "To: ada@partage.test" in received
        assert mail.outbox == []

    @pytest.mark.parametrize("refuses", ["MAIL", "RCPT", "."])
    def test_says_what_the_server_refuses(self, well, settings, refuses):
        with mail_server(refuses) as (port, _received):
            settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port

            words, end = doctor(mail="ada@partage.test", quiet=True)

        assert "refused it: 550 5.7.1 not from you" in words
        assert end == "1 thing is wrong."

    def test_says_that_there_is_no_server_there(self, well, settings):
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

        words, _end = doctor(mail="ada@partage.test", quiet=True)

        assert "127.0.0.1:1 cannot be spoken to" in words

    def test_says_that_no_server_is_set(self, well):
        words, end = doctor(mail="ada@partage.test")

        assert "no mail server is set" in said_of("A mail as a trial", words)[0]
        assert end == ""

    def test_is_sent_to_an_address_alone(self, well):
        assert "--mail" in doctor(mail="ada")[1]


class TestLive:
    def live(self, settings, address):
        settings.SITE_URL = address
        return doctor(live=True, quiet=True)

    @pytest.mark.parametrize(
        ("status", "words"),
        [
            ({}, ""),
            ({"/healthz/ready": 503}, "not ready (503)"),
            ({"/login/": 301}, "in a circle"),
            ({"/login/": 400}, "does not know the name"),
            ({"/login/": 500}, "answers 500"),
        ],
    )
    def test_says_how_the_site_answers(self, well, settings, status, words):
        with web_server(status) as address:
            said, end = self.live(settings, address)

        assert words in said
        assert bool(words) == bool(end)

    def test_says_that_nobody_answers(self, well, settings):
        said, _end = self.live(settings, "http://127.0.0.1:1")

        assert "http://127.0.0.1:1 cannot be opened" in said


@contextmanager
def serving(server):
    thread = Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def web_server(status):
    """The address of one that answers 200, but for some paths."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status.get(self.path, 200))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    with serving(server):
        yield f"http://127.0.0.1:{server.server_port}"


@contextmanager
def mail_server(refuses=""):
    """The port of one that speaks as much SMTP as one mail takes, and the lines that it is told."""
    received = []

    def answer_one():
        asked, _address = listening.accept()
        with asked, asked.makefile("rw", newline="\r\n") as lines:
            said = "220 here"
            in_mail = False
            while True:
                lines.write(f"{said}\n")
                lines.flush()
                line = lines.readline().rstrip("\r\n")
                while in_mail and line != ".":
                    received.append(line)
                    line = lines.readline().rstrip("\r\n")
                word = line.partition(" ")[0].upper()
                if word in ("QUIT", ""):
                    return
                in_mail = word == "DATA"
                said = {"DATA": "354 go on", ".": "250 2.0.0 queued as 4F"}.get(word, "250 fine")
                if word == refuses:
                    said = "550 5.7.1 not from you"

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        thread = Thread(target=answer_one)
        thread.start()
        yield listening.getsockname()[1], received
        thread.join()


def test_a_shared_cache_that_does_not_answer_is_to_be_looked_at(well, settings):
    assert "It answers, or none is set." in said_of("Shared cache", doctor()[0])[0]

    settings.CACHES = settings_of(REDIS_URL=f"redis://127.0.0.1:{free_port()}/0")["CACHES"]

    [said] = said_of("Shared cache", doctor()[0])
    assert "does not answer" in said
