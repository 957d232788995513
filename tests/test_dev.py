"""`dev.py` before anything is installed: it is what installs."""

import re
import subprocess
import sys

import pytest

from devtools.places import ROOT

COMMANDS = [
    "run",
    "test",
    "thorough",
    "clock",
    "bench",
    "mutants",
    "messages",
    "screens",
    "release",
    "postgres",
]
BARE = [sys.executable, "-S", "-E", "dev.py"]  # no packages, no PYTHONPATH


@pytest.mark.parametrize("command", COMMANDS)
def test_bare_python_knows_each_command(command):
    done = subprocess.run([*BARE, command, "-h"], cwd=ROOT, capture_output=True, text=True)

    assert done.stderr == ""
    assert done.stdout.startswith(f"usage: dev.py {command} ")


def test_readme_names_each_command():
    readme = (ROOT / "README.md").read_text()

    assert [name for name in COMMANDS if f"python3 dev.py {name}" not in readme] == []


def test_no_command_is_forgotten_here():
    done = subprocess.run([*BARE, "no such"], cwd=ROOT, capture_output=True, text=True)

    assert re.findall(r"\w+", done.stderr.partition("choose from")[2]) == COMMANDS
