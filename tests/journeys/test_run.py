"""`python3 dev.py run` as a person starts it."""

import os
import re
import signal
import socket
import subprocess
import sys
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import pytest

from tests.engagements.calendars import read_back
from tests.journeys.site import ROOT, wait_for

pytestmark = pytest.mark.thorough


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def started(port, tmp_path):
    """What it printed until it served."""
    env = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/run.sqlite3",
        "RELAIS_FILES": str(tmp_path),
    }
    env.pop("RELAIS_URL", None)
    command = [sys.executable, "dev.py", "run", "--port", str(port)]
    with Path(tmp_path / "screen").open("w") as screen:
        run = subprocess.Popen(
            command, env=env, cwd=ROOT, stdout=screen, stderr=screen, start_new_session=True
        )
    try:
        wait_for(port, seconds=180)
        yield (tmp_path / "screen").read_text()
    finally:
        os.killpg(run.pid, signal.SIGINT)
        run.wait(timeout=20)


def test_addresses_in_a_calendar_lead_to_the_port_it_was_given(started, port):
    site = f"http://127.0.0.1:{port}"
    email, password = re.search(r"(coordination@\S+)\s+(\S+)", started).groups()
    browser = build_opener(HTTPCookieProcessor(CookieJar()))

    def send(path, **fields):
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', read(path)).group(1)
        body = urlencode({"csrfmiddlewaretoken": token, **fields}).encode()
        return browser.open(site + path, body, timeout=30).read().decode()

    def read(path):
        return browser.open(site + path, timeout=30).read().decode()

    send("/login/", username=email, password=password)
    page = send("/engagements/calendars/")
    address = re.search(rf"{site}/engagements/calendar/\S+\.ics", page).group()

    assert read_back(browser.open(address, timeout=30).read(), site)
