"""All files from one place to another: those of rows, each read whole before it is stored and again afterwards."""

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory

from crm.files import storage
from crm.files.places import Place
from crm.models import KeptFile
from crm.services.attachments import kinds_of_files


class Outcome(Enum):
    WAITS = "to be copied"
    COPIED = "copied"
    THERE = "there already"
    LOST = "missing, or not what was kept"
    REFUSED = "damaged on its way"


def copy_files(source: Place, target: Place, *, dry: bool) -> Iterator[tuple[KeptFile, Outcome]]:
    """Each file and what became of it. Run again, it goes on where it stopped; nothing is deleted."""
    with TemporaryDirectory() as folder:
        for row in _one_row_a_file():
            if target.is_whole(str(row.file), row.size, row.digest):
                yield row, Outcome.THERE
            elif dry:
                yield row, Outcome.WAITS
            elif outcome := _copy(row, source, target, Path(folder) / "file"):
                yield row, outcome


def _copy(row: KeptFile, source: Place, target: Place, path: Path) -> Outcome | None:
    """None where its row has gone meanwhile."""
    name = str(row.file)
    try:
        source.fetch(name, path)
    except FileNotFoundError:
        path.unlink(missing_ok=True)
    if not storage.is_whole(path, row.size, row.digest):
        return Outcome.LOST if type(row)._default_manager.filter(file=name).exists() else None
    target.take(name, path)
    return Outcome.COPIED if target.is_whole(name, row.size, row.digest) else Outcome.REFUSED


def drop_copied(source: Place, target: Place) -> Iterator[KeptFile]:
    """Delete at the source what is whole at the target, and nothing else."""
    for row in _one_row_a_file():
        name = str(row.file)
        if source.has(name, row.size) and target.is_whole(name, row.size, row.digest):
            source.delete(name)
            yield row


def _one_row_a_file() -> Iterator[KeptFile]:
    for model in kinds_of_files():
        before = ""
        for row in model._default_manager.order_by("file", "pk").iterator():
            if str(row.file) != before:
                yield row
            before = str(row.file)
