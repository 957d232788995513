"""Files are kept whole or not at all, whatever happens to the disk or the process in between."""

import errno
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from io import StringIO
from pathlib import Path

import pytest
from django import conf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import OperationalError, transaction
from django.urls import reverse
from django.utils import timezone

from crm.domain.refusals import Refused
from crm.files import storage
from crm.models import Attachment
from crm.services import attachments, links
from crm.services.attachments import kinds_of_files
from crm.web.errors import failed
from tests.crm.factories import SupportRequestFactory
from tests.impact.factories import MeasurementFactory, MetricFactory

CONTENT = b"%PDF-1.4 " + b"0123456789" * 200_000
DIGEST = sha256(CONTENT).hexdigest()
KEEP = """
import resource, signal, sys
from hashlib import sha256
from crm.files import storage
content = b"%PDF-1.4 " + b"0123456789" * 200_000
if sys.argv[2] == "killed":
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # the kernel ends the process at the byte that is one too many
if sys.argv[2] != "whole":
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
storage.keep(sys.argv[1], content, sha256(content).hexdigest())
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "requests" / DIGEST[:2] / DIGEST


def keep(path, how):
    return subprocess.run(
        [sys.executable, "-c", KEEP, path, how],
        cwd=conf.settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=False,
    )


class TestBytes:
    def test_a_full_disk_leaves_nothing_behind(self, path):
        done = keep(path, "full")

        assert "OSError" in done.stderr
        assert list(path.parent.iterdir()) == []

    def test_a_killed_process_leaves_nothing_under_the_digest(self, path):
        assert keep(path, "killed").returncode < 0

        assert [left.suffix for left in path.parent.iterdir()] == [storage.UNFINISHED]
        assert keep(path, "whole").returncode == 0
        assert path.read_bytes() == CONTENT

    @pytest.mark.parametrize("there", [b"", CONTENT[:1_000_000], b"X" + CONTENT[1:]])
    def test_half_a_file_that_stands_there_is_not_believed(self, path, there):
        path.parent.mkdir(parents=True)
        path.write_bytes(there)

        storage.keep(path, CONTENT, DIGEST)

        assert path.read_bytes() == CONTENT

    def test_a_whole_one_stays_and_is_meant_anew(self, path):
        storage.keep(path, CONTENT, DIGEST)
        inode = path.stat().st_ino
        os.utime(path, (0, 0))

        storage.keep(path, CONTENT, DIGEST)

        assert (path.stat().st_ino, path.stat().st_mtime > 0) == (inode, True)


def sent(content=b"%PDF-1.4 x"):
    return SimpleUploadedFile("a.pdf", content)


def attach(content=b"%PDF-1.4 x", request=None):
    return attachments.attach(request or SupportRequestFactory(), sent(content), at=timezone.now())


@pytest.mark.django_db
class TestRows:
    def test_the_next_upload_of_the_same_file_mends_the_half_one(self, settings):
        first = attach()
        Path(first.file.path).write_bytes(b"%PDF")

        second = attach()

        assert (
            Path(first.file.path).read_bytes()
            == Path(second.file.path).read_bytes()
            == b"%PDF-1.4 x"
        )

    def test_bytes_that_another_took_along_before_the_row_was_there_come_back(
        self, django_capture_on_commit_callbacks
    ):
        old = attach()
        with django_capture_on_commit_callbacks(execute=True):
            new = attach()  # found the bytes of the old one, and trusts them
            Path(new.file.path).unlink()  # whose row went in that moment

        assert Path(old.file.path).read_bytes() == b"%PDF-1.4 x"

    def test_bytes_that_a_new_row_names_meanwhile_stay(self, django_capture_on_commit_callbacks):
        old = attach()
        with django_capture_on_commit_callbacks(execute=True):
            attachments.detach(old.request, old.pk)
            new = attach()

        assert Path(new.file.path).read_bytes() == b"%PDF-1.4 x"

    def test_nothing_is_kept_of_what_is_refused(self, settings):
        request = SupportRequestFactory()
        attach(request=request)

        with pytest.raises(Refused):
            attach(request=request)

        assert Attachment.objects.count() == 1


@pytest.mark.django_db
class TestDoors:
    """No room: a sentence in the reader's language, and no row. A file in place of the folder stands for the disk."""

    @pytest.mark.parametrize(
        ("language", "words"), [("fr", "plus de place"), ("en", "has no room")]
    )
    def test_attachments(self, client, settings, language, words):
        draft = SupportRequestFactory(draft=True)
        token = links.make_link(draft, "browser", at=timezone.now())
        client.cookies["relais-ask"] = token
        (Path(settings.MEDIA_ROOT) / "requests").write_bytes(b"")

        page = client.post(
            reverse("crm:ask-attach"),
            {"file": sent()},
            follow=True,
            headers={"accept-language": language},
        )

        assert page.status_code == 200
        assert words in page.content.decode()
        assert not Attachment.objects.exists()

    @pytest.mark.parametrize(
        ("language", "words"), [("fr", "plus de place"), ("en", "has no room")]
    )
    def test_evidence(self, client, settings, member, coordinator, language, words):
        figure = MeasurementFactory(metric=MetricFactory(engagement__member=member), status="draft")
        client.force_login(coordinator)
        (Path(settings.MEDIA_ROOT) / "evidence").write_bytes(b"")

        page = client.post(
            reverse("impact:evidence-create", args=[figure.pk]),
            {"file": sent()},
            headers={"accept-language": language},
        )

        assert page.status_code == 422
        assert words in page.context_data["form"].errors["file"][0]
        assert not figure.evidence.exists()

    @pytest.mark.parametrize("there", [None, b"%PDF", b"%PDF-1.4 y"])
    def test_what_is_lost_is_said_and_never_sent_as_if_it_were_whole(
        self, client, administrator, there
    ):
        attachment = attach()
        Path(attachment.file.path).unlink()
        if there is not None:
            Path(attachment.file.path).write_bytes(there)
        client.force_login(administrator)

        page = client.get(
            reverse("crm:attachment", args=[attachment.pk]), headers={"accept-language": "en"}
        )

        assert page.status_code == 404
        assert "is no longer kept whole" in page.content.decode()


