"""Workers as they run: processes beside each other on one database, and one that is killed in the middle."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from tests.crm.mail_server import mail_server
from tests.empty_database import copy_tables_to, empty_database
from tests.journeys.site import ROOT

pytestmark = [
    pytest.mark.large,
    pytest.mark.django_db,
]  # on both: each has its own way to take a row

MAILS = 30
OVER = """
from datetime import timedelta
from django.db.models import F
from django.utils import timezone
from crm.models import Job, OutgoingMail
now = timezone.now()
OutgoingMail.objects.exclude(leased_until=None).update(leased_until=now)
Job.objects.exclude(leased_until=None).update(leased_until=now)
"""


class Place:
    """A database of its own, and processes on it."""

    def __init__(self, address, port):
        self.environment = {"PATH": os.environ["PATH"], "RELAIS_ENV_FILE": ""} | {
            "DATABASE_URL": address,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(port),
            "EMAIL_SECURITY": "none",
            "PYTHONPATH": str(ROOT),
        }

    def start(self, *arguments):
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.Popen(
            command,
            env=self.environment,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def manage(self, *arguments):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=100)
        assert process.returncode == 0, err
        return out.strip()

    def run(self, code):
        return self.manage("shell", "-v0", "-c", code)

    @contextmanager
    def workers(self, count):
        """So many, started; whoever is left is asked to end afterwards, and does."""
        processes = [self.start("work") for _each in range(count)]
        try:
            yield processes
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.communicate(timeout=30)


def wait_until(is_so, seconds=60):
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "in vain"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def server():
    with mail_server(seconds_a_mail=0.05) as server:
        yield server


@pytest.fixture(scope="module")
def place(tmp_path_factory, server, django_db_setup, django_db_blocker):
    folder = tmp_path_factory.mktemp("workers")
    with django_db_blocker.unblock(), empty_database("workers", folder) as address:
        copy_tables_to(folder / "workers.sqlite3")
        place = Place(address, server.port)
        place.manage("migrate", "-v0")
        yield place


@pytest.fixture(autouse=True)
def nothing_left(place):
    yield
    place.run(
        "from crm.models import Job, OutgoingMail, Worker\n"
        "for model in (Job, OutgoingMail, Worker): model.objects.all().delete()"
    )


def test_a_worker_that_is_killed_loses_no_mail_and_no_job(place, server, tmp_path):
    lines = tmp_path / "lines"
    place.run(
        "from django.core.mail import send_mail\n"
        "from tests.crm import some_tasks\n"
        f"for n in range({MAILS}): send_mail(str(n), '', 'a@a.example', ['b@a.example'])\n"
    )
    with place.workers(2) as (killed, _other):
        wait_until(lambda: len(server.mails) >= 5)
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        wait_until(lambda: len(server.mails) >= MAILS - 1)
        place.run(OVER)
        wait_until(lambda: len({mail["subject"] for mail in server.mails}) == MAILS)

    sent = [mail["message-id"] for mail in server.mails]
    assert len(sent) - len(set(sent)) <= 1  # the one case that nobody can tell

    place.run(
        f"from tests.crm import some_tasks\nsome_tasks.write_slowly.enqueue({str(lines)!r}, 2)\n"
    )
    with place.workers(1) as (killed,):
        wait_until(lambda: lines.exists() and lines.read_text() == "begun\n")
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    place.run(OVER)
    place.manage("work", "--once")

    assert lines.read_text() == "begun\nbegun\nended\n"
    state = "from crm.models import Job, Worker; j = Job.objects.get(); print(j.state, j.attempts)"
    assert place.run(state) == "done 2"


def test_two_workers_run_each_job_once(place, tmp_path):
    lines = tmp_path / "lines"
    place.run(
        "from tests.crm import some_tasks\n"
        f"for n in range(12): some_tasks.write_slowly.enqueue({str(lines)!r}, 0.1)\n"
    )
    done = "from crm.models import Job; print(Job.objects.filter(state='done').count())"
    with place.workers(2):
        wait_until(lambda: place.run(done) == "12")

    assert sorted(lines.read_text().split()) == ["begun"] * 12 + ["ended"] * 12
    workers = (
        "from crm.models import Job; print(len(set(Job.objects.values_list('worker', flat=True))))"
    )
    assert place.run(workers) == "2"


def test_who_is_asked_to_end_ends_and_says_so(place):
    with place.workers(1) as (worker,):
        present = "from crm.models import Worker; print(Worker.objects.count())"
        wait_until(lambda: place.run(present) == "1")
        worker.terminate()
        assert worker.wait(timeout=20) == 0
        assert place.run(present) == "0"


def test_one_is_heard_of_while_its_job_takes_long(place, tmp_path):
    """Its one thread is at it: another one says that it is there."""
    place.run(
        "from crm.deployment.worker import Work\n"
        "from tests.crm import some_tasks\n"
        f"some_tasks.write_slowly.enqueue({str(tmp_path / 'lines')!r}, 2)\n"
        "Work(seen_every=0.2).once()\n"
    )
    heard = (
        "from crm.models import Job, Worker\n"
        "print((Worker.objects.get().seen_at - Job.objects.get().started_at).total_seconds() > 1)"
    )

    assert place.run(heard) == "True"
