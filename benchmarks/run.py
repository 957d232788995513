"""Measure the journeys against raw SQL and a bare Django view, in one run, at growing sizes.

    python3 dev.py bench [--sqlite|--postgres] [--sizes 1,10,100]

Prints one table a size and one of growth; every operation is asked one client at a time, floor and product in
turn, and then eight clients at once. The bars it is held against are in BARS; a row that misses its bar says so.
"""

import argparse
import http.client
import json
import math
import os
import statistics
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, connections  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from benchmarks import floor, world  # noqa: E402
from crm.models import User  # noqa: E402
from crm.web.sessions import SessionStore  # noqa: E402

ROUNDS = 40
WARM_UP = 8
CLIENTS = 8
SECONDS = 4
ASSIGNMENT = ENGAGEMENT = 1
LOG = f"/volunteering/assignments/{ASSIGNMENT}/log/"
MONDAY = world.TODAY - timedelta(days=world.TODAY.weekday() + 7)


@dataclass(frozen=True)
class Operation:
    """`bar` is the greatest ratio to the floor that bars.md allows, `statements` the greatest number."""

    name: str
    person: int
    url: str
    floor: str
    sql: str | None
    bar: float
    statements: int
    post: bool = False


def lent_person():
    """Whoever holds the assignment that the week is logged on."""
    from volunteers.models import Assignment

    return Assignment.objects.get(pk=ASSIGNMENT).volunteer.user_id


def operations():
    sort = "/engagements/?" + urlencode({"sort": "title", "state": "active"})
    return [
        Operation("list of 50, HTML", world.COORDINATOR, sort, "/list/", floor.FIRST_PAGE, 2.5, 12),
        Operation(
            "list, API",
            world.COORDINATOR,
            "/api/v1/engagements/",
            "/api/list/",
            floor.FIRST_PAGE,
            2.0,
            6,
        ),
        Operation(
            "last page, HTML",
            world.COORDINATOR,
            sort + "&last=1",
            "/last/",
            floor.LAST_PAGE,
            3.75,
            12,
        ),
        Operation(
            "engagement with its panels",
            world.COORDINATOR,
            "/engagements/1/",
            "/detail/1/",
            None,
            6.0,
            30,
        ),
        Operation(
            "search", world.COORDINATOR, "/engagements/?q=coeur", "/search/?q=coeur", None, 2.0, 12
        ),
        Operation(
            "funder's summary", world.FUNDER, "/impact/", "/summary/", floor.PORTFOLIO, 3.0, 20
        ),
        Operation("log a week", lent_person(), LOG, "/log/", None, 4.0, 40, post=True),
    ]


class Server:
    """gunicorn with two workers on a port of loopback."""

    def __init__(self, settings_module, port):
        self.port = port
        env = os.environ | {"DJANGO_SETTINGS_MODULE": settings_module}
        self.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "gunicorn",
                "-w",
                "2",
                "--threads",
                "4",
                "--no-control-socket",
                *("--keep-alive", "60"),  # a client waits while the other server answers
                *("-b", f"127.0.0.1:{port}", "--log-level", "error", "crm.wsgi:application"),
            ],
            env=env,
            cwd=Path(__file__).resolve().parent.parent,
        )
        self._wait()

    def _wait(self):
        for _turn in range(200):
            try:
                client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                client.request("GET", "/healthz/")
                client.getresponse().read()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("The server did not start.")

    def pss(self):
        """MiB of proportional memory of the heaviest worker, or None where the system does not tell."""
        sizes = []
        for pid in _children(self.process.pid):
            rollup = Path(f"/proc/{pid}/smaps_rollup")
            if rollup.exists():
                line = next(
                    line for line in rollup.read_text().splitlines() if line.startswith("Pss:")
                )
                sizes.append(int(line.split()[1]) / 1024)
        return max(sizes, default=None)

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)


def _children(pid):
    path = Path(f"/proc/{pid}/task/{pid}/children")
    return path.read_text().split() if path.exists() else []


