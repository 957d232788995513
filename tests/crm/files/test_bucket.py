"""Files in a bucket: ours alone, and in words where it does not answer. What holds in a folder too stands elsewhere."""

import socket
import subprocess
import sys
from contextlib import contextmanager, suppress
from hashlib import sha256
from threading import Thread

import pytest
from django import conf
from django.urls import reverse
from django.utils import timezone

from crm.deployment.examinations import examine_machine
from crm.deployment.health import failing_probes
from crm.files.places import Away
from crm.models import Attachment
from crm.services import links
from crm.services.attachments import detach, files_without_row
from tests.crm.factories import SupportRequestFactory
from tests.impact.factories import MeasurementFactory, MetricFactory
from tests.journeys.site import free_port
from tests.kept import attach, sent, use_bucket

pytestmark = pytest.mark.django_db


@pytest.fixture
def away(settings, storage_server):
    """A bucket where nobody answers."""
    nowhere = {"RELAIS_S3_ENDPOINT": f"http://127.0.0.1:{free_port()}"}
    return use_bucket(settings, storage_server.new_bucket(**nowhere))


@pytest.fixture
def policy(storage_server, in_a_bucket):
    """Say who may do what in the bucket."""

    def say(effect, action):
        everything = f"arn:aws:s3:::{in_a_bucket.bucket_name}/*"
        rule = (
            f'{{"Effect":"{effect}","Principal":"*","Action":"{action}","Resource":"{everything}"}}'
        )
        storage_server.client.put_bucket_policy(
            Bucket=in_a_bucket.bucket_name,
            Policy=f'{{"Version":"2012-10-17","Statement":[{rule}]}}',
        )

    return say


@contextmanager
def hanging_up():
    """The port of a server that hangs up on everybody, and who called."""
    calls = []

    def hang_up():
        with suppress(OSError):
            while True:
                caller, address = listening.accept()
                calls.append(address)
                caller.close()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=hang_up, daemon=True).start()
        yield listening.getsockname()[1], calls


def said():
    return [
        message for message in examine_machine() if message.id in {"relais.E018", "relais.E019"}
    ]


class TestObject:
    def test_is_private_below_the_prefix_and_has_no_address(self, in_a_bucket, storage_server):
        row = attach(name="../évidence & <b>.PDF")

        [found] = storage_server.client.list_objects_v2(Bucket=in_a_bucket.bucket_name)["Contents"]
        acl = storage_server.client.get_object_acl(Bucket=in_a_bucket.bucket_name, Key=found["Key"])
        assert found["Key"] == f"of/relais/requests/{row.digest[:2]}/{row.digest}"
        assert [grant["Grantee"]["Type"] for grant in acl["Grants"]] == ["CanonicalUser"]
        with pytest.raises(NotImplementedError):
            row.file.url  # noqa: B018

    def test_is_there_once_however_often_it_is_sent(self, in_a_bucket):
        first, second = attach(), attach()

        assert [file.name for file in in_a_bucket.found()] == [first.file.name]
        assert first.file.name == second.file.name

    def test_of_a_name_that_leads_elsewhere_is_not_ours(self, in_a_bucket, storage_server):
        for key in ("requests/../../up", "requests//twice", "requests/folder/", "requests/a\\b"):
            storage_server.client.put_object(
                Bucket=in_a_bucket.bucket_name, Key=f"of/relais/{key}", Body=b"x"
            )

        assert list(in_a_bucket.found()) == []


