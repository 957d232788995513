"""The life of a measurement: one person records it, another one approves it, then it is published."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any  # the columns of a row, each of its own type

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.models import User
from engagements.services.locks import lock
from impact.models import Measurement, Metric
from impact.services.breakdowns import GroupFacts, facts_of_groups, refuse_groups, set_groups
from impact.services.observations import refuse_decrease, refuse_double_counting, refuse_unfit

Status = Measurement.Status
MOVES: dict[str, set[Measurement.Status]] = {
    Status.DRAFT: {Status.SUBMITTED},
    Status.SUBMITTED: {Status.DRAFT, Status.APPROVED},
    Status.APPROVED: {Status.DRAFT, Status.PUBLISHED},
    Status.PUBLISHED: set(),
}


@transaction.atomic
def record_measurement(
    metric: Metric,
    *,
    by: User,
    today: date,
    corrects: Measurement | None = None,
    groups: Sequence[GroupFacts] = (),
    submits: bool = False,
    **facts: Any,
) -> Measurement:
    """Record a measurement and its groups as a draft; with `submits`, submitted for approval at once.

    A correction is a new row that points to the old one.
    """
    lock(metric.engagement)
    if corrects is not None and Measurement.objects.filter(corrects=corrects).exists():
        raise Refused(_("This figure has been corrected already: correct the correction."))
    measurement = Measurement(
        metric=metric, author=by, recorded_on=today, corrects=corrects, **facts
    )
    refuse_unfit(measurement, metric, today)
    _refuse_beside(measurement, metric)
    refuse_groups(measurement, groups)
    write.save(measurement, by=by, why=because("Corrected") if corrects else because("Recorded"))
    set_groups(measurement, groups, by=by)
    return submit_measurement(measurement, by=by) if submits else measurement


@transaction.atomic
def change_draft(
    measurement: Measurement,
    *,
    by: User,
    today: date,
    seen: int | None = None,
    groups: Sequence[GroupFacts] | None = None,
    **facts: Any,
) -> Measurement:
    """Change a measurement that nobody has been asked to approve yet; `groups` None leaves those that it has."""
    measurement = _locked(measurement)
    write.refuse_if_stale(measurement, seen)
    if measurement.status != Status.DRAFT:
        raise Refused(
            _("Only a draft is changed: take it back first, or correct it by a new figure.")
        )
    for name, value in facts.items():
        setattr(measurement, name, value)
    refuse_unfit(measurement, measurement.metric, today)
    _refuse_beside(measurement, measurement.metric)
    groups = facts_of_groups(measurement) if groups is None else groups
    refuse_groups(measurement, groups)
    groups_changed = set_groups(measurement, groups, by=by)
    return write.save(
        measurement, by=by, why=because("Changed"), fields=list(facts), beside=groups_changed
    )


@transaction.atomic
def delete_draft(measurement: Measurement, *, by: User, seen: int | None = None) -> None:
    measurement = _locked(measurement)
    write.refuse_if_stale(measurement, seen)
    if measurement.status != Status.DRAFT:
        raise Refused(
            _("Only a draft is taken away: what was published is corrected by a new figure.")
        )
    write.delete(measurement, by=by, why=because("Taken away"))


@transaction.atomic
def submit_measurement(
    measurement: Measurement, *, by: User, seen: int | None = None
) -> Measurement:
    """Ask somebody else to approve it."""
    measurement = _moved(measurement, Status.SUBMITTED)
    write.refuse_if_stale(measurement, seen)
    measurement.returned_why = ""
    return write.save(
        measurement, by=by, why=because("Submitted"), fields=["status", "returned_why"]
    )


@transaction.atomic
def return_measurement(
    measurement: Measurement, *, reason: str, by: User, seen: int | None = None
) -> Measurement:
    """Make it a draft again, saying what is to mend; its author takes it back in the same way."""
    measurement = _moved(measurement, Status.DRAFT)
    write.refuse_if_stale(measurement, seen)
    measurement.returned_why, measurement.approved_by = reason.strip(), None
    return write.save(
        measurement, by=by, why=reason.strip(), fields=["status", "returned_why", "approved_by"]
    )


@transaction.atomic
def approve_measurement(measurement: Measurement, *, by: User, seen: int | None) -> Measurement:
    """A second person, who did not record it, approves the version that they have read."""
    measurement = _moved(measurement, Status.APPROVED)
    write.refuse_unread(measurement, seen)
    if by.pk == measurement.author_id:
        raise Refused(_("You wrote this figure: somebody else approves it."))
    measurement.approved_by = by
    return write.save(measurement, by=by, why=because("Approved"), fields=["status", "approved_by"])


@transaction.atomic
def publish_measurement(
    measurement: Measurement, *, by: User, at: datetime, seen: int | None
) -> Measurement:
    """Publish it: from now on funders read it.

    The lock keeps a report of the engagement from being frozen meanwhile: it has the measurement whole or not at all.
    """
    lock(measurement.metric.engagement)
    measurement = _moved(measurement, Status.PUBLISHED)
    write.refuse_unread(measurement, seen)
    measurement.published_at = at
    return write.save(
        measurement, by=by, why=because("Published"), fields=["status", "published_at"]
    )


def _refuse_beside(measurement: Measurement, metric: Metric) -> None:
    """Hold it against the other measurements of its series in any state, except the one that it corrects."""
    rows = Measurement.objects.filter(metric=metric, counts_in_total=True, correction=None)
    rows = rows.exclude(pk__in=[pk for pk in (measurement.pk, measurement.corrects_id) if pk])
    others = list(
        rows.order_by("window_end", "pk").values_list("window_start", "window_end", "count")
    )
    refuse_double_counting(measurement, metric, [(first, last) for first, last, _count in others])
    refuse_decrease(
        measurement, metric, [(last, count) for _first, last, count in others if count is not None]
    )


def _locked(measurement: Measurement) -> Measurement:
    rows = Measurement.objects.select_for_update(of=("self",)).select_related("metric__indicator")
    return rows.get(pk=measurement.pk)


def _moved(measurement: Measurement, to: Measurement.Status) -> Measurement:
    """The locked row in its new state, not saved yet; Refused where MOVES does not allow it."""
    measurement = _locked(measurement)
    if to not in MOVES[Status(measurement.status)]:
        raise Refused(_refusals()[to] % {"state": measurement.get_status_display()})
    measurement.status = to
    return measurement


def _refusals() -> dict[Measurement.Status, str]:
    return {
        Status.DRAFT: _(
            "This figure is “%(state)s”: only one that waits or is approved goes back."
        ),
        Status.SUBMITTED: _("This figure is “%(state)s”: it is submitted already."),
        Status.APPROVED: _("This figure is “%(state)s”: only one that was submitted is approved."),
        Status.PUBLISHED: _(
            "This figure is “%(state)s”: only one that somebody else approved is published."
        ),
    }
