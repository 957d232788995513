"""Two machines under load, of which any process is killed in turn: what was acknowledged is there, once.

The counts are printed by `-s`; docs/two-machines.md tells how it is run, and what came of it.
"""

import json
import sys
import time
from collections import Counter
from contextlib import contextmanager
from threading import Event, Thread
from uuid import uuid4

import pytest
import requests
from django.db import connection
from django.utils import timezone

from tests.crm.mail_server import mail_server
from tests.empty_database import empty_database
from tests.journeys.balancer import balancer
from tests.journeys.machines import Machines
from tests.journeys.visitor import Proxy, Visitor

PASSWORD = "two-machines-and-one-database"
FORGETFUL = 400  # people who have forgotten their password: one mail each
JOBS = 120
PAUSE = (
    0.15  # seconds between two requests of one person, for a load that leaves the machine to others
)
CUT_OFF = {502, 503}
PEOPLE = f"""
from datetime import date, timedelta
from django.utils import timezone
from crm.models import User
from crm.services.keys import KeyPlan, make_key
from tests.crm import some_tasks
from tests.crm.factories import MembershipFactory, UserFactory
from tests.volunteers.factories import AssignmentFactory, VolunteerFactory
today = date.today()
coordinator = UserFactory(email="camille@a.test", password={PASSWORD!r})
MembershipFactory(user=coordinator)
for name in ("victor", "vera"):
    volunteer = VolunteerFactory(user=UserFactory(email=name + "@a.test", password={PASSWORD!r}))
    AssignmentFactory(
        volunteer=volunteer,
        starts_on=today - timedelta(days=2000),
        ends_on=today + timedelta(days=60),
        confirmed_on=today - timedelta(days=2000),
    )
for user in User.objects.filter(email__endswith=".example"):  # production takes those for the demo
    User.objects.filter(pk=user.pk).update(email=user.email.replace(".example", ".test"))
User.objects.bulk_create(
    User(email=f"p{{n}}@a.test", full_name=f"Person {{n}}", password=coordinator.password)
    for n in range({FORGETFUL})
)
for n in range({JOBS}):
    some_tasks.write_slowly.enqueue(f"FOLDER/{{n}}", 0.2)
_key, secret = make_key(coordinator, KeyPlan("trial", 5, may_write=True), at=timezone.now())
print(secret)
"""
HELD = """
import json
from collections import Counter
from crm.models import Job, Organisation, OutgoingMail
from engagements.models import ProgressLog
print(json.dumps({
    "organisations": list(Organisation.objects.filter(name__startswith="Made ").values_list("name", flat=True)),
    "weeks": list(ProgressLog.objects.filter(done__startswith="Week ").values_list("done", flat=True)),
    "jobs": Counter(Job.objects.values_list("state", flat=True)),
    "mails": Counter(OutgoingMail.objects.values_list("state", flat=True)),
}))
"""
OVER = """
from django.utils import timezone
from crm.models import Job, OutgoingMail
now = timezone.now()
OutgoingMail.objects.exclude(leased_until=None).update(leased_until=now)
Job.objects.exclude(leased_until=None).update(leased_until=now)
"""

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="one file is on one machine"),
]


class SendsAgain(Proxy):
    """What was cut off is sent again as it is, as a person presses again and a program does; reading never is."""

    def __init__(self, port, tally):
        super().__init__(port, "192.0.2.1")
        self.tally = tally

    def send(self, request, **options):
        for _turn in range(40):
            response = super().send(request, **options)
            if response.status_code not in CUT_OFF:
                return response
            self.tally[f"{request.method} cut off"] += 1
            time.sleep(PAUSE)
        return response


