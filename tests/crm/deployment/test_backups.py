"""A backup holds rows and files as they were, and brings them back."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from crm.deployment.backups import NAME, backups_in
from crm.deployment.examinations import examine_machine
from tests.empty_database import copy_tables_to, empty_database
from tests.kept import use_bucket
from tests.production import SETTINGS, manage

SETUP = ["setup", "--organisation=A", "--name=Zoé Première", "--email=zoe@partage.test"]
NAMES = "from crm.models import Organisation as O; "
SAY = NAMES + "print(*O.objects.values_list('name', flat=True))"
CHANGE = NAMES + "O.objects.update(name='Somewhere else')"


def server_in(folder, address):
    """Runs a command on a Relais of its own; gives what it prints."""
    environment = SETTINGS | {
        "DATABASE_URL": address,
        "RELAIS_FILES": str(folder / "files"),
        "RELAIS_BACKUPS": str(folder / "backups"),
    }

    def run(*arguments, ends=0, **changes):
        done = manage(*arguments, environment=environment | changes)
        assert done.returncode == ends, done.stderr
        return (done.stderr if ends else done.stdout).strip()

    return run


@pytest.fixture
def server(tmp_path, db):
    """One that was set up, on the kind of database that the tests run on."""
    with empty_database("relais_backups", tmp_path) as address:
        copy_tables_to(tmp_path / "relais_backups.sqlite3")
        run = server_in(tmp_path, address)
        run(*SETUP)
        yield run


@pytest.fixture
def empty_server(tmp_path):
    """One with a database of SQLite that has no tables of ours: a copy is one of whatever stands in it."""
    path = tmp_path / "relais_backups.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE words (word)")
    return server_in(tmp_path, f"sqlite:///{path}")


def shell(code):
    return "shell", "--no-imports", "-c", code


def test_what_was_lost_since_is_back_once_it_is_restored(server, tmp_path):
    kept = tmp_path / "files" / "ab" / "kept"
    kept.parent.mkdir(parents=True)
    kept.write_text("an attachment")
    backup = server("backup")
    kept.unlink()
    server(*shell(CHANGE))
    assert server(*shell(SAY)) == "Somewhere else"

    assert "will be lost" in server("restore", backup, ends=1)
    server("restore", backup, "--yes")

    assert server(*shell(SAY)) == "A"
    assert kept.read_text() == "an attachment"
    assert Path(backup).stat().st_mode & 0o777 == 0o700


class TestFolder:
    pytestmark = pytest.mark.one_database

    def test_files_are_copied_once(self, empty_server, tmp_path):
        (tmp_path / "files").mkdir()
        (tmp_path / "files" / "kept").write_text("an attachment")

        first, second = (Path(empty_server("backup")) for _ in range(2))

        assert (first / "files" / "kept").samefile(second / "files" / "kept")

    def test_the_oldest_go(self, empty_server, tmp_path):
        made = [empty_server("backup", "--keep", "2") for _ in range(3)]

        assert [str(backup) for backup in backups_in(tmp_path / "backups")] == made[1:]

    def test_nothing_is_left_of_one_that_fails(self, empty_server, tmp_path):
        (tmp_path / "relais_backups.sqlite3").unlink()

        assert "No backup was made" in empty_server("backup", ends=1)
        assert list((tmp_path / "backups").iterdir()) == []


def test_a_place_is_asked_for():
    with pytest.raises(CommandError, match="RELAIS_BACKUPS"):
        call_command("backup")


def test_what_is_no_backup_is_not_restored(tmp_path):
    with pytest.raises(CommandError, match="not the name of a backup"):
        call_command("restore", str(tmp_path), yes=True)


@pytest.mark.parametrize(("hours", "said"), [(1, []), (47, []), (49, ["relais.E014"])])
def test_the_doctor_knows_how_old_the_last_one_is(settings, tmp_path, hours, said):
    settings.BACKUPS = tmp_path
    (tmp_path / (timezone.now() - timedelta(hours=hours)).astimezone().strftime(NAME)).mkdir()

    assert [message.id for message in examine_machine() if message.id == "relais.E014"] == said


@pytest.mark.one_database
def test_what_is_in_a_bucket_is_copied_and_brought_back(
    tmp_path, settings, storage_server, empty_server
):
    given = storage_server.new_bucket()
    bucket = use_bucket(settings, given)
    for name in ("requests/aa/kept", "evidence/bb/lost"):
        bucket.keep(name, name.encode(), "")

    first, second = (Path(empty_server("backup", **given)) for _ in range(2))
    bucket.delete("evidence/bb/lost")
    empty_server("restore", str(second), "--yes", **given)

    assert (first / "files/requests/aa/kept").samefile(second / "files/requests/aa/kept")
    assert bucket.read("evidence/bb/lost", most=99) == b"evidence/bb/lost"
    assert not (tmp_path / "files").exists()
    assert "No backup was made: bucket" in empty_server(
        "backup", ends=1, **given | {"RELAIS_S3_BUCKET": "nobodys"}
    )
