"""What changed since a moment: the entries of the history of an engagement and of what hangs from it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import DateTimeField, Max, OuterRef, Subquery, Value
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
# What the words and figures of every engagement rest on: a change here changes their meaning without a trace in them.
DEFINITIONS = (Need, ReferenceFigure, MilestoneTemplate, HealthRule)
MAX_CHANGES = 200
EARLIEST_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class EngagementChange:
    """`moved` are the days by which a milestone was moved, or None."""

    engagement: int
    kind: str
    subject: str
    moved: int | None
    entry: history.HistoryEntry


def last_monday(today):
    """The Monday before today: what a week's work begins with."""
    return today - timedelta(days=today.weekday() or 7)


def moment(day):
    """The first moment of a day, as the reader's clock has it."""
    return timezone.make_aware(datetime.combine(day, time.min))


def changed_since(engagements, since):
    """The engagements that changed since a moment, with `changed_at`, in one expression for filter and order."""
    never = Value(moment(EARLIEST_DAY), output_field=DateTimeField())

    def latest(model, at, **of):
        rows = model.objects.filter(**of, **{f"{at}__gte": since}).order_by()
        return Coalesce(Subquery(rows.values(*of).annotate(at=Max(at)).values("at")), never)

    moments = [
        latest(part.history.model, "history_date", engagement=OuterRef("pk"))
        for part in SUBJECT_COLUMNS
    ]
    moments.append(latest(Engagement.history.model, "history_date", id=OuterRef("pk")))
    moments.append(latest(GatePass, "passed_at", engagement=OuterRef("pk")))
    return engagements.annotate(changed_at=Greatest(*moments)).filter(changed_at__gte=since)


def changes_of(keys, since):
    """The changes of the engagements with these keys since a moment, newest first, in a fixed number of queries."""
    found = [
        EngagementChange(row.id, str(Engagement._meta.verbose_name), "", None, entry)
        for row, _older, entry in history.entries_since(Engagement, since, id__in=keys)
    ]
    for model, column in SUBJECT_COLUMNS.items():
        kind = str(model._meta.verbose_name)
        for row, older, entry in history.entries_since(model, since, engagement__in=keys):
            subject = str(getattr(row, column) or "")
            found.append(
                EngagementChange(row.engagement_id, kind, subject, _moved(row, older), entry)
            )
    found += [_passed(gate_pass) for gate_pass in _passes(keys, since)]
    return sorted(found, key=lambda change: change.entry.at, reverse=True)


def definitions_changed(models, since):
    """[(what it is, Entry)] of changed definitions, newest first; what is only new changes nothing that stands."""
    found = [
        (row.instance, entry)
        for model in models
        for row, _older, entry in history.entries_since(model, since)
        if entry.changes
    ]
    return sorted(found, key=lambda pair: pair[1].at, reverse=True)[:MAX_CHANGES]


def _moved(row, older):
    if older is None or not hasattr(row, "planned_on") or row.planned_on == older.planned_on:
        return None
    return (row.planned_on - older.planned_on).days


def _passes(keys, since):
    return (
        GatePass.objects.filter(engagement__in=keys, passed_at__gte=since)
        .select_related("passed_by")
        .order_by("passed_at", "pk")
    )


def _passed(gate_pass):
    why = because("Let through: %(reason)s", reason=gate_pass.reason)
    entry = history.HistoryEntry(gate_pass.passed_at, gate_pass.passed_by, why, str(_("added")), ())
    return EngagementChange(
        gate_pass.engagement_id, str(GatePass._meta.verbose_name), gate_pass.sentence, None, entry
    )
