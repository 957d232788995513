import pytest

from crm.deployment.oidc import Provider

NOBODY_THERE = (
    "http://127.0.0.1:9"  # it answers nobody: the way there is asked about, not what comes after it
)


@pytest.fixture(autouse=True)
def provider_of_identities(settings):
    """Where none is set, its addresses do not exist: tests/crm/views/test_provider.py."""
    settings.OIDC = Provider(
        NOBODY_THERE, "relais", "between us", "Association ID", (NOBODY_THERE,)
    )
