"""Two machines of one Relais as docs/two-machines.md sets them up, on ports of loopback: each has a web process and a
worker, and PostgreSQL, the files and the mail server are shared. Any process may be killed and started again.
"""

import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.install import Install
from tests.journeys.site import ROOT, free_port, wait_for

WEB = ["-m", "gunicorn", "--workers", "2", "--log-level", "critical"]


class Machines(Install):
    def __init__(self, folder, database, mail_port):
        super().__init__(folder, database)
        del self.environment["RELAIS_MAIL_FOLDER"]
        self.environment |= {
            "RELAIS_WORK": "apart",
            "RELAIS_SECOND_FACTOR": "0",
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(mail_port),
            "EMAIL_SECURITY": "none",
            "PYTHONPATH": str(ROOT),
        }
        self.ports = [free_port(), free_port()]
        self.running = {}
        self.names = ["web 1", "web 2", "worker 1", "worker 2"]

    def run(self, code):
        return self.manage("shell", "-v0", "-c", code).strip()

    def start(self, name):
        """One process, in a group of its own, so that it can be killed with its children."""
        kind, _space, number = name.partition(" ")
        bind = ["-b", f"127.0.0.1:{self.ports[int(number) - 1]}", "crm.wsgi:application"]
        arguments = [*WEB, *bind] if kind == "web" else ["manage.py", "work"]
        with self.log.open("a") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, *arguments],
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_for(self, name):
        kind, _space, number = name.partition(" ")
        if kind == "web":
            wait_for(self.ports[int(number) - 1], host=self.environment["RELAIS_HOSTS"])

    def kill(self, name):
        """As when its machine loses power: nobody is asked to end."""
        os.killpg(self.running[name].pid, signal.SIGKILL)
        self.running.pop(name).wait()

    def kill_a_child(self, name):
        """One of the processes of a web process; the one above it starts another."""
        pid = self.running[name].pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)

    @contextmanager
    def serving(self):
        try:
            for name in self.names:
                self.start(name)
            for name in self.names:
                self.wait_for(name)
            yield
        except Exception as failed:
            failed.add_note(f"The log: {self.log.read_text()[-8000:] or 'empty'}")
            raise
        finally:
            for name in list(self.running):
                self.kill(name)
