"""The list of engagements as a table, for CSV and spreadsheets alike."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from engagements.domain.health import Health
from engagements.models import Engagement


def table_of(
    rows: Iterable[tuple[Engagement, Health | None]],
) -> tuple[str, list[str], list[list[Any]]]:  # cells are texts, numbers or days
    """(title, header, rows) of a sheet, a row for each engagement in the order of the page."""
    header = [
        _("Engagement"),
        _("Supported organisation"),
        _("Health"),
        _("Reasons"),
        _("Stage"),
        _("Project lead"),
        _("Coordinator"),
        _("Next milestone"),
        _("Planned for"),
        _("Slip in days"),
        _("Last news"),
        _("Start"),
    ]
    return _("Engagements"), header, [_cells(*row) for row in rows]


def _cells(engagement: Engagement, health: Health | None) -> list[Any]:
    return [
        engagement.title,
        engagement.beneficiary.name,
        str(health.word) if health else "",
        " · ".join(health.reasons) if health and health.is_explained else "",
        engagement.get_stage_display(),
        engagement.lead_name,
        engagement.coordinator.full_name,
        engagement.next_title,
        engagement.next_planned_on,
        engagement.next_slip,
        engagement.last_news_on,
        engagement.started_on,
    ]
