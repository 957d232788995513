#!/usr/bin/env python3
"""Relais on your machine: every command sets up what it needs and asks for nothing but Python.

python3 dev.py run            the demo on http://127.0.0.1:8000
python3 dev.py test           all checks and tests, on SQLite, on PostgreSQL and in a browser
python3 dev.py thorough       the tests that take long: whatever may be sent, lives in any order
python3 dev.py clock          the same tests on other days: a Sunday, the last minutes of a year, a leap day
python3 dev.py mutants        small faults planted one at a time: the share that the tests tell on
python3 dev.py bench          the measurements
python3 dev.py messages       the translations, gathered and compiled
python3 dev.py screens        the pictures of the pages
python3 dev.py release        the archive of a release, with its list and checksums
python3 dev.py postgres -- COMMAND    a command with a temporary PostgreSQL
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (an older Python may well be the one that reads this)
    sys.exit(f"Relais needs Python 3.11 or newer; this is {sys.version.split()[0]}.")

import argparse
import json
import os
import random
import secrets
import signal
import socket
import subprocess
import time
from contextlib import contextmanager

import devtools.clock
import devtools.release
from devtools.chromium import find_chromium
from devtools.packages import set_up
from devtools.places import APPS, PYTHON, ROOT, WINDOWS, temporary_folder
from devtools.postgres import postgres
from devtools.processes import beside, call, environment, manage, say

# One process and not four: starting Django costs more than anything done here.
PREPARE = """
import sys
import django
django.setup()
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
people = get_user_model().objects
try:
    call_command("migrate", verbosity=0, stdout=sys.stderr)
    call_command("loadreference", stdout=sys.stderr)
    if "demo" in sys.argv and not people.exists():
        call_command("demo", stdout=sys.stderr)
except CommandError as refused:
    sys.exit(str(refused))
try:
    if people.exists():
        call_command("demo", accounts=True)
except CommandError:
    pass  # real people are in this database: they have their own way in
