"""The settings of a server with nothing in its environment but what is given, here or in a process of its own."""

import os
import runpy
import subprocess
import sys
from unittest import mock

from django.conf import settings
from django.core.checks.registry import registry
from django.test import override_settings

SETTINGS = {
    "RELAIS_ENV": "production",
    "RELAIS_ENV_FILE": "",  # whatever stands in this working copy
    "RELAIS_SECRET_KEY": "".join(map(chr, range(48, 120))),
    "RELAIS_HOSTS": "relais.association.fr",
    "RELAIS_PROXIES": "1",
    "RELAIS_URL": "https://relais.association.fr",
    "RELAIS_FROM": "relais@association.fr",
    "EMAIL_HOST": "smtp.association.fr",
}
NOTHING_SET = {"RELAIS_ENV_FILE": ""}
ASKED_BY_CHECKS = [
    "PRODUCTION",
    "PROXIES",
    "EMAIL_FILE_PATH",
    "SITE_URL",
    "ALLOWED_HOSTS",
    "DEFAULT_FROM_EMAIL",
    "UNREAD",
]


def settings_of(environment=SETTINGS, **changes):
    """{name: value} of all settings; an empty variable is one that is not set."""
    with mock.patch.dict(os.environ, environment | changes, clear=True):
        return runpy.run_path(str(settings.BASE_DIR / "crm" / "settings.py"))


def said_by_checks(**changes):
    """The ids of what our own checks of a deployment say with some settings changed."""
    given = settings_of(**changes)
    ours = [check for check in registry.deployment_checks if check.__module__.startswith("crm.")]
    with override_settings(**{name: given[name] for name in ASKED_BY_CHECKS}):
        return [said.id for check in ours for said in check(None)]


def run(*arguments, environment=SETTINGS, folder=settings.BASE_DIR):
    """Python with the arguments."""
    return subprocess.run(
        [sys.executable, *arguments],
        env={"PATH": os.environ["PATH"], **environment},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def manage(*arguments, **options):
    return run(str(settings.BASE_DIR / "manage.py"), *arguments, **options)


def deploy_check():
    """`check --deploy` of a server that has what the docs ask for, strict."""
    return manage("check", "--deploy", "--fail-level", "WARNING")
