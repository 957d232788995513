"""Backups in a folder: of the database as one file, and of the attachments, linked to those of the backup before.
Attachments are copied out of a bucket as well.

    2026-11-29T0400/database.sqlite3 (or .dump of pg_dump)   2026-11-29T0400/files/…

The database comes first: a file too many does no harm, a row whose file is missing does. A backup appears under its
name once it is whole.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from django.db import connection
from django.db.backends.sqlite3._functions import register  # type: ignore[import-untyped]

from crm.files.places import place_in_use

NAME = "%Y-%m-%dT%H%M%S"
NAMED = re.compile(r"\d{4}-\d\d-\d\dT\d{6}")


class BackupFailed(Exception):
    """Why, in the words of whatever failed."""


def backups_in(folder: Path) -> list[Path]:
    """The whole ones, the oldest first."""
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if NAMED.fullmatch(path.name))


def moment_of(backup: Path) -> datetime:
    return datetime.strptime(backup.name, NAME).astimezone()


def back_up(folder: Path, *, at: datetime, keep: int) -> Path:
    """A new backup; of all that stand there then, only the newest `keep` are kept."""
    before = backups_in(folder)
    backup = folder / at.astimezone().strftime(NAME)
    partial = folder / f"{backup.name}.partial"
    os.makedirs(partial, mode=0o700)
    try:
        if connection.vendor == "sqlite":
            _copy_sqlite(Path(connection.settings_dict["NAME"]), partial / "database.sqlite3")
        else:
            _run_tool("pg_dump", "--format=custom", "--no-owner", f"--file={partial}/database.dump")
        _copy_files(partial, before[-1:])
        partial.rename(backup)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    for old in [*before, backup][:-keep]:
        shutil.rmtree(old)
    return backup


def restore(backup: Path) -> None:
    """Put the database back as it was then, and the files that have gone since; nothing may use them meanwhile."""
    connection.close()
    if (copy := backup / "database.sqlite3").is_file() and connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        fresh = path.with_name(f"{path.name}.restored")
        _copy_sqlite(copy, fresh)
        for rest in ("-wal", "-shm"):
            path.with_name(path.name + rest).unlink(missing_ok=True)
        fresh.replace(path)
    elif (dump := backup / "database.dump").is_file() and connection.vendor == "postgresql":
        # What newer migrations have made is in no dump, and would be in the way of the next upgrade.
        _run_tool("psql", "--quiet", "--command=DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        _run_tool("pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(dump))
    else:
        raise BackupFailed(f"{backup} holds no backup of this kind of database.")
    _bring_files_back(backup / "files")


def _copy_sqlite(source: Path, target: Path) -> None:
    """By SQLite itself: a plain copy of a running database is none."""
    if not source.is_file():
        raise BackupFailed(f"{source} is missing.")
    with closing(sqlite3.connect(source)) as read, closing(sqlite3.connect(target)) as written:
        read.backup(written)
        register(written)  # Django's functions, which indexes of ours call
        if written.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise BackupFailed(f"The copy of {source} is damaged.")
    target.chmod(0o600)


def _run_tool(name: str, *options: str) -> None:
    """A tool of PostgreSQL on our database; its password travels in the environment, where no list shows it."""
    arguments, secrets = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    *where, database = arguments[1:]
    command = [name, *where, f"--dbname={database}", *options]
    try:
        done = subprocess.run(  # noqa: S603
            command,
            env={**os.environ, **(secrets or {})},
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError as error:
        raise BackupFailed(f"{name} does not start: {error.strerror}.") from error
    if done.returncode != 0:
        raise BackupFailed(f"{name}: {done.stderr.strip()}")


def _copy_files(backup: Path, before: list[Path]) -> None:
    """Files never change once they are written, so what the backup before has is linked and not copied."""
    place = place_in_use()
    for file in place.found():
        copy = backup / "files" / file.name
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not (before and _link(before[0] / "files" / file.name, copy, size=file.size)):
            with suppress(FileNotFoundError):  # deleted a moment ago
                place.fetch(file.name, copy)


def _bring_files_back(copies: Path) -> None:
    place = place_in_use()
    for path in sorted(copies.rglob("*")):
        name = path.relative_to(copies).as_posix()
        if path.is_file() and not place.has(name, path.stat().st_size):
            place.take(name, path)


def _link(older: Path, copy: Path, *, size: int) -> bool:
    try:
        if older.stat().st_size != size:
            return False
        copy.hardlink_to(older)
    except OSError:
        return False
    return True
