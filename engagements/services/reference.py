"""The reference data of this app: the milestones that a roadmap can begin with."""

from collections.abc import Mapping
from typing import Any

from crm.services.reference import load_rows
from engagements.models import MilestoneTemplate


def load_reference(tables: Mapping[str, list[dict[str, Any]]]) -> None:
    """The rows of fixtures/engagements.json; administrators may reword a template, so that only new ones are added."""
    load_rows(MilestoneTemplate, tables["milestone_templates"], "code", refresh=False)
