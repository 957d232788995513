"""Where things are: the clone, its virtual environment, a folder for what nobody keeps."""

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
APPS = ["crm", "engagements", "volunteers", "impact"]
WINDOWS = os.name == "nt"
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")


@contextmanager
def temporary_folder():
    # Not $TMPDIR: a socket's address has room for about 100 characters.
    folder = Path(tempfile.mkdtemp(prefix="relais-", dir=None if WINDOWS else "/tmp"))  # noqa: S108
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
