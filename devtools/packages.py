"""The virtual environment .venv and the locked packages in it, made when first needed."""

import subprocess
import sys

from devtools.places import PYTHON, ROOT, VENV
from devtools.processes import call, say

STAMP = VENV / "relais-installed.txt"


def set_up(*groups):
    """Install the locked packages of requirements/<group>.txt in .venv, once."""
    files = [ROOT / "requirements" / f"{group}.txt" for group in groups]
    pins = {line for file in files for line in file.read_text().splitlines() if "==" in line}
    if pins <= pins_installed() and answers("-c", ""):
        return
    make_venv()
    names = ", ".join(f"requirements/{file.name}" for file in files)
    say(f"Installing {len(pins)} packages ({names}); this is needed once.")
    pip = ["-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"]
    wanted = [part for file in files for part in ("-r", file)]
    if call([PYTHON, *pip, "--only-binary", ":all:", "--require-hashes", *wanted]) != 0:
        sys.exit("The packages could not be installed; pip's reason is above.")
    fresh = {pin.split("==")[0] for pin in pins}
    kept = {pin for pin in pins_installed() if pin.split("==")[0] not in fresh}
    STAMP.write_text("\n".join(sorted(pins | kept)) + "\n")


def pins_installed():
    return set(STAMP.read_text().splitlines()) if STAMP.exists() else set()


def make_venv():
    if answers("-m", "pip", "--version"):
        return
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        sys.exit(
            "Python's venv is missing. On Debian and Ubuntu: sudo apt-get install python3-venv"
        )
    afresh = [] if answers("-c", "") else ["--clear"]
    if call([sys.executable, "-m", "venv", *afresh, VENV]) != 0:
        sys.exit("The virtual environment .venv could not be made; the reason is above.")


def answers(*arguments):
    """Whether .venv has a Python that works: it may be missing, half made or of an older system."""
    try:
        return subprocess.run([PYTHON, *arguments], capture_output=True).returncode == 0
    except OSError:
        return False
