"""How bytes get to the disk: whole or not at all, whenever the power fails or the disk is full."""

import os
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

try:
    import fcntl
except ImportError:
    # Systems other than Unix have neither locks of files nor folders that can be synchronised.
    fcntl = None  # type: ignore[assignment]  # the checker knows the module as a module only

UNFINISHED = ".part"
LOCK = ".lock"
PIECE = 1024 * 1024  # bytes that are read at once


def keep(path, content, digest):
    """Write the content at the path. A file that is there already is trusted only after reading it."""
    path = Path(path)
    if is_whole(path, len(content), digest):
        os.utime(path)  # so that who deletes old files without a row sees that this one is wanted
        return
    with whole_or_not_at_all(path) as file:
        file.write(content)


@contextmanager
def whole_or_not_at_all(path):
    """A file to write in, which stands at the path once all of it is on the disk."""
    _make_folder(path.parent)
    unfinished = path.with_name(f".{path.name[:32]}.{token_hex(8)}{UNFINISHED}")
    try:
        with unfinished.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    _sync(path.parent)


def is_whole(path, size, digest):
    """Whether the file holds so many bytes with that digest."""
    try:
        with Path(path).open("rb") as file:
            return os.fstat(file.fileno()).st_size == size and digest_of(file) == digest
    except FileNotFoundError:
        return False


def digest_of(file):
    """The SHA-256 of what it still holds, read piece by piece."""
    found = sha256()
    while piece := file.read(PIECE):
        found.update(piece)
    return found.hexdigest()


@contextmanager
def one_at_a_time(root):
    """A lock below the folder: who deletes bytes and who makes sure that theirs are there wait for each other."""
    root = Path(root)
    root.mkdir(parents=True, exist_ok=True)
    with (root / LOCK).open("a") as file:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _make_folder(folder):
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync(folder.parent)


def _sync(folder):
    """Write the folder to the disk: only then is the name of a new file in it safe."""
    if fcntl is None:
        return
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
