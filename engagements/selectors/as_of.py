"""An engagement as it was at the end of a day, read from the history tables in a fixed number of queries."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import history
from crm.domain.formatting import day_text
from crm.domain.refusals import Refused
from engagements.models import (
    Blocker,
    Decision,
    Engagement,
    LeadAppointment,
    Milestone,
    ProgressLog,
    Risk,
    Solution,
)

MAX_LOGS = 10


@dataclass(frozen=True)
class EngagementAsOf:
    """An engagement as it was at the end of the day `on`; `leads` are the appointments as they were written down then.

    `engagement` is its history row: of a class that simple-history makes, with the columns of Engagement.
    """

    on: date
    engagement: Any
    leads: list[LeadAppointment]
    milestones: list[Milestone]
    blockers: list[Blocker]
    decisions: list[Decision]
    risks: list[Risk]
    solutions: list[Solution]
    logs: list[ProgressLog]

    @property
    def lead(self) -> LeadAppointment | None:
        """Who led on that day, as it was written down by then."""
        current = (
            lead for lead in self.leads if lead.starts_on <= self.on <= (lead.ends_on or self.on)
        )
        return next(current, None)


def engagement_as_of(engagement: Engagement, on: date, today: date) -> EngagementAsOf:
    """The engagement at the end of a day. Refused for a day to come, and for one before its history begins."""
    if on > today:
        raise Refused({"on": _("Choose today or a day in the past.")})
    moment = _end_of(on)
    row = history.as_of(
        Engagement, moment, "coordinator", "member", "stand_in", id=engagement.pk
    ).first()
    if row is None:
        first = engagement.history.order_by("history_date", "history_id").first()
        day = day_text(timezone.localdate(first.history_date)) if first else day_text(today)
        raise Refused(
            {
                "on": _("Relais has known this engagement since %(day)s: choose a later day.")
                % {"day": day}
            }
        )
    read = _reader(engagement, moment)
    return EngagementAsOf(
        on=on,
        engagement=row,
        leads=read(LeadAppointment, "contact", order=("-starts_on", "-id")),
        milestones=read(Milestone, "owner", "accepted_by", order=("planned_on", "id")),
        blockers=read(Blocker, "owner", "opened_by", order=("opened_on", "id"), resolved_on=None),
        decisions=read(
            Decision, "owner", "owner_lead__contact", order=("decided_on", "id"), done_on=None
        ),
        risks=read(Risk, "owner", "owner_lead__contact", order=("review_on", "id"), closed_on=None),
        solutions=read(Solution, order=("name", "id")),
        logs=read(ProgressLog, "author", order=("-week", "-id"), limit=MAX_LOGS),
    )


# The rows are of whichever model is asked for, and the conditions of the types of its columns.
def _reader(engagement: Engagement, moment: datetime) -> Callable[..., list[Any]]:
    """A function that gives the rows of a model that hung from the engagement at that moment."""

    def read(
        model: type[Model],
        *related: str,
        order: Sequence[str],
        limit: int | None = None,
        **conditions: Any,
    ) -> list[Any]:
        rows = (
            history.as_of(model, moment, *related, engagement=engagement.pk)
            .filter(**conditions)
            .order_by(*order)
        )
        return [_as_instance(row, related) for row in rows[:limit]]

    return read


def _as_instance(row: Any, related: Sequence[str]) -> Any:
    """A history row as an instance of its own model, which knows its slip or its severity, with its relations set."""
    instance = row.instance
    for name in (path.partition("__")[0] for path in related):
        setattr(instance, name, getattr(row, name))
    return instance


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
