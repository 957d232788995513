"""The reference data of this app: the library of indicators."""

from collections.abc import Mapping
from typing import Any

from crm.services.reference import load_rows
from impact.models import Indicator


def load_reference(tables: Mapping[str, list[dict[str, Any]]]) -> None:
    """The rows of fixtures/impact.json; members may reword an indicator, so that only new ones are added.

    `sdg` is the number of a development goal, which is its key.
    """
    rows = [
        {"sdg_id" if name == "sdg" else name: value for name, value in row.items()}
        for row in tables["indicators"]
    ]
    load_rows(Indicator, rows, "code", refresh=False)
