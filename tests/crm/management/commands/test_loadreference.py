"""The reference data is loaded whole or not at all."""

import pytest
from django.core.management import call_command

from crm.models import Sdg


def fail(tables):
    raise ValueError("This file was cut off.")


@pytest.mark.django_db
def test_a_file_that_fails_leaves_nothing_of_those_before_it(settings):
    crm = {"crm.json": settings.REFERENCE_DATA["crm.json"]}
    settings.REFERENCE_DATA = crm | {"impact.json": f"{__name__}.fail"}

    with pytest.raises(ValueError, match="cut off"):
        call_command("loadreference")
    assert not Sdg.objects.exists()

    settings.REFERENCE_DATA = crm
    call_command("loadreference")
    assert Sdg.objects.exists()
