"""What production says of settings that it does not start on."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from tests.production import settings_of


def refusal(**changes):
    """Why production does not start with these settings changed."""
    with pytest.raises(ImproperlyConfigured) as refused:
        settings_of(**changes)
    return str(refused.value)
