"""Production refuses what is only fit for development."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as django_settings


class TestSettings:
    @pytest.mark.parametrize(
        "environment",
        [
            {},
            {"RELAIS_SECRET_KEY": "short", "RELAIS_HOSTS": "relais.example"},
            {"RELAIS_SECRET_KEY": "k" * 60},
            {"RELAIS_SECRET_KEY": "k" * 60, "RELAIS_HOSTS": "relais.example", "RELAIS_DEBUG": "1"},
        ],
    )
    def test_production_refuses_what_is_only_fit_for_development(self, environment):
        done = subprocess.run(
            [sys.executable, "manage.py", "check"],
            env={"PATH": os.environ["PATH"], "RELAIS_ENV": "production"} | environment,
            cwd=django_settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode != 0
        assert "ImproperlyConfigured" in done.stderr
