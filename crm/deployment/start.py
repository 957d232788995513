"""What production refuses to start on."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.urls import get_resolver

from crm.models import User


def refuse_demo_accounts():
    """ImproperlyConfigured in production on a database with demo accounts, whose passwords are public."""
    if not settings.PRODUCTION:
        return
    try:
        demo = has_demo_accounts()
    except DatabaseError:
        return  # not migrated yet, or out of reach, which /healthz/ready shows
    if demo:
        raise ImproperlyConfigured(
            "This database holds demo accounts: production does not start on it."
        )


def has_demo_accounts() -> bool:
    return User.objects.filter(email__endswith=".example", is_active=True).exists()


def load_addresses() -> None:
    """Load all pages before the first request is taken: else whoever comes first to each process waits for them."""
    get_resolver().url_patterns  # noqa: B018 — reading them loads them
