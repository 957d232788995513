"""At which fields a service, or the database behind it, refuses."""

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from crm.domain.refusals import by_field


def refused_fields(call, *args, **kwargs):
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        call(*args, **kwargs)
    return by_field(refused.value)
