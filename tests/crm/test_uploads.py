"""What somebody sends is taken in up to a limit, before anybody knows who it is; nothing of it goes to the disk."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django import conf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from crm.files.upload_limits import LARGEST_BODY, LARGEST_FILE
from crm.models import Attachment
from crm.services import links
from tests.crm.factories import SupportRequestFactory
from tests.impact.factories import MeasurementFactory, MetricFactory

FORM = "multipart/form-data; boundary=x"
HUGE = 400 * 1024 * 1024
PDF = b"%PDF-1.4 "
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

    @pytest.mark.parametrize("length", ["-1", "x", "1e9", "٣"])
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
def no_disk(settings):
    """Whoever wants to spool a file finds no folder for it."""
    settings.FILE_UPLOAD_TEMP_DIR = "/nonexistent"
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1


def sent(size):
    return SimpleUploadedFile("a.pdf", PDF + b"0" * (size - len(PDF)))


@pytest.mark.django_db
@pytest.mark.usefixtures("no_disk")
class TestTheFile:
    @pytest.mark.parametrize(
        ("size", "kept"), [(LARGEST_FILE, 1), (LARGEST_FILE + 1, 0), (3 * LARGEST_FILE, 0)]
    )
    def test_of_the_public_form(self, client, size, kept):
        draft = SupportRequestFactory(draft=True)
        client.cookies["relais-ask"] = links.make_link(draft, "browser", at=timezone.now())

        page = client.post(
            reverse("crm:ask-attach"),
            {"file": sent(size)},
            follow=True,
            headers={"accept-language": "en"},
        )

        assert page.status_code == 200
        assert [row.size for row in Attachment.objects.all()] == [size] * kept
        assert ("larger than 5" in page.content.decode()) != bool(kept)

    @pytest.mark.parametrize(("size", "wrong"), [(LARGEST_FILE, False), (LARGEST_FILE + 1, True)])
    def test_of_evidence(self, client, member, coordinator, size, wrong):
        figure = MeasurementFactory(metric=MetricFactory(engagement__member=member), status="draft")
        client.force_login(coordinator)

        page = client.post(
            reverse("impact:evidence-create", args=[figure.pk]), {"file": sent(size)}
        )

        assert (page.status_code == 422) == wrong
        assert figure.evidence.count() == (0 if wrong else 1)

    def test_of_an_import(self, client, member, coordinator):
        metric = MetricFactory(engagement__member=member)
        client.force_login(coordinator)

        page = client.post(
            reverse("impact:measurement-import", args=[metric.engagement_id]),
            {"file": sent(LARGEST_FILE + 1)},
        )

        assert (page.status_code, list(page.context_data["form"].errors)) == (422, ["file"])

    def test_of_nobody_is_read_past(self, client):
        assert (
            client.post(reverse("crm:ask-attach"), {"file": sent(2 * LARGEST_FILE)}).status_code
            == 404
        )


@pytest.mark.django_db
def test_a_text_larger_than_any_form_takes_is_told_on_a_page(strict, settings):
    strict.get("/ask/")
    answer = strict.post(
        "/ask/", {"contact_name": "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)}
    )

    assert answer.status_code == 413
    assert "typed or pasted 3" in answer.content.decode()


@pytest.mark.django_db
def test_what_makes_no_sense_gets_a_plain_answer(client):
    assert client.get("/", headers={"host": "evil.example"}).status_code == 400


def test_a_body_holds_a_file_and_its_form(settings):
    assert LARGEST_BODY > LARGEST_FILE + settings.DATA_UPLOAD_MAX_MEMORY_SIZE


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
