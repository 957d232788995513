"""What changed since a moment: the entries of the history of an engagement and of what hangs from it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from django.db.models import DateTimeField, Max, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from crm.audit import history
from crm.audit.reasons import because
from crm.models import Need, ReferenceFigure
from engagements.models import (
    Blocker,
    Decision,
    Engagement,
    EngagementQuerySet,
    GatePass,
    HealthRule,
    LeadAppointment,
    Milestone,
    MilestoneTemplate,
    Risk,
    Solution,
)

# What hangs from an engagement, and the column that names one of them for the reader.
SUBJECT_COLUMNS = {
    LeadAppointment: "contact",
    Milestone: "title",
    Blocker: "text",
    Decision: "title",
    Risk: "title",
    Solution: "name",
}
# Shared definitions: a change here changes what engagements and measurements mean, without a trace in them.
DEFINITIONS = (Need, ReferenceFigure, MilestoneTemplate, HealthRule)
MAX_CHANGES = 200
EARLIEST_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class EngagementChange:
    """One entry of the history of an engagement (its key) or of what hangs from it.

    `kind` and `subject` say what changed, `moved` by how many days a milestone was moved, or None.
    """

    engagement: int
    kind: str
    subject: str
    moved: int | None
    entry: history.HistoryEntry


def last_monday(today: date) -> date:
    """The Monday before today; on a Monday the one of last week."""
    return today - timedelta(days=today.weekday() or 7)


def moment(day: date) -> datetime:
    """The first moment of a day in the time zone of the request."""
    return timezone.make_aware(datetime.combine(day, time.min))


def changed_since(engagements: EngagementQuerySet, since: datetime) -> EngagementQuerySet:
    """The engagements that changed since a moment, with `changed_at`, one expression to filter and to order by."""
    never = Value(moment(EARLIEST_DAY), output_field=DateTimeField())

    def latest(model: type[Model], at: str, **key: OuterRef) -> Coalesce:
        rows = model._default_manager.filter(**key, **{f"{at}__gte": since}).order_by()
        return Coalesce(Subquery(rows.values(*key).annotate(at=Max(at)).values("at")), never)

    moments = [
        latest(history.history_of(part).model, "history_date", engagement=OuterRef("pk"))
        for part in SUBJECT_COLUMNS
    ]
    moments.append(latest(Engagement.history.model, "history_date", id=OuterRef("pk")))
    moments.append(latest(GatePass, "passed_at", engagement=OuterRef("pk")))
    return engagements.annotate(changed_at=Greatest(*moments)).filter(Q(changed_at__gte=since))


def changes_of(keys: Collection[int], since: datetime) -> list[EngagementChange]:
    """The changes of the engagements with these keys since a moment, newest first, in a fixed number of queries."""
    changes = [
        EngagementChange(row.id, str(Engagement._meta.verbose_name), "", None, entry)
        for row, _older, entry in history.entries_since(Engagement, since, id__in=keys)
    ]
    for model, column in SUBJECT_COLUMNS.items():
        kind = str(model._meta.verbose_name)
        for row, older, entry in history.entries_since(model, since, engagement__in=keys):
            subject = str(getattr(row, column) or "")
            changes.append(
                EngagementChange(row.engagement_id, kind, subject, _moved(row, older), entry)
            )
    changes += [_passed(gate_pass) for gate_pass in _passes(keys, since)]
    return sorted(changes, key=lambda change: change.entry.at, reverse=True)


class DefinitionChange(NamedTuple):
    definition: Model
    entry: history.HistoryEntry


def definitions_changed(models: Iterable[type[Model]], since: datetime) -> list[DefinitionChange]:
    """Changes of definitions, newest first; a definition that is only new changes nothing that stands."""
    changes = [
        DefinitionChange(row.instance, entry)
        for model in models
        for row, _older, entry in history.entries_since(model, since)
        if entry.changes
    ]
    return sorted(changes, key=lambda change: change.entry.at, reverse=True)[:MAX_CHANGES]


def _moved(row: Any, older: Any) -> int | None:  # history rows of whichever model
    """The days by which a milestone was moved; None of another change, and of another model."""
    if older is None or not hasattr(row, "planned_on") or row.planned_on == older.planned_on:
        return None
    return (row.planned_on - older.planned_on).days


def _passes(keys: Collection[int], since: datetime) -> QuerySet[GatePass]:
    return (
        GatePass.objects.filter(engagement__in=keys, passed_at__gte=since)
        .select_related("passed_by")
        .order_by("passed_at", "pk")
    )


def _passed(gate_pass: GatePass) -> EngagementChange:
    why = because("Let through: %(reason)s", reason=gate_pass.reason)
    entry = history.HistoryEntry(gate_pass.passed_at, gate_pass.passed_by, why, str(_("added")), ())
    return EngagementChange(
        gate_pass.engagement_id, str(GatePass._meta.verbose_name), gate_pass.sentence, None, entry
    )
