"""All files go from the folder to the bucket and back, whole, however often it is begun."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from crm.files.places import Folder, place_in_use
from tests.journeys.site import free_port
from tests.kept import attach, bytes_of, put_aside, use_bucket

pytestmark = pytest.mark.django_db


def move(*arguments):
    """What it says, and how it ends."""
    out, end = StringIO(), ""
    try:
        call_command("movefiles", *arguments, stdout=out)
    except CommandError as error:
        end = str(error)
    return out.getvalue().splitlines(), end


@pytest.fixture
def rows():
    """Three files in the folder, one of them named by two rows."""
    return [attach(b"%PDF-1.4 " + word) for word in (b"a", b"b", b"c", b"c")]


@pytest.fixture
def bucket(rows, settings, storage_server):
    return use_bucket(settings, storage_server.new_bucket())


def test_there_and_back(rows, bucket, settings):
    assert move("--to", "bucket", "--dry-run") == (["to be copied: 3"], "")
    assert list(bucket.found()) == []

    assert move("--to", "bucket") == (["copied: 3"], "")
    assert move("--to", "bucket") == (["there already: 3"], "")
    assert [bytes_of(row)[-1:] for row in rows] == [b"a", b"b", b"c", b"c"]
    assert len(list(Folder().found())) == 3

    assert move("--to", "bucket", "--remove")[0][-1] == "removed from the folder: 3"
    assert list(Folder().found()) == []
    assert move("--to", "folder") == (["copied: 3"], "")
    assert all(Folder().is_whole(row.file.name, row.size, row.digest) for row in rows)
    assert len(list(bucket.found())) == 3


def test_goes_on_where_it_stopped_and_mends_what_is_half_there(rows, bucket):
    move("--to", "bucket")
    put_aside(rows[0], b"%PDF")
    put_aside(rows[1], b"%PDF-1.4 X")

    assert move("--to", "bucket") == (["copied: 2", "there already: 1"], "")
    assert [bytes_of(row)[-1:] for row in rows] == [b"a", b"b", b"c", b"c"]


def test_names_what_is_lost_carries_the_rest_and_removes_nothing(rows, bucket):
    Path(Folder().path(rows[0].file.name)).write_bytes(b"%PDF-1.4 X")

    lines, end = move("--to", "bucket", "--remove")

    assert (
        f"crm.Attachment {rows[0].pk}: {rows[0].file.name} is missing, or not what was kept"
        in lines
    )
    assert "copied: 2" in lines
    assert end == "1 files were not copied; the others are there."
    assert len(list(Folder().found())) == 3
    assert len(list(bucket.found())) == 2


def test_stops_in_words_where_nobody_answers(rows, settings, storage_server):
    nowhere = {"RELAIS_S3_ENDPOINT": f"http://127.0.0.1:{free_port()}"}
    use_bucket(settings, storage_server.new_bucket(**nowhere))

    assert "goes on when it is run again" in move("--to", "bucket")[1]


def test_asks_for_a_bucket():
    assert isinstance(place_in_use(), Folder)
    assert "RELAIS_S3_BUCKET" in move("--to", "bucket")[1]


@pytest.mark.parametrize("other", [["--to", "folder"], ["--to", "bucket", "--dry-run"]])
def test_removes_nothing_that_is_in_use(bucket, other):
    assert "--remove goes with" in move(*other, "--remove")[1]
