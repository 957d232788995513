"""The browser of the journeys and of the pictures."""

import os
import shutil
import subprocess
from pathlib import Path

from devtools.places import PYTHON


def find_chromium():
    """The path of a Chromium or Chrome: $CHROMIUM, the system's, else Playwright's own; else None."""
    mac = "/Applications/{0}.app/Contents/MacOS/{0}"
    names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
    names += [mac.format("Chromium"), mac.format("Google Chrome")]
    for name in [os.environ.get("CHROMIUM"), *names]:
        if name and (path := shutil.which(name)):
            return path
    where = (
        "from playwright.sync_api import sync_playwright as play\n"
        "with play() as browsers: print(browsers.chromium.executable_path)"
    )
    asked = subprocess.run([PYTHON, "-c", where], capture_output=True, text=True)
    path = asked.stdout.strip()
    return path if path and Path(path).exists() else None
