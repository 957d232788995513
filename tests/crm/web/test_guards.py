"""The guards around every page: caches, reading that writes, proxies, and bodies that are too large."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django import conf
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse

from crm.domain.roles import Role
from crm.models import ApiKey, Organisation
from crm.web.guards import WriteInReadRequest, behind_proxies, read_only_get
from tests.crm.factories import PASSWORD, person_as

LOGIN, LOGOUT, ACCOUNT = reverse("crm:login"), reverse("crm:logout"), reverse("crm:account")


@pytest.fixture
def zoe(member):
    return person_as(
        Role.COORDINATOR, member, email="zoe@relais.example", password=PASSWORD, full_name="Zoé"
    )


@pytest.mark.django_db
class TestCaches:
    def test_what_a_person_saw_is_not_stored(self, client, zoe):
        client.force_login(zoe)

        for url in (
            ACCOUNT,
            reverse("crm:organisation-list"),
            "/organisations/987654321/",
            "/api/v1/me/",
        ):
            assert "no-store" in client.get(url)["Cache-Control"]

    def test_nor_what_a_program_read(self, zoe):
        _token, secret = ApiKey.objects.make(zoe)

        response = Client().get("/api/v1/me/", headers={"authorization": f"Token {secret}"})

        assert response.status_code == 200
        assert {"no-store", "private"} <= set(response["Cache-Control"].split(", "))

    def test_a_page_for_everybody_says_nothing_of_it(self, client):
        assert "private" not in client.get(reverse("crm:healthz")).get("Cache-Control", "")


@pytest.mark.django_db
class TestReadOnly:
    WRITES = {
        "insert": lambda: Organisation.objects.create(name="Written"),
        "update": lambda: Organisation.objects.update(name="Written"),
        "delete": lambda: Organisation.objects.all()._raw_delete("default"),
    }

    def run(self, method, act):
        def view(request):
            act()
            return HttpResponse("done")

        return read_only_get(view)(RequestFactory().generic(method, "/"))

    @pytest.mark.parametrize("write", WRITES)
    @pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
    def test_looking_that_writes_is_a_defect_that_fails_at_once(self, member, method, write):
        with pytest.raises(WriteInReadRequest), transaction.atomic():
            self.run(method, self.WRITES[write])

        assert Organisation.objects.get().name == "Share it"

    @pytest.mark.parametrize(
        "sql", ["DROP TABLE crm_organisation", "/* a */ DELETE FROM crm_organisation"]
    )
    def test_raw_statements_as_well(self, member, sql):
        def act():
            with connection.cursor() as cursor:
                cursor.execute(sql)

        with pytest.raises(WriteInReadRequest), transaction.atomic():
            self.run("GET", act)

        assert Organisation.objects.count() == 1

    def test_posting_writes(self, member):
        assert self.run("POST", self.WRITES["update"]).status_code == 200
        assert Organisation.objects.get().name == "Written"

    @pytest.mark.django_db(transaction=True)
    def test_a_new_connection_may_learn_what_its_database_can(self, client):
        """Django asks SQLite once, in a transaction, whether it knows JSON: the first reader pays no 500 for it."""
        client.force_login(person_as(Role.COORDINATOR))
        vars(connection.features).pop("supports_json_field", None)

        assert client.get(reverse("engagements:engagement-list")).status_code == 200

    def test_looking_reads(self, member):
        assert self.run("GET", lambda: list(Organisation.objects.order_by("pk"))).content == b"done"


CLIENT, PROXY, OUTER, LIE = "203.0.113.5", "10.0.0.1", "10.0.0.2", "192.0.2.66"


@pytest.mark.parametrize(
    ("proxies", "remote", "forwarded", "address"),
    [
        (None, CLIENT, "", CLIENT),
        (0, CLIENT, LIE, CLIENT),
        (1, PROXY, CLIENT, CLIENT),
        (1, PROXY, f"{LIE}, {CLIENT}", CLIENT),
        (1, PROXY, f"{LIE},{LIE} ,  {CLIENT}", CLIENT),
        (1, "", CLIENT, CLIENT),  # behind a Unix socket there is no address at all
        (1, "", f"{LIE}, {CLIENT}", CLIENT),
        (1, PROXY, "", PROXY),
        (1, "", "", ""),
        (2, PROXY, f"{CLIENT}, {OUTER}", CLIENT),
        (2, PROXY, f"{LIE}, {CLIENT}, {OUTER}", CLIENT),
        (
            2,
            OUTER,
            CLIENT,
            OUTER,
        ),  # it came past one of the two: what it says was not written by the outermost
        (1, PROXY, f"{CLIENT}:52011", CLIENT),
        (1, PROXY, "[2001:db8::5]:52011", "2001:db8::5"),
        (1, PROXY, "2001:DB8::5", "2001:db8::5"),
        (1, PROXY, "fe80::1%eth0", "fe80::1"),
        (1, PROXY, f"::ffff:{CLIENT}", CLIENT),
        (1, PROXY, f'"{CLIENT}"', CLIENT),
        (1, PROXY, f"{LIE}, unknown", PROXY),
        (1, PROXY, f"{LIE}, ", PROXY),
        (1, PROXY, f"{LIE}, <script>", PROXY),
    ],
)
def test_the_client_is_the_nth_from_the_right(settings, proxies, remote, forwarded, address):
    settings.PROXIES = proxies
    addresses = []
    meta = {"REMOTE_ADDR": remote} | ({"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {})

    behind_proxies(lambda request: addresses.append(request.META["REMOTE_ADDR"]) or HttpResponse())(
        RequestFactory().get("/", **meta)
    )

    assert addresses == [address]


def test_drafts_are_counted_by_client_and_not_by_proxy(db, settings, client):
    settings.PROXIES = 1
    settings.REQUEST_LIMITS = settings.REQUEST_LIMITS | {"drafts_an_hour": 1, "seconds_to_begin": 0}
    page = client.get("/ask/").context_data["form"]
    data = {"contact_name": "A", "email": "a@b.fr", "begun": page["begun"].value()}

    answers = [
        client.post(
            "/ask/", data, REMOTE_ADDR=PROXY, headers={"x-forwarded-for": forwarded}
        ).status_code
        for forwarded in (CLIENT, "203.0.113.6", f"192.0.2.1, {CLIENT}", f"192.0.2.2, {CLIENT}")
    ]

    assert answers == [302, 302, 422, 422]


FORM = "multipart/form-data; boundary=x"
HUGE = 400 * 1024 * 1024

DOORS = [
    *(
        reverse(name)
        for name in ("crm:ask-attach", "crm:ask-begin", "crm:login", "admin-login", "set_language")
    ),
    *(reverse(name, args=[1]) for name in ("impact:evidence-create", "impact:measurement-import")),
]


@pytest.fixture
def strict():
    """As a browser stands before the site: the token of forms is looked for, in the body."""
    return Client(enforce_csrf_checks=True, headers={"accept-language": "en"})


@pytest.mark.django_db
@pytest.mark.parametrize("url", DOORS)
class TestTheBody:
    """The test client's body is empty: whoever reads it, reads less than was announced, and fails."""

    def test_far_too_large_is_refused_unread_at_every_door(self, strict, url):
        answer = strict.generic("POST", url, b"", FORM, CONTENT_LENGTH=str(HUGE))

        assert (answer.status_code, answer["Connection"]) == (413, "close")
        assert "file may have 5 MB" in answer.content.decode().replace(chr(160), " ")

    def test_without_a_length_is_refused(self, strict, url):
        answer = strict.generic(
            "POST", url, b"", FORM, CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked"
        )

        assert answer.status_code == 411

    @pytest.mark.parametrize("length", ["-1", "x", "1e9", "٣", "9" * 5000])
    def test_of_a_length_that_is_none_is_refused(self, strict, url, length):
        assert strict.generic("POST", url, b"", FORM, CONTENT_LENGTH=length).status_code == 413