@contextmanager
def servers():
    product, bare = Server("benchmarks.settings", 8711), Server("benchmarks.floor_settings", 8712)
    try:
        yield product, bare
    finally:
        product.stop()
        bare.stop()


def session_of(person):
    store = SessionStore()
    user = User.objects.get(pk=person)
    store["_auth_user_id"], store["_auth_user_backend"] = (
        str(person),
        "django.contrib.auth.backends.ModelBackend",
    )
    store["_auth_user_hash"] = user.get_session_auth_hash()
    store.create()
    return store.session_key


class Asker:
    """One client with its kept connection and its session."""

    def __init__(self, port, session, token="t" * 32):
        self.client = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}",
            "Accept-Language": "fr",
        }
        self.token = token

    def ask(self, url, body=None, content_type="application/x-www-form-urlencoded"):
        headers = dict(self.headers)
        if body is not None:
            headers |= {
                "Content-Type": content_type,
                "X-CSRFToken": self.token,
                "Origin": self._origin(),
            }
        began = time.perf_counter()
        self.client.request("GET" if body is None else "POST", url, body=body, headers=headers)
        response = self.client.getresponse()
        answer = response.read()
        spent = (time.perf_counter() - began) * 1000
        if response.status >= 400 or (
            response.status == 302 and "/login" in response.headers.get("Location", "")
        ):
            raise SystemExit(f"{url} answered {response.status}: {answer[:300]}")
        return spent, len(answer)

    def _origin(self):
        return f"http://127.0.0.1:{self.client.port}"


def saved_version():
    """The version of the week that the form was opened with: 0 before the first turn."""
    from engagements.models import ProgressLog

    logs = ProgressLog.objects.filter(engagement=ENGAGEMENT, author=lent_person(), week=MONDAY)
    return logs.values_list("version", flat=True).first() or 0


def week_form(turn):
    """The fields of the week log as the page posts them."""
    form = {"week": MONDAY.isoformat(), "done": f"Tour {turn}", "blocked": "", "next": "Suite"}
    # Opened just now, and every second turn has more days than were agreed.
    form |= {"seen": saved_version(), "more_days": "on"}
    for offset in range(5):
        form[f"day_{offset}"] = str(1 + turn % 2)
    return form


def measure(operation, product, bare):
    """(floor ms, product ms, bytes): medians of requests asked in turn."""
    session = session_of(operation.person)
    ours, theirs = Asker(product.port, session), Asker(bare.port, session)
    spent = {"ours": [], "floor": []}
    size = 0
    for turn in range(WARM_UP + ROUNDS):
        if operation.post:
            asked = {"week": MONDAY.isoformat(), "done": f"Tour {turn}", "turn": turn}
            asked |= {"assignment": ASSIGNMENT, "engagement": ENGAGEMENT}
            floor_ms, _size = theirs.ask(operation.floor, json.dumps(asked), "application/json")
            ours_ms, size = ours.ask(operation.url, urlencode(week_form(turn)))
        else:
            floor_ms, _size = theirs.ask(operation.floor)
            ours_ms, size = ours.ask(operation.url)
        if turn >= WARM_UP:
            spent["floor"].append(floor_ms)
            spent["ours"].append(ours_ms)
    return statistics.median(spent["floor"]), statistics.median(spent["ours"]), size


def raw(operation):
    """Milliseconds of the statement alone, through the driver."""
    if operation.sql is None:
        return None
    spent = []
    for _turn in range(15):
        began = time.perf_counter()
        floor.rows_of(operation.sql, [operation.person])
        spent.append((time.perf_counter() - began) * 1000)
    return statistics.median(spent)


def statements(operation):
    client = Client(headers={"accept-language": "fr"})
    client.force_login(User.objects.get(pk=operation.person))
    send = client.post if operation.post else client.get
    send(operation.url, week_form(1) if operation.post else None)
    form = week_form(1) if operation.post else None
    with CaptureQueriesContext(connection) as queries:
        send(operation.url, form)
    return len(queries)


