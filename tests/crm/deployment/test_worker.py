"""Workers as they run: processes beside each other on one database, and one that is killed in the middle."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest
from django.db import connection

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
from django.apps import apps
from django.db import connection
now = timezone.now()
if apps.is_installed("procrastinate.contrib.django"):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
OutgoingMail.objects.exclude(leased_until=None).update(leased_until=now)
Job.objects.exclude(leased_until=None).update(leased_until=now)
"""


class Place:
    """A database of its own, and processes on it."""

    def __init__(self, address, port, jobs):
        self.environment = {"PATH": os.environ["PATH"], "RELAIS_ENV_FILE": ""} | {
            "DATABASE_URL": address,
            "RELAIS_JOBS": jobs,
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


@pytest.fixture(scope="module", params=["embedded", "procrastinate"])
def place(request, tmp_path_factory, server, django_db_setup, django_db_blocker):
    """The same is asked of each engine of the jobs."""
    if request.param == "procrastinate" and connection.vendor != "postgresql":
        pytest.skip("procrastinate needs PostgreSQL")
    folder = tmp_path_factory.mktemp("workers")
    with django_db_blocker.unblock(), empty_database("workers", folder) as address:
        copy_tables_to(folder / "workers.sqlite3")
        place = Place(address, server.port, request.param)
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
    said = place.run(
        "import time\n"
        "from threading import Thread\n"
        "from crm.deployment.worker import Work\n"
        "from crm.models import Job, Worker\n"
        "from tests.crm import some_tasks\n"
        f"some_tasks.write_slowly.enqueue({str(tmp_path / 'lines')!r}, 3)\n"
        "work = Work(seen_every=0.2)\n"
        "thread = Thread(target=work.run, kwargs={'seconds': 20})\n"
        "thread.start()\n"
        "while (job := Job.objects.get()).state != 'done':\n"
        "    if job.state == 'running':\n"
        "        seen = Worker.objects.get().seen_at - job.started_at\n"
        "    time.sleep(0.1)\n"
        "work.stop.set()\n"
        "thread.join()\n"
        "print(seen.total_seconds() > 1)\n"
    )

    assert said == "True"


def test_what_is_rolled_back_never_runs_and_what_breaks_is_tried_again(place):
    place.run(
        "from django.db import transaction\n"
        "from tests.crm import some_tasks\n"
        "with transaction.atomic():\n"
        "    some_tasks.add.enqueue(1, 2)\n"
        "    transaction.set_rollback(True)\n"
        "some_tasks.break_down.enqueue('x')\n"
    )
    state = "from crm.models import Job\nj = Job.objects.get()\nprint(j.state, j.attempts)\n"
    its_time = (
        "from datetime import timedelta\nfrom crm.models import Job\nfrom django.utils import timezone\n"
        "Job.objects.update(run_at=timezone.now() - timedelta(minutes=2))\n"
    )

    place.manage("work", "--once")
    assert place.run(state + its_time) == "waiting 1"
    place.manage("work", "--once")
    assert place.run(state) == "waiting 2"