@pytest.mark.django_db
def test_the_api_answers_in_its_own_shape(client, coordinator):
    client.force_login(coordinator)

    answer = client.generic(
        "POST", "/api/v1/engagements/", b"", "application/json", CONTENT_LENGTH=str(HUGE)
    )

    assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")
    assert answer.json()["status"] == 413


@pytest.fixture
def server(tmp_path):
    """The server of production, on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        "PATH": str(Path(sys.executable).parent),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'empty.db'}",
        "TMPDIR": str(tmp_path),
    }
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--no-control-socket",
        "-w",
        "1",
        "-b",
        f"127.0.0.1:{port}",
    ]
    started = subprocess.Popen(
        [*command, "crm.wsgi:application"],
        cwd=conf.settings.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _n in range(300):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    yield port
    started.terminate()
    started.wait(timeout=20)


@pytest.mark.parametrize(
    ("said", "status"),
    [(f"Content-Length: {HUGE}", b" 413 "), ("Transfer-Encoding: chunked", b" 411 ")],
    ids=["announced", "chunked"],
)
def test_the_server_answers_before_the_body_comes(server, said, status):
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", server), timeout=30) as browser:
        head = f"POST /api/v1/nothing/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM}\r\n{said}\r\n\r\n"
        browser.sendall(head.replace("/api/v1/nothing/", "/api/v1/docs/").encode())
        answer = browser.recv(4096)

    assert status in answer.split(b"\r\n")[0]
    assert time.monotonic() - began < 20
