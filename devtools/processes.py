"""Processes that have our screen and our environment, and that end when we do."""

import os
import subprocess
import sys
from contextlib import contextmanager, suppress

from devtools.places import BIN, PYTHON, ROOT


def say(*lines):
    print(*lines, sep="\n", flush=True)


def call(command, **changes):
    """Run to the end with our screen; never leave the process behind."""
    try:
        process = subprocess.Popen(
            [str(part) for part in command], cwd=ROOT, env=environment(**changes)
        )
    except OSError as reason:
        sys.exit(f"{command[0]} does not start: {reason.strerror}.")
    try:
        return process.wait()
    except KeyboardInterrupt:  # the process had the Ctrl-C as well
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        raise
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait()


@contextmanager
def beside(*arguments, **changes):
    """A command of manage.py that runs meanwhile, on our screen."""
    command = [str(PYTHON), "manage.py", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, env=environment(**changes))
    try:
        yield
    finally:
        process.terminate()
        process.wait()


def environment(**changes):
    path = os.pathsep.join([str(BIN), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path, "DJANGO_SETTINGS_MODULE": "crm.settings", **changes}


def manage(*arguments, **changes):
    return call([PYTHON, "manage.py", *arguments], **changes)