STREAM = """
import resource, sys
from pathlib import Path
import django
django.setup()
from crm.files.places import place_in_use
place, name, path = place_in_use(), "requests/aa/large", Path(sys.argv[1])
place.keep("requests/aa/small", b"x", "")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
place.take(name, path)
place.fetch(name, path.with_name("back"))
assert place.is_whole(name, path.stat().st_size, sys.argv[2])
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.large
@pytest.mark.one_database
def test_a_large_file_passes_piece_by_piece(storage_server, tmp_path):
    path = tmp_path / "large"
    content = bytes(range(256)) * 4 * 1024 * 48
    path.write_bytes(content)
    environment = {"DJANGO_SETTINGS_MODULE": "crm.settings", "RELAIS_ENV_FILE": ""}

    done = subprocess.run(
        [sys.executable, "-c", STREAM, path, sha256(content).hexdigest()],
        env=environment | storage_server.new_bucket(),
        cwd=conf.settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "back").read_bytes() == content
    assert int(done.stdout) < 16  # MB, of 48


class TestAway:
    """Nobody answers: what was typed stays, nothing is half kept, and no page is an error."""

    @pytest.mark.parametrize(
        ("language", "words"), [("fr", "ne répond pas"), ("en", "does not answer")]
    )
    def test_a_file_is_refused_at_its_field(self, client, away, language, words):
        token = links.make_link(SupportRequestFactory(draft=True), "browser", at=timezone.now())
        client.cookies["relais-ask"] = token

        page = client.post(
            reverse("crm:ask-attach"),
            {"file": sent()},
            follow=True,
            headers={"accept-language": language},
        )

        assert page.status_code == 200
        assert words in page.content.decode()
        assert not Attachment.objects.exists()

    def test_evidence_is_too(self, client, away, member, coordinator):
        figure = MeasurementFactory(metric=MetricFactory(engagement__member=member), status="draft")
        client.force_login(coordinator)

        page = client.post(reverse("impact:evidence-create", args=[figure.pk]), {"file": sent()})

        assert page.status_code == 422
        assert list(page.context_data["form"].errors) == ["file"]

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_what_is_kept_is_not_called_lost(
        self, client, administrator, in_a_bucket, settings, storage_server, language
    ):
        row = attach()
        nowhere = {"RELAIS_S3_ENDPOINT": f"http://127.0.0.1:{free_port()}"}
        use_bucket(settings, storage_server.new_bucket(**nowhere))
        client.force_login(administrator)

        page = client.get(
            reverse("crm:attachment", args=[row.pk]), headers={"accept-language": language}
        )

        assert (page.status_code, page["Retry-After"]) == (503, "60")
        words = {"fr": "ne répond pas", "en": "does not answer"}[language]
        assert words in page.content.decode()

    def test_a_row_goes_and_its_bytes_are_left_for_later(
        self, in_a_bucket, settings, storage_server, django_capture_on_commit_callbacks
    ):
        row, there = attach(), settings.STORAGES
        nowhere = {"RELAIS_S3_ENDPOINT": f"http://127.0.0.1:{free_port()}"}
        use_bucket(settings, storage_server.new_bucket(**nowhere))
        with django_capture_on_commit_callbacks(execute=True):
            detach(row.request, row.pk)
        settings.STORAGES = there

        assert not Attachment.objects.exists()
        assert files_without_row(before=timezone.now()) == [row.file.name]

    def test_a_process_is_ready_once_it_has_reached_it_and_stays_so(self, settings, storage_server):
        given, server = storage_server.new_bucket(), storage_server.client
        use_bucket(settings, given | {"RELAIS_S3_BUCKET": "not-yet"})
        assert failing_probes() == ["files"]

        server.create_bucket(Bucket="not-yet")
        assert failing_probes() == []
        server.delete_bucket(Bucket="not-yet")
        assert failing_probes() == []

    def test_it_is_waited_for_once_and_then_left_alone(self, settings, storage_server):
        with hanging_up() as (port, calls):
            endpoint = {"RELAIS_S3_ENDPOINT": f"http://127.0.0.1:{port}"}
            place = use_bucket(settings, storage_server.new_bucket(**endpoint))
            for _each in range(3):
                with pytest.raises(Away):
                    place.read("requests/aa/x", most=1)
            asked = len(calls)
            assert [message.id for message in said()] == ["relais.E018"]

        assert asked == 2  # at once, and again
        assert len(calls) > asked

    def test_the_doctor_says_so_without_any_key(self, away):
        [message] = said()

        assert "EndpointConnectionError" in message.msg
        assert "CANARY" not in message.msg


class TestDoctor:
    def test_leaves_nothing_behind(self, in_a_bucket):
        assert said() == []
        assert list(in_a_bucket.found()) == []
        assert failing_probes() == []

    def test_knows_a_bucket_that_anybody_may_read(self, policy):
        policy("Allow", "s3:GetObject")

        assert [message.id for message in said()] == ["relais.E019"]

    def test_knows_one_in_which_we_may_not_write(self, policy):
        policy("Deny", "s3:PutObject")

        assert [message.id for message in said()] == ["relais.E018"]

    def test_knows_a_wrong_key(self, in_a_bucket, monkeypatch):
        monkeypatch.setattr("moto.settings.INITIAL_NO_AUTH_ACTION_COUNT", 0.0)  # it asks for keys

        [message] = said()
        assert "InvalidAccessKeyId" in message.msg

    def test_knows_one_that_is_not_there(self, settings, storage_server):
        use_bucket(settings, storage_server.new_bucket(RELAIS_S3_BUCKET="nobodys"))

        [message] = said()
        assert "NoSuchBucket" in message.msg
