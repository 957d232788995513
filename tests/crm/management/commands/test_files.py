"""Rows without their file, and files without a row."""

import os
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from crm.models import Attachment
from crm.services import attachments
from crm.services.attachments import kinds_of_files
from tests.kept import attach, bytes_of, put_aside


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

    @pytest.mark.usefixtures("each_place")
    def test_rows_that_lost_their_file_are_named_and_end_in_error(self):
        whole, half, other = (attach(b"%PDF-1.4 " + word) for word in (b"a", b"b", b"c"))
        put_aside(whole)
        put_aside(half, b"%PDF-1.4 X")

        lines, error = self.run()

        assert [line.partition(":")[0] for line in lines] == [
            f"crm.Attachment {whole.pk}",
            f"crm.Attachment {half.pk}",
        ]
        assert "2 rows" in error
        assert bytes_of(other) == b"%PDF-1.4 c"

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
@pytest.mark.usefixtures("each_place")
def test_a_rolled_back_upload_is_an_orphan_that_goes_and_no_row():
    kept = attach(b"%PDF-1.4 kept")
    with transaction.atomic():
        lost = attach()
        transaction.set_rollback(True)
    soon = timezone.now() + timedelta(seconds=2)

    assert not Attachment.objects.filter(digest=lost.digest).exists()
    assert attachments.files_without_row(before=soon) == [lost.file.name]
    assert attachments.drop_files_without_row(before=soon) == [lost.file.name]
    assert attachments.files_without_row(before=soon) == []
    assert bytes_of(kept) == b"%PDF-1.4 kept"