@pytest.mark.django_db
class TestCommand:
    def run(self, **options):
        out = StringIO()
        try:
            call_command("files", stdout=out, **options)
        except CommandError as error:
            return out.getvalue().splitlines(), str(error)
        return out.getvalue().splitlines(), ""

    def orphan(self, settings, name, days):
        path = Path(settings.MEDIA_ROOT) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
        then = (timezone.now() - timedelta(days=days)).timestamp()
        os.utime(path, (then, then))
        return path

    def test_all_is_well(self):
        attach()

        assert self.run() == (["Every row has its file."], "")

    def test_every_kind_of_file_is_known(self):
        assert {model._meta.label for model in kinds_of_files()} == {
            "crm.Attachment",
            "impact.Evidence",
        }

    def test_rows_that_lost_their_file_are_named_and_end_in_error(self):
        whole, half, other = (attach(b"%PDF-1.4 " + word) for word in (b"a", b"b", b"c"))
        Path(whole.file.path).unlink()
        Path(half.file.path).write_bytes(b"%PDF-1.4 X")

        lines, error = self.run()

        assert [line.partition(":")[0] for line in lines] == [
            f"crm.Attachment {whole.pk}",
            f"crm.Attachment {half.pk}",
        ]
        assert "2 rows" in error
        assert Path(other.file.path).exists()

    def test_files_without_row_are_named_and_nothing_is_removed_unasked(self, settings):
        unfinished = self.orphan(settings, "requests/aa/.half.part", 3)

        assert self.run()[0][0] == "requests/aa/.half.part: no row"
        assert unfinished.exists()

    def test_on_request_those_go_that_nobody_named_for_a_day(self, settings):
        attachment = attach()
        os.utime(attachment.file.path, (0, 0))
        old = self.orphan(settings, "evidence/bb/old", 2)
        new = self.orphan(settings, "requests/aa/new", 0)
        foreign = self.orphan(settings, "something-else/old", 9)

        lines, _error = self.run(remove=True)

        assert lines == [
            "evidence/bb/old: no row, removed",
            "requests/aa/new: no row",
            "Every row has its file.",
        ]
        assert [path.exists() for path in (Path(attachment.file.path), old, new, foreign)] == [
            True,
            False,
            True,
            True,
        ]


@pytest.mark.django_db
def test_a_rolled_back_upload_is_an_orphan_and_no_row():
    with transaction.atomic():
        attach()
        transaction.set_rollback(True)

    assert not Attachment.objects.exists()
    assert len(attachments.files_without_row(before=timezone.now() + timedelta(seconds=1))) == 1


class TestTheDatabase:
    def answer(self, error, request):
        """What Django asks while it handles the error."""
        try:
            raise error
        except Exception:
            return failed(request)

    @pytest.mark.parametrize(
        ("error", "status"),
        [
            (OSError(errno.ENOSPC, "No space left on device"), 507),
            (OperationalError("database or disk is full"), 507),
            (OperationalError("could not extend file: No space left on device"), 507),
            (OSError(errno.EACCES, "Permission denied"), 500),
            (OperationalError("database is locked"), 500),
        ],
    )
    def test_a_full_disk_is_called_by_its_name(self, rf, error, status):
        answer = self.answer(error, rf.post("/"))

        assert answer.status_code == status
        assert ("no room left" in answer.content.decode()) == (status == 507)

    def test_in_a_database_that_cannot_grow(self, rf, tmp_path):
        """The words of SQLite itself, so that they are noticed should they change."""
        with closing(sqlite3.connect(tmp_path / "small.db")) as small:
            small.execute("PRAGMA max_page_count = 2")
            small.execute("CREATE TABLE a (b)")
            with pytest.raises(sqlite3.OperationalError) as full:
                small.execute("INSERT INTO a VALUES (zeroblob(100000))")

        assert self.answer(OperationalError(*full.value.args), rf.post("/")).status_code == 507
