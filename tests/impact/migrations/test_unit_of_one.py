"""Units of before get their single one."""

import pytest

from impact.models import Indicator
from tests.impact.factories import IndicatorFactory
from tests.migrations import one_by_one


@pytest.mark.django_db
def test_units_of_before_got_their_single_one_in_their_history_too():
    """Else whoever changed such an indicator next would stand in its history as having written it."""
    executor, _newest = one_by_one()
    migration = executor.loader.get_migration("impact", "0018_unit_of_one")
    fill = next(op.code for op in migration.operations if hasattr(op, "code"))
    indicator = IndicatorFactory(unit_fr="personnes", unit_en="people")
    for model in (Indicator, Indicator.history.model):
        model.objects.update(unit_one_fr="", unit_one_en="")

    fill(executor.loader.project_state([("impact", "0018_unit_of_one")]).apps, None)

    indicator.refresh_from_db()
    line = indicator.history.get()
    assert (indicator.unit_one_fr, indicator.unit_one_en) == ("personne", "person")
    assert (line.unit_one_fr, line.unit_one_en) == ("personne", "person")
