"""What production does not start on."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from crm.deployment.start import refuse_demo_accounts
from crm.models import User


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