class Load:
    """People and programs that ask and write until they are stopped; `tally` counts, the lists are acknowledged."""

    def __init__(self, machines, port, key):
        self.machines, self.port, self.key = machines, port, key
        self.tally, self.stop = Counter(), Event()
        self.organisations, self.weeks, self.mailed, self.failed = [], [], [], []
        self.forgetful = iter(range(FORGETFUL))

    def session(self):
        session = requests.Session()
        session.trust_env = False
        session.mount(self.machines.site, SendsAgain(self.port, self.tally))
        return session

    def person(self, email=None):
        visitor = Visitor(self.machines.site, self.port)
        visitor.session.mount(self.machines.site, SendsAgain(self.port, self.tally))
        if email:
            visitor.open("/login/").send(
                "Se connecter", {"E-mail": email, "Mot de passe": PASSWORD}
            )
        return visitor

    def acts(self):
        yield from [self.adds_organisations(), self.adds_organisations()]
        yield from [self.logs_weeks("victor"), self.logs_weeks("vera")]
        yield from [self.reads(), self.forgets()]

    def adds_organisations(self):
        session = self.session()
        while True:
            name = f"Made {uuid4()}"
            answer = session.post(
                f"{self.machines.site}/api/v1/organisations/",
                json={"name": name, "is_beneficiary": True},
                headers={"Authorization": f"Bearer {self.key}", "Idempotency-Key": name},
            )
            assert answer.status_code == requests.codes.created, answer.text
            self.organisations.append(name)
            yield "organisations"

    def logs_weeks(self, name):
        """Week after week, from today back: each has a form of its own."""
        person = self.person(f"{name}@a.test")
        person.open("/volunteering/week/")
        page = person.address.partition("?")[0]
        monday = timezone.localdate() - timezone.timedelta(days=timezone.localdate().weekday())
        while True:
            monday -= timezone.timedelta(days=7)
            person.open(f"{page}?week={monday}")
            words = f"Week {name} {monday}"
            person.send("Enregistrer ma semaine", {"Fait": words})
            self.weeks.append(words)
            yield "weeks"

    def reads(self):
        person = self.person("camille@a.test")
        while True:
            person.open("/organisations/")
            person.open("/")
            self.tally["pages"] += 1
            yield "pages"

    def forgets(self):
        person = self.person()
        for number in self.forgetful:
            email = f"p{number}@a.test"
            person.open("/login/forgotten/").send("Recevoir un lien", {"E-mail": email})
            self.mailed.append(email)
            yield "mails asked for"

    def go_on(self, act):
        try:
            for what in act:
                self.tally[what] += 1
                if self.stop.wait(PAUSE):
                    return
        except Exception as failed:
            self.failed.append(failed)

    @contextmanager
    def on(self):
        threads = [Thread(target=self.go_on, args=[act], daemon=True) for act in self.acts()]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stop.set()
            for thread in threads:
                thread.join(60)


@pytest.fixture
def machines(tmp_path, transactional_db):
    with mail_server() as server:
        tables = connection.settings_dict["NAME"]
        connection.close()  # PostgreSQL copies a database to which nobody is connected
        with empty_database("relais_two_machines", tmp_path, like=tables) as database:
            machines = Machines(tmp_path, database, server.port)
            machines.mail = server
            machines.manage("collectstatic", "--noinput", "-v0")
            yield machines


def test_any_process_is_killed_under_load_and_nothing_acknowledged_is_lost(machines, tmp_path):
    (tmp_path / "jobs").mkdir()
    key = machines.run(PEOPLE.replace("FOLDER", str(tmp_path / "jobs"))).splitlines()[-1]
    with machines.serving(), balancer(machines.ports) as port:
        load = Load(machines, port, key)
        with load.on():
            time.sleep(2)
            for name in machines.names:
                machines.kill(name)
                time.sleep(1.5)
                machines.start(name)
                machines.wait_for(name)
                time.sleep(1.5)
            machines.kill_a_child("web 1")
            time.sleep(2)
        held = settled(machines)

    subjects = [mail["Message-ID"] for mail in machines.mail.mails]
    twice = len(subjects) - len(set(subjects))
    sys.stdout.write(f"\n{dict(load.tally)}\n{held['jobs']} {held['mails']} sent twice: {twice}\n")
    assert load.failed == []
    assert load.tally["GET cut off"] == 0
    assert min(len(load.organisations), len(load.weeks), len(load.mailed)) >= 8
    for acknowledged, rows in [
        (load.organisations, held["organisations"]),
        (load.weeks, held["weeks"]),
    ]:
        assert set(acknowledged) - set(rows) == set()
        assert len(rows) == len(set(rows))
    assert held["jobs"] == {"done": JOBS}
    assert all((tmp_path / "jobs" / str(n)).read_text().endswith("ended\n") for n in range(JOBS))
    assert held["mails"] == {"sent": len(set(subjects))}
    assert set(load.mailed) <= {mail["To"] for mail in machines.mail.mails}
    assert twice <= 2  # one for each worker that was killed between the server's yes and the row


def settled(machines):
    """What the database holds once nothing waits any more. Leases of the dead are ended, or it would take a minute."""
    ends, before = time.monotonic() + 60, None
    while True:
        held = json.loads(machines.run(HELD))
        if set(held["jobs"]) == {"done"} and set(held["mails"]) == {"sent"}:
            return held
        if held == before:
            machines.run(OVER)
        assert time.monotonic() < ends, held
        before = held