"""


# Databases


@contextmanager
def sqlite(name="relais"):
    """The address of an empty SQLite file that goes away afterwards."""
    with temporary_folder() as folder:
        yield f"sqlite:///{folder.as_posix()}/{name}.sqlite3"


@contextmanager
def migrated(address):
    """Within, each process of the tests on SQLite copies these tables: making them takes longer than many a test."""
    failed = manage("migrate", "--verbosity", 0, DATABASE_URL=address, RELAIS_ENV_FILE="")
    with in_environment({} if failed else {"RELAIS_MIGRATED": address.removeprefix("sqlite:///")}):
        yield


# Commands


def run(options, rest):
    if port_is_taken(options.port):
        sys.exit(f"Port {options.port} is taken. Try: python3 dev.py run --port {options.port + 1}")
    set_up("run", "postgresql", "staffing", "documents")
    address = f"http://127.0.0.1:{options.port}"
    # The links in mails and calendars lead here.
    site = {"RELAIS_URL": os.environ.get("RELAIS_URL", address)}
    say("Preparing the database.")
    prepared = subprocess.run(
        [PYTHON, "-c", PREPARE, "demo" if options.demo else "no demo"],
        cwd=ROOT,
        env=environment(**site),
        stdout=subprocess.PIPE,
        text=True,
    )
    if prepared.returncode != 0:
        sys.exit("The database could not be prepared; the reason is above.")
    say("", f"Relais: {address}", "")
    say(*ways_in(prepared.stdout), f"Without an account, to ask for support: {address}/ask/")
    say("", "Stop with Ctrl-C.", "")
    hidden = {"DJANGO_RUNSERVER_HIDE_WARNING": "true"}
    try:
        with beside("work", **site):
            return manage("runserver", f"127.0.0.1:{options.port}", **hidden, **site)
    except KeyboardInterrupt:
        say("Stopped.")
        return 0


def port_is_taken(port):
    with socket.socket() as probe:
        if not WINDOWS:  # there the option means something else
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def ways_in(printed):
    """One line per role, from the lines of JSON that `manage.py demo --accounts` prints."""
    accounts = [json.loads(line) for line in printed.splitlines() if line.startswith("{")]
    if not accounts:
        return [
            f"Log in with your account. To make one: {PYTHON.relative_to(ROOT)} manage.py createsuperuser"
        ]
    roles = max(len(account["role"]) for account in accounts)
    emails = max(len(account["email"]) for account in accounts)
    return [
        f"  {one['role']:{roles}}  {one['email']:{emails}}  {one['password']}" for one in accounts
    ]


def test(options, rest):
    chosen = [part for part in ("lint", "sqlite", "postgres", "browser") if getattr(options, part)]
    steps = []
    set_up("test")
    with sqlite() as empty:
        if not chosen or "lint" in chosen:
            steps += [step(name, command, **env) for name, command, env in checks(empty)]
        if not chosen or "postgres" in chosen:
            steps.append(
                tests_on_postgres(
                    "not browser and not large and not thorough and not one_database", rest
                )
            )
        if not chosen or {"sqlite", "browser"} & set(chosen):
            with migrated(empty):
                if not chosen or "sqlite" in chosen:
                    tests = pytest("not browser and not postgres and not thorough", rest)
                    steps.append(step("tests on SQLite", tests, DATABASE_URL=empty))
                if not chosen or "browser" in chosen:
                    steps.append(tests_in_browser("browser and not thorough", rest, empty))
    return summary(steps)


def checks(database):
    production = {
        "RELAIS_ENV": "production",
        "RELAIS_SECRET_KEY": secrets.token_urlsafe(50),
        "RELAIS_HOSTS": "relais.example",
        "RELAIS_PROXIES": "1",
        "RELAIS_URL": "https://relais.example",
        "RELAIS_FROM": "relais@relais.example",
        "EMAIL_HOST": "smtp.relais.example",
        "DATABASE_URL": database,
    }
    deploy = ["check", "--deploy", "--fail-level", "WARNING"]
    migrations = ["makemigrations", "--check", "--dry-run"]
    return [
        ("ruff", [PYTHON, "-m", "ruff", "check", "--quiet", "."], {}),
        ("format", [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."], {}),
        ("types", [PYTHON, "-m", "mypy", "--no-incremental"], {}),
        ("templates", [PYTHON, "-m", "djlint", "--lint", "--quiet", *APPS], {}),
        ("format of templates", [PYTHON, "-m", "djlint", "--check", "--quiet", *APPS], {}),
        (
            "imports",
            [
                PYTHON,
                "-c",
                "from importlinter.cli import lint_imports_command as lint; lint()",
                "--no-logo",
            ],
            {},
        ),
        ("production settings", [PYTHON, "manage.py", *deploy], production),
        ("migrations", [PYTHON, "manage.py", *migrations], {"DATABASE_URL": database}),
    ]


def pytest(marked, rest, processes=2):
    """Whoever is done takes tests from the other one, and the slowest are told."""
    shared = ["-n", processes, "--dist", "worksteal"] if processes else ["-n", 0]
    return [
        PYTHON,
        "-m",
        "pytest",
        *shared,
        "--durations",
        10,
        "--durations-min",
        20,
        "-m",
        marked,
        *rest,
    ]


def step(name, command, **changes):
    say(f"== {name}")
    began = time.monotonic()
    status = call(command, **{"RELAIS_ENV_FILE": ""} | changes)  # not what this copy is set to
    return name, "ok" if status == 0 else "FAILED", time.monotonic() - began


def thorough(options, rest):
    set_up("test")
    share = {} if options.whole else a_fifth()
    with in_environment(share), sqlite() as empty, migrated(empty):
        tests = pytest("thorough and not browser and not postgres", rest)
        steps = [step("thorough tests on SQLite", tests, DATABASE_URL=empty)]
        steps.append(tests_in_browser("browser and thorough", rest, empty))
        half = "(thorough or large)" if options.whole else random.choice(["thorough", "large"])
        say(f"On PostgreSQL: the tests that are marked {half}. Both: --whole.")
        steps.append(tests_on_postgres(f"{half} and not browser and not one_database", rest))
        for moment in devtools.clock.some(options.days):
            part, tests = random.choice(list(devtools.clock.PARTS.items()))
            steps += on_another_day(moment, [part], rest or tests)
    return summary(steps)


def a_fifth():
    """The same attempt made in hundreds of places is made in every fifth of them (tests/share.py)."""
    drawn = os.environ.get("RELAIS_SHARE") or random.randrange(5)
    say(
        f"What is tried in hundreds of places: fifth {drawn} of 0 to 4. It again: RELAIS_SHARE={drawn}. All: --whole."
    )
    return {"RELAIS_SHARE": str(drawn)}


def clock(options, rest):
    chosen = [part for part in ("sqlite", "postgres", "browser") if getattr(options, part)]
    try:
        moments = devtools.clock.moments(options.moment, options.zone)
    except ValueError as refused:
        sys.exit(str(refused))
    set_up("test")
    steps = []
    for moment in moments:
        steps += on_another_day(moment, chosen or ["sqlite", "postgres", "browser"], rest)
    return summary(steps)


def on_another_day(moment, parts, rest):
    """What `test` runs, less what no day bears on: large tables and bodies that are made up."""
    with temporary_folder() as folder:
        library = devtools.clock.copy_library(PYTHON, folder)
        if library is None:
            say(
                "The clock is shifted by libfaketime, which the test packages have for Linux on Intel only."
            )
            return [
                (f"tests on {moment}", "FAILED" if os.environ.get("CI") == "true" else "not run", 0)
            ]
        with in_environment(devtools.clock.shifted(moment, library)):
            steps = at_that_time(moment, parts, rest)
    return [(f"{name}, {moment}", outcome, seconds) for name, outcome, seconds in steps]


def at_that_time(moment, parts, rest):
    say(
        "",
        f"The clock shows {moment}. To do it again: python3 dev.py clock '{moment.shows}' --zone {moment.zone}",
    )
    marked, steps = "not large and not thorough", []
    with sqlite() as empty:
        if "sqlite" in parts:
            tests = pytest(f"{marked} and not browser and not postgres", rest)
            steps.append(step("tests on SQLite", tests, DATABASE_URL=empty))
        if "postgres" in parts:
            steps.append(tests_on_postgres(f"{marked} and not browser and not one_database", rest))
        if "browser" in parts:
            steps.append(tests_in_browser(f"{marked} and browser", rest, empty))
    return steps


@contextmanager
def in_environment(changes):
    """Whatever is started within, the PostgreSQL server too, inherits the changes."""
    before = dict(os.environ)
    os.environ.update(changes)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def tests_on_postgres(marked, rest):
    if WINDOWS:
        say("The tests on PostgreSQL need Linux or macOS for their temporary server.")
        return "tests on PostgreSQL", "not run", 0
    with postgres() as address:
        return step("tests on PostgreSQL", pytest(marked, rest), DATABASE_URL=address)


def tests_in_browser(marked, rest, database):
    name = "journeys in Chromium"
    chromium = find_chromium()
    if chromium:  # one at a time: Chromium, the server and the test already fill two cores
        return step(
            name,
            pytest(marked, rest or ["tests/journeys/browser"], processes=0),
            DATABASE_URL=database,
            CHROMIUM=chromium,
        )
    install = f"{PYTHON.relative_to(ROOT)} -m playwright install chromium"
    say(
        f"No Chromium here for the journeys. Debian: sudo apt-get install chromium; elsewhere: {install}"
    )
    return name, "FAILED" if os.environ.get("CI") == "true" else "not run", 0


def summary(steps):
    say("", " · ".join(f"{name} {outcome} {seconds:.1f} s" for name, outcome, seconds in steps))
    failed = [name for name, outcome, _ in steps if outcome == "FAILED"]
    if failed:
        say(f"Failed: {', '.join(failed)}.")
    return 1 if failed else 0


def bench(options, rest):
    set_up("test")
    # The measurements empty no SQLite file but one that bears their name.
    with postgres() if options.database == "postgres" else sqlite("bench") as address:
        command = [PYTHON, "benchmarks/run.py", "--sizes", options.sizes, *rest]
        return call(command, DATABASE_URL=address, PYTHONPATH=str(ROOT), RELAIS_DEBUG="0")


def mutants(options, rest):
    set_up("test")
    return call([PYTHON, "-m", "devtools.mutants", *rest])


def messages(options, rest):
    set_up("test")
    return manage("catalogues", *rest)


def screens(options, rest):
    set_up("test")
    chromium = find_chromium()
    if not chromium:
        sys.exit("The pictures need Chromium. Debian: sudo apt-get install chromium")
    with sqlite() as address:
        return call([PYTHON, "-m", "tests.screens", *rest], DATABASE_URL=address, CHROMIUM=chromium)


def release(options, rest):
    return devtools.release.make(options.of)


def with_postgres(options, rest):
    if not rest:
        sys.exit("Which command? For instance: python3 dev.py postgres -- python manage.py migrate")
    set_up("test")
    with postgres() as address:
        return call(rest, DATABASE_URL=address)


def parser():
    parser = argparse.ArgumentParser(
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name, function, help):
        command = commands.add_parser(name, help=help, description=help, allow_abbrev=False)
        command.set_defaults(function=function)
        return command

    command = add("run", run, "Serve Relais with its demo.")
    command.add_argument("--port", type=int, default=8000)
    command.add_argument(
        "--no-demo", dest="demo", action="store_false", help="start with an empty Relais"
    )

    command = add(
        "test", test, "Run all checks and tests, or the parts named; the rest goes to pytest."
    )
    command.add_argument(
        "--lint", action="store_true", help="code, types, templates, imports, settings, migrations"
    )
    command.add_argument("--sqlite", action="store_true", help="the tests on SQLite")
    command.add_argument(
        "--postgres", action="store_true", help="the tests on a temporary PostgreSQL"
    )
    command.add_argument("--browser", action="store_true", help="the journeys in Chromium")

    command = add("thorough", thorough, "Run the tests that take long, on both databases.")
    command.add_argument(
        "--days",
        type=int,
        default=1,
        help="and on so many of the named days of `clock`, drawn at random (default: 1)",
    )
    command.add_argument(
        "--whole",
        action="store_true",
        help="try all that a run else draws a fifth or a half of",
    )

    command = add(
        "clock", clock, "Run the tests as if it were another day; the rest goes to pytest."
    )
    names = ", ".join(moment.name for moment in devtools.clock.DAYS)
    command.add_argument(
        "moment", help=f"{names}; all of them (all); or your own, such as '2027-01-03 10:00'"
    )
    command.add_argument(
        "--zone", help="where the machine stands, such as Pacific/Noumea (default: Paris)"
    )
    command.add_argument("--sqlite", action="store_true", help="the tests on SQLite alone")
    command.add_argument(
        "--postgres", action="store_true", help="the tests on a temporary PostgreSQL alone"
    )
    command.add_argument("--browser", action="store_true", help="the journeys in Chromium alone")

    command = add(
        "bench", bench, "Measure pages and API calls against the raw SQL and a bare view."
    )
    where = command.add_mutually_exclusive_group()
    where.add_argument(
        "--postgres", dest="database", action="store_const", const="postgres", default="postgres"
    )
    where.add_argument("--sqlite", dest="database", action="store_const", const="sqlite")
    command.add_argument(
        "--sizes", default="1,10,100", help="how large, as multiples (default: 1,10,100)"
    )

    add(
        "mutants",
        mutants,
        "Plant small faults one at a time (--module PATH, --sample NUMBER, --seed NUMBER).",
    )
    add("messages", messages, "Gather and compile the translations.")
    add("screens", screens, "Take the pictures of the pages.")
    command = add("release", release, "Make the archive of a release in dist/, from its tag.")
    command.add_argument("--of", metavar="COMMIT", help="of a commit without a tag, to try it")
    add("postgres", with_postgres, "Run a command with DATABASE_URL set to a temporary PostgreSQL.")
    return parser


def split(arguments):
    """What follows `--` is not for us, not even its `-h`."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:at], arguments[at + 1 :]


def end_in_order(number, frame):
    sys.exit(128 + number)


def main():
    # Being ended by someone else must clean up like Ctrl-C does.
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), end_in_order)
    ours, handed_on = split(sys.argv[1:])
    options, rest = parser().parse_known_args(ours)
    try:
        return options.function(options, rest + handed_on)
    except KeyboardInterrupt:
        say("Stopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
