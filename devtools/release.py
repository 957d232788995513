"""The archive of a release: what git has under its tag, a list of what is in it, and checksums."""

import hashlib
import re
import subprocess
import sys
import tarfile
import tomllib

from devtools.places import ROOT
from devtools.processes import say

FOLDER = ROOT / "dist"


def make(ref, folder=FOLDER):
    """relais-VERSION.tar.gz of the tag vVERSION, or of another commit to try it, named by that as well."""
    version = version_of_the_tree()
    name = f"relais-{version}"
    if ref:
        name += f"-{git('rev-parse', '--short', ref)}"
    elif f"v{version}" not in git("tag", "--points-at", "HEAD").split():
        sys.exit(f"HEAD has no tag v{version}. To try it without one: dev.py release --of HEAD")
    folder.mkdir(exist_ok=True)
    archive = folder / f"{name}.tar.gz"
    git("archive", f"--prefix={name}/", f"--output={archive}", ref or f"v{version}")
    files = [f"{digest}  {path}" for path, digest in contents(archive)]
    (folder / f"{name}.files.txt").write_text("\n".join(files) + "\n")
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    (folder / f"{archive.name}.sha256").write_text(f"{digest}  {archive.name}\n")
    say(f"{archive}: {len(files)} files; list and checksum beside it.")
    return 0


def version_of_the_tree():
    """The one version; it is an error where its three places do not agree."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    written = re.search(r'^RELEASE = "(.+?)"', (ROOT / "crm" / "settings.py").read_text(), re.M)[1]
    if project != written:
        sys.exit(f"pyproject.toml says {project}, crm/settings.py {written}.")
    return project


def contents(archive):
    """(path, digest) of each file in it."""
    with tarfile.open(archive) as opened:
        for member in opened.getmembers():
            if member.isfile():
                yield member.name, hashlib.sha256(opened.extractfile(member).read()).hexdigest()


def git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr.strip())
    return done.stdout.strip()
