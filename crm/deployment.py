"""What production refuses: to start on the demo's database, and to count as deployed without a needed setting."""

from django.conf import settings
from django.core.checks import Error, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

from crm.models import User


def refuse_demo_accounts():
    """ImproperlyConfigured in production on a database with demo accounts, whose passwords are public."""
    if not settings.PRODUCTION:
        return
    try:
        demo = User.objects.filter(email__endswith=".example", is_active=True).exists()
    except DatabaseError:
        return  # not migrated yet, or out of reach, which /healthz/ shows
    if demo:
        raise ImproperlyConfigured(
            "This database holds demo accounts: production does not start on it."
        )


@register(deploy=True)
def proxies_are_counted(app_configs, **kwargs):
    """RELAIS_PROXIES must be set: behind a proxy that is not counted everybody shares one network, and its limits."""
    if not settings.PRODUCTION or settings.PROXIES is not None:
        return []
    return [
        Error(
            "RELAIS_PROXIES is not set: how many proxies stand in front of Relais?",
            hint="1 for one reverse proxy that appends to X-Forwarded-For; 0 where clients reach the process itself.",
            id="relais.E001",
        )
    ]
