"""Files are kept whole or not at all, whatever happens to the disk or the process in between."""

import os
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest
from django import conf
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from crm.files import storage
from crm.models import Attachment
from crm.services import links
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


@pytest.mark.django_db
class TestNoRoom:
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
