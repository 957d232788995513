"""What deploy/ and the pages on operations name is there: settings that are read, commands, units, paths."""

import hashlib
import re
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.management import get_commands

from crm.deployment import env_file
from devtools import release
from tests.production import settings_of

ROOT = settings.BASE_DIR
DEPLOY = ROOT / "deploy"
FILES = [path for path in sorted(DEPLOY.rglob("*")) if path.is_file()]
PAGES = [
    ROOT / "docs" / f"{name}.md"
    for name in ("operations-small", "operations-coalition", "settings", "two-machines")
]
ELSEWHERE = {"RELAIS_NAME", "RELAIS_WEB"}  # of compose.yaml and Caddyfile alone
VARIABLE = re.compile(r"\b(?:RELAIS|EMAIL)_[A-Z_]+\b")


def names(paths):
    return [path.relative_to(ROOT).as_posix() for path in paths]


@pytest.mark.parametrize("path", [*FILES, *PAGES], ids=names([*FILES, *PAGES]))
def test_each_setting_that_is_named_is_read(path):
    asked = settings_of()["env"].asked | ELSEWHERE
    named = set(VARIABLE.findall(path.read_text()))

    assert {name for name in named if name not in asked and not name.endswith("_")} == set()


@pytest.mark.parametrize("path", [*FILES, *PAGES], ids=names([*FILES, *PAGES]))
def test_each_command_that_is_named_exists(path):
    text = path.read_text()
    named = set(re.findall(r'(?:manage\.py|manage "\$[a-z]+"|^    relais) ([a-z]+)\b', text, re.M))
    named |= set(re.findall(r"relais-job@([a-z]+)", text))

    assert named - get_commands().keys() == set()


@pytest.mark.parametrize("path", PAGES, ids=names(PAGES))
def test_each_file_that_a_page_names_exists(path):
    text = path.read_text()
    named = re.findall(r"(?<![\w./])((?:deploy|requirements|tests)/[\w./@-]+\w)", text)
    named += [f"docs/{link}" for link in re.findall(r"\]\(([\w-]+\.md)\)", text)]

    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_sample_of_settings_is_one_that_production_takes(tmp_path):
    given = env_file.read(DEPLOY / "relais.env.sample")
    key = tmp_path / "key"
    key.write_text("k" * 60)

    found = settings_of(given | {"RELAIS_SECRET_KEY_FILE": str(key), "RELAIS_ENV_FILE": ""})

    assert found["PRODUCTION"]
    assert found["UNREAD"] == []


def test_the_target_wants_units_that_are_there_and_all_that_do_something():
    units = DEPLOY / "systemd"
    wanted = re.search(r"^Wants=(.+)$", (units / "relais.target").read_text(), re.M)[1].split()
    there = {path.name for path in units.iterdir() if "@" not in path.name}

    # Where one machine does both, the web processes do its work.
    assert {*wanted, "relais.target", "relais-worker.service"} == there
    for name in wanted:
        assert name in (ROOT / "docs" / "operations-small.md").read_text()
    assert "relais-worker.service" in (ROOT / "docs" / "operations-coalition.md").read_text()


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd-analyze")
def test_systemd_understands_the_units(tmp_path):
    """Its paths are those of a server: each is taken for a command that this machine has."""
    for path in (DEPLOY / "systemd").iterdir():
        text = path.read_text()
        text = re.sub(r"/opt/relais/current/\.venv/bin/\w+", "/bin/true", text)
        (tmp_path / path.name).write_text(text)
    units = [str(path) for path in tmp_path.iterdir() if "@" not in path.name]

    done = subprocess.run(
        [shutil.which("systemd-analyze"), "verify", *units], capture_output=True, text=True
    )

    assert [line for line in done.stderr.splitlines() if str(tmp_path) in line] == []


def test_what_starts_pages_leaves_their_number_to_one_file():
    started = [(DEPLOY / name).read_text() for name in ("Dockerfile", "systemd/relais-web.service")]

    assert not [text for text in started if "--workers" in text or "--threads" in text]
    assert "workers = 2" in (ROOT / "gunicorn.conf.py").read_text()


def test_shells_understand_the_scripts():
    for shell, name in (("bash", "relais-release"), ("sh", "relais"), ("sh", "nightly.sh")):
        subprocess.run([shell, "-n", str(DEPLOY / name)], check=True)
        assert (DEPLOY / name).stat().st_mode & 0o100


def test_a_command_is_run_from_anywhere_with_the_settings_of_the_server_and_read_by_nobody_else(
    tmp_path,
):
    python = tmp_path / "current" / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\necho "$@" in "$PWD" by "$RELAIS_ENV_FILE" "$(umask)"\n')
    python.chmod(0o755)
    nobody_set_up = {"PATH": "/usr/bin:/bin", "RELEASE_ROOT": str(tmp_path), "RELEASE_USER": ""}

    done = subprocess.run(
        [DEPLOY / "relais", "doctor", "--mail", "a b"],
        env=nobody_set_up,
        cwd="/",
        capture_output=True,
        text=True,
    )

    assert done.stdout == (
        f"manage.py doctor --mail a b in {tmp_path}/current by /etc/relais/relais.env 0077\n"
    )


def test_compose_names_files_and_sets_that_are_there():
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    dockerfile = (DEPLOY / "Dockerfile").read_text()

    assert set(compose["services"]) == {"web", "worker", "nightly", "database", "proxy"}
    build = compose["services"]["web"]["build"]
    assert (DEPLOY / build["context"] / build["dockerfile"]).samefile(DEPLOY / "Dockerfile")
    for name in re.search(r'ARG SETS="(.+)"', dockerfile)[1].split():
        assert (ROOT / "requirements" / f"{name}.txt").exists()


def test_requests_are_as_large_for_proxies_as_for_us():
    assert "client_max_body_size 20m" in (DEPLOY / "nginx.conf").read_text()
    assert "max_size 20MB" in (DEPLOY / "Caddyfile").read_text()


@pytest.mark.parametrize(
    "path",
    [
        "/ask/r/x/",
        "/way-in/r/x/",
        "/impact/shared/open/x/",
        "/mails/stop/x/",
        "/login/provider/back/?code=x",
    ],
)
def test_addresses_that_are_secrets_stay_out_of_the_log_of_nginx(path):
    patterns = re.findall(r"^    ~(\S+) 0;$", (DEPLOY / "nginx.conf").read_text(), re.M)

    assert any(re.search(pattern, path) for pattern in patterns)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dist")
    release.make("HEAD", folder)
    return folder


class TestRelease:
    def test_has_one_version(self):
        assert release.version_of_the_tree() == settings.RELEASE

    def test_holds_what_a_server_needs(self, made):
        with tarfile.open(next(made.glob("*.tar.gz"))) as archive:
            members = {member.name.partition("/")[2]: member for member in archive.getmembers()}

        assert members["deploy/relais-release"].mode & 0o111
        for name in ("manage.py", "crm/locale/fr/LC_MESSAGES/django.mo", "requirements/run.txt"):
            assert name in members
        assert not any(name.endswith((".sqlite3", ".env")) for name in members)

    def test_has_its_checksums_beside_it(self, made):
        archive = next(made.glob("*.tar.gz"))
        digest, name = Path(f"{archive}.sha256").read_text().split()
        listed = next(made.glob("*.files.txt")).read_text()

        assert (digest, name) == (hashlib.sha256(archive.read_bytes()).hexdigest(), archive.name)
        content = hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest()
        assert f"{content}  {archive.name.removesuffix('.tar.gz')}/LICENSE" in listed
