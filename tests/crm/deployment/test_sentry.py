"""What leaves for Sentry is what the log says, by a server of the tests that stands in for it."""

import gzip
import json
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from tests.production import SETTINGS, run, settings_of

FAIL = """
import django
django.setup()
import logging
from django.test import Client, override_settings
with override_settings(ROOT_URLCONF="tests.crm.failing_site"):
    client = Client(raise_request_exception=False, SERVER_NAME="relais.association.fr")
    client.post("/fails/CANARY-token/7/?q=CANARY", {"text": "CANARY"}, secure=True, headers={"x-name": "CANARY"})
    client.get("/", headers={"host": "CANARY.example"})
import sentry_sdk
sentry_sdk.flush(5)
"""


@contextmanager
def sentry():
    """The address of a server, and the envelopes that it is sent."""
    envelopes = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            is_packed = self.headers.get("Content-Encoding") == "gzip"
            envelopes.append((gzip.decompress(body) if is_packed else body).decode())
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    try:
        yield f"http://key@127.0.0.1:{server.server_port}/1", envelopes
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_an_error_leaves_as_its_place_in_the_code_and_nothing_that_people_typed():
    with sentry() as (dsn, envelopes):
        done = run(
            "-c",
            FAIL,
            environment=SETTINGS
            | {"SENTRY_DSN": dsn, "DJANGO_SETTINGS_MODULE": "crm.settings", "PYTHONPATH": "."},
        )

    assert done.returncode == 0, done.stderr
    [event] = [json.loads(line) for text in envelopes for line in text.splitlines()[2:] if line]
    assert [error["type"] for error in event["exception"]["values"]] == [
        "PermissionError",
        "django.db.utils.IntegrityError",
    ]
    last = event["exception"]["values"][-1]["stacktrace"]["frames"][-1]
    assert (last["filename"], last["function"]) == ("tests/crm/failing_site.py", "page")
    assert event["tags"]["route"] == "fails"
    assert event["release"].startswith("relais@")
    assert not any("CANARY" in text or "association.fr" in text for text in envelopes)
    assert {"server_name", "extra", "modules", "user", "breadcrumbs"}.isdisjoint(event)


def test_it_has_its_locked_packages():
    lines = (settings.BASE_DIR / "requirements" / "sentry.txt").read_text().splitlines()

    assert [line.split("==")[0] for line in lines if "==" in line] == [
        "certifi",
        "sentry-sdk",
        "urllib3",
    ]


def test_nothing_of_it_is_there_where_no_address_is_set():
    logging = settings_of()["LOGGING"]

    assert "sentry" not in logging["handlers"]
    assert logging["root"]["handlers"] == ["stderr", "admins"]


def test_without_its_packages_it_says_how_to_get_them(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(ImproperlyConfigured, match=r"requirements/sentry\.txt"):
        settings_of(SENTRY_DSN="https://key@sentry.example/1")
