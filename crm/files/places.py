"""Where the bytes of kept files are: a folder, or a bucket (`crm.files.bucket`), asked for the same in the same words.

Names are relative, with slashes; which one is in use says `STORAGES`. Nothing here gives out an address of a file.
"""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, Protocol, cast

from django.core.files.storage import FileSystemStorage, storages

from crm.files import storage


class Away(OSError):
    """The place does not answer, or refuses what it is asked; the message says how it said so."""


class Found(NamedTuple):
    name: str
    size: int
    touched_at: datetime


class Place(Protocol):
    """FileNotFoundError where a file is not there, another OSError where the place fails."""

    def keep(self, name: str, content: bytes, digest: str) -> None:
        """Store the bytes, whole or not at all. What is there already is touched, and mended if it is damaged."""

    def take(self, name: str, path: Path) -> None:
        """Store the file at the path, of any size, whole or not at all."""

    def fetch(self, name: str, path: Path) -> None:
        """Write the file to the path, whatever its size."""

    def read(self, name: str, *, most: int) -> bytes:
        """The first bytes of the file, no more than so many."""

    def has(self, name: str, size: int) -> bool:
        """Whether a file of that size is there, without reading it."""

    def is_whole(self, name: str, size: int, digest: str) -> bool:
        """Whether the file holds so many bytes with that digest: it is read."""

    def found(self, folder: str = "") -> Iterator[Found]:
        """All files below the folder, by name."""

    def get_modified_time(self, name: str) -> datetime:
        """When it was last stored or touched."""

    def delete(self, name: str) -> None:
        """Also where there is none of that name."""

    def one_at_a_time(self) -> AbstractContextManager[None]:
        """Who deletes bytes and who makes sure that theirs are there wait for each other, on all machines."""

    def check(self) -> None:
        """Away where nothing could be read or stored there."""


def place_in_use() -> Place:
    return cast(Place, storages["default"])


class Folder(FileSystemStorage):
    """Below RELAIS_FILES."""

    def keep(self, name: str, content: bytes, digest: str) -> None:
        storage.keep(self.path(name), content, digest)

    def take(self, name: str, path: Path) -> None:
        with storage.whole_or_not_at_all(Path(self.path(name))) as file, path.open("rb") as source:
            shutil.copyfileobj(source, file)

    def fetch(self, name: str, path: Path) -> None:
        shutil.copy2(self.path(name), path)

    def read(self, name: str, *, most: int) -> bytes:
        with self.open(name) as file:
            return cast(bytes, file.read(most))

    def has(self, name: str, size: int) -> bool:
        path = Path(self.path(name))
        return path.is_file() and path.stat().st_size == size

    def is_whole(self, name: str, size: int, digest: str) -> bool:
        return storage.is_whole(self.path(name), size, digest)

    def found(self, folder: str = "") -> Iterator[Found]:
        root = Path(self.location)
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and path != root / storage.LOCK:
                known = path.stat()
                touched_at = datetime.fromtimestamp(known.st_mtime, tz=UTC)
                yield Found(path.relative_to(root).as_posix(), known.st_size, touched_at)

    def one_at_a_time(self) -> AbstractContextManager[None]:
        return storage.one_at_a_time(self.location)

    def check(self) -> None:
        """That there is room, and that Relais may write, is asked of each folder that grows (crm.deployment.probes)."""
