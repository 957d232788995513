"""The site as a person starts it, with the demo, on a free port of loopback; and a browser to walk through it."""

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

from tests.empty_database import copy_tables_to

ROOT = Path(__file__).resolve().parent.parent.parent
DESKTOP = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
QUIET = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-gpu",
    "--no-sandbox",
]
# `dev.py clock` shifts the clock of every process but Chromium, which would not start: its pages are told. Not with
# Playwright's clock: that replaces `performance` too, by which a page knows that it stands behind the back button.
CLOCK_IS_SHIFTED = "FAKETIME" in os.environ
SHIFTS = {"LD_PRELOAD", "FAKETIME"}
SHIFTED_DATE = """
const RealDate = Date;
globalThis.Date = class Date extends RealDate {
  constructor(...parts) { super(...(parts.length ? parts : [Date.now()])); }
  static now() { return RealDate.now() + (SHIFT); }
};
"""


class Site:
    """`url` and `accounts`: {role: {"email": …, "password": …}}; `manage` runs a command beside it."""

    def __init__(self, url, accounts, manage):
        self.url = url
        self.accounts = accounts
        self.manage = manage

    def enter(self, page, role):
        """Log in; the language is chosen by its button, as a person does whose browser speaks another one."""
        page.goto(f"{self.url}/login/")
        page.locator(f"form.language button[lang={page.language}]").click()
        page.fill("[name=username]", self.accounts[role]["email"])
        page.fill("[name=password]", self.accounts[role]["password"])
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: not url.endswith("/login/"))


@contextmanager
def running_site(folder):
    port = free_port()
    url = f"http://localhost:{port}"  # by its name: browsers take no passkeys at an address of numbers
    env = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder}/journeys.sqlite3",
        "RELAIS_DEBUG": "0",
        "RELAIS_URL": url,
        "RELAIS_STATIC": f"{folder}/static",
    }

    def manage(*arguments):
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=env,
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    copy_tables_to(f"{folder}/journeys.sqlite3")
    manage("collectstatic", "--noinput", "-v0")
    for command in ("migrate", "loadreference", "demo"):
        manage(command)
    accounts = [
        json.loads(line)
        for line in manage("demo", "--accounts").splitlines()
        if line.startswith("{")
    ]
    with gunicorn(port, env):
        yield Site(url, {account["role"]: account for account in accounts}, manage)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextmanager
def gunicorn(port, env, **options):
    server = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "gunicorn",
            "--threads",
            "4",
            "--no-control-socket",
            "--log-level",
            "error",
            *("-b", f"127.0.0.1:{port}", "crm.wsgi:application"),
        ],
        env=env,
        cwd=ROOT,
        **options,
    )
    try:
        wait_for(port, host=env.get("RELAIS_HOSTS", "127.0.0.1"))
        yield
    finally:
        server.terminate()
        try:
            server.wait(timeout=20)
        finally:
            server.kill()  # one that does not stop is told, and stays not behind


def wait_for(port, seconds=30, host="127.0.0.1"):
    for _turn in range(seconds * 10):
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as client:
                client.request("GET", "/healthz/", headers={"Host": host})
                client.getresponse().read()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("The site did not start.")


def launch(playwright):
    unshifted = {name: value for name, value in os.environ.items() if name not in SHIFTS}
    chromium = os.environ.get("CHROMIUM") or "/usr/bin/chromium"
    return playwright.chromium.launch(executable_path=chromium, args=QUIET, env=unshifted)


def new_page(browser, *, viewport=DESKTOP, language="fr", scheme="light", script=True):
    """A page of its own, with its complaints (console errors, policy violations, failed requests) in `.complaints`."""
    context = browser.new_context(
        viewport=viewport,
        locale={"fr": "fr-FR", "en": "en-GB"}[language],
        color_scheme=scheme,
        java_script_enabled=script,
        has_touch=viewport is PHONE,
    )
    page = context.new_page()
    if CLOCK_IS_SHIFTED:
        shift = int(datetime.now(UTC).timestamp() * 1000) - page.evaluate("Date.now()")
        context.add_init_script(f"{{{SHIFTED_DATE.replace('SHIFT', str(shift))}}}")
    page.set_default_timeout(10_000)
    page.complaints = []
    page.language = language
    page.on(
        "console", lambda message: message.type == "error" and page.complaints.append(message.text)
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page
