"""Production refuses what is only fit for development."""

import os
import subprocess
import sys

import pytest
from django import conf
from django.core.exceptions import ImproperlyConfigured

from crm.deployment import refuse_demo_accounts
from crm.models import User


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
            cwd=conf.settings.BASE_DIR,
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode != 0
        assert "ImproperlyConfigured" in done.stderr


@pytest.mark.django_db
class TestDemoAccounts:
    def test_production_does_not_start_on_the_demos_database(self, settings):
        User.objects.create_user("someone@relais.example", "x", full_name="Demo")
        refuse_demo_accounts()

        settings.PRODUCTION = True

        with pytest.raises(ImproperlyConfigured):
            refuse_demo_accounts()

    def test_production_starts_with_real_people(self, settings):
        User.objects.create_user("someone@association.fr", "x", full_name="Real")
        settings.PRODUCTION = True

        refuse_demo_accounts()
