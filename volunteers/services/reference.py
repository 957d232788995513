"""The reference data of this app: skills."""

from collections.abc import Mapping
from typing import Any

from crm.services.reference import load_rows
from volunteers.models import Skill


def load_reference(tables: Mapping[str, list[dict[str, Any]]]) -> None:
    """The rows of fixtures/volunteers.json."""
    load_rows(Skill, tables["skills"], "name_fr")