def throughput(server, url, session):
    """(answers a second, median ms, 95th percentile ms, errors) of eight clients at once."""
    spent, errors = [], []
    stop_at = time.perf_counter() + SECONDS

    def work():
        asker = Asker(server.port, session)
        while time.perf_counter() < stop_at:
            try:
                spent.append(asker.ask(url)[0])
            except (OSError, SystemExit) as error:
                errors.append(error)

    threads = [threading.Thread(target=work) for _client in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent.sort()
    return (
        len(spent) / SECONDS,
        statistics.median(spent),
        spent[int(len(spent) * 0.95)],
        len(errors),
    )


def empty_database():
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connections.close_all()
    else:
        connections.close_all()
        for tail in ("", "-wal", "-shm"):
            Path(f"{settings.DATABASES['default']['NAME']}{tail}").unlink(missing_ok=True)
    call_command("migrate", verbosity=0)


def verdict(is_met):
    return "met" if is_met else "MISSED"


def report(size):
    began = time.perf_counter()
    empty_database()
    world.build(size)
    print(f"\n## {connection.vendor}, {size}× (made in {time.perf_counter() - began:.0f} s)\n")
    print("| operation | SQL ms | floor ms | Relais ms | ratio | bar | statements | kB | verdict |")
    print("|---|---|---|---|---|---|---|---|---|")
    medians = {}
    with servers() as (product, bare):
        for operation in operations():
            count = statements(operation)
            sql = raw(operation)
            connections.close_all()
            floor_ms, ours_ms, length = measure(operation, product, bare)
            medians[operation.name] = ours_ms
            is_met = ours_ms / floor_ms <= operation.bar and count <= operation.statements
            print(
                f"| {operation.name} | {'' if sql is None else f'{sql:.1f}'} | {floor_ms:.1f} | {ours_ms:.1f} "
                f"| {ours_ms / floor_ms:.2f} | {operation.bar} | {count} | {length / 1000:.0f} | {verdict(is_met)} |"
            )
        clients(product, bare)
    return medians


def clients(product, bare):
    session = session_of(world.COORDINATOR)
    bare_rate, _median, _p95, _errors = throughput(bare, "/list/", session)
    rate, median, p95, errors = throughput(product, operations()[0].url, session)
    is_met = rate >= bare_rate / 2 and p95 <= 3 * median and errors == 0
    print(
        f"\n{CLIENTS} clients, 2 workers: {rate:.0f} lists/s against {bare_rate:.0f} bare "
        f"(bar: half), median {median:.0f} ms, p95 {p95:.0f} ms, {errors} errors: {verdict(is_met)}"
    )
    memory = product.pss()
    if memory is not None:
        print(
            f"Memory of the heaviest worker: {memory:.0f} MiB (bar: 110): {verdict(memory <= 110)}"
        )


def growth(sizes, medians):
    print(f"\n## Growth from {sizes[0]}× to {sizes[-1]}× (bar: exponent 0.1)\n")
    print("| operation | exponent | verdict |")
    print("|---|---|---|")
    span = math.log(sizes[-1] / sizes[0])
    for name in medians[sizes[0]]:
        exponent = math.log(medians[sizes[-1]][name] / medians[sizes[0]][name]) / span
        print(f"| {name} | {exponent:.3f} | {verdict(exponent <= 0.1)} |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1,10,100")
    sizes = [int(size) for size in parser.parse_args().sizes.split(",")]
    name = str(settings.DATABASES["default"]["NAME"])
    if connection.vendor == "sqlite" and "bench" not in name:
        raise SystemExit(
            "The measurements empty their database: give one with “bench” in its name in DATABASE_URL."
        )
    medians = {size: report(size) for size in sizes}
    if len(sizes) > 1:
        growth(sizes, medians)


if __name__ == "__main__":
    main()
