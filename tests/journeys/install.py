"""A server as docs/operations-small.md sets it up, with nothing in it; its mails are files."""

import json
import os
import re
import secrets
import subprocess
import sys
import time
from contextlib import contextmanager
from email import message_from_bytes, policy

from tests.journeys.site import ROOT, free_port, gunicorn
from tests.journeys.visitor import Visitor

HOST = "relais.test"
# Nothing of where the tests run, but for the clock that `dev.py clock` shifts.
INHERITED = {
    "PATH",
    "LD_PRELOAD",
    "FAKETIME",
    "FAKETIME_FORCE_MONOTONIC_FIX",
    "DONT_FAKE_MONOTONIC",
}
SECONDS_FOR_A_MAIL = 30
END_OF_MAIL = b"\n" + b"-" * 79 + b"\n"  # as Django's backend writes it


class Install:
    def __init__(self, folder, database):
        self.site, self.port = f"https://{HOST}", free_port()
        self.mails, self.log = folder / "mails", folder / "log"
        self.read = set()
        self.environment = {name: os.environ[name] for name in INHERITED & os.environ.keys()} | {
            "RELAIS_ENV": "production",
            "RELAIS_ENV_FILE": "",
            "RELAIS_SECRET_KEY": secrets.token_urlsafe(50),
            "RELAIS_HOSTS": HOST,
            "RELAIS_URL": self.site,
            "RELAIS_PROXIES": "1",
            "RELAIS_FROM": f"relais@{HOST}",
            "RELAIS_MAIL_FOLDER": str(self.mails),
            "RELAIS_FILES": str(folder / "files"),
            "RELAIS_STATIC": str(folder / "static"),
            "DATABASE_URL": database,
        }

    def manage(self, *arguments):
        """What the command says; what it complains of where it fails."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, f"manage.py {arguments[0]}: {done.stderr}"
        return done.stdout

    @contextmanager
    def serving(self):
        try:
            with self.log.open("w") as log, gunicorn(self.port, self.environment, stderr=log):
                yield
        except Exception as failed:
            failed.add_note(f"The log: {self.log.read_text() or 'empty'}")
            raise

    def logged(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def visitor(self):
        return Visitor(self.site, self.port)

    def link_mailed_to(self, email, subject):
        """That of the one mail with these words above it which they have not read yet; it may be on its way."""
        ends = time.monotonic() + SECONDS_FOR_A_MAIL
        while True:
            theirs = [
                mail
                for mail in self.mails_sent()
                if mail["To"] == email and mail["Message-ID"] not in self.read
            ]
            found = [mail for mail in theirs if subject in mail["Subject"]]
            if found or time.monotonic() > ends:
                break
            time.sleep(0.1)
        assert len(found) == 1, (
            f"{len(found)} new mails “{subject}” to {email}, of {[mail['Subject'] for mail in theirs]}"
        )
        self.read.add(found[0]["Message-ID"])
        return re.search(rf"{self.site}\S*", found[0].get_body(("plain",)).get_content())[0]

    def mails_sent(self):
        """Those of one second may share a file."""
        for file in sorted(self.mails.glob("*")):
            for text in file.read_bytes().split(END_OF_MAIL):
                if text.strip():
                    yield message_from_bytes(text, policy=policy.default)
