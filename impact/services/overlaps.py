"""People counted by two engagements: declared by who runs both, with how it is known."""

from datetime import date
from typing import Any  # the columns of a row, each of its own type

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import number, plural_of
from crm.domain.refusals import Refused
from crm.models import User
from engagements.services.locks import lock
from impact.models import Metric, Overlap
from impact.selectors import totals


@transaction.atomic
def declare_overlap(
    first: Metric, second: Metric, *, by: User, today: date, **facts: Any
) -> Overlap:
    """Declare it once for a pair, in either order; never more people than the smaller of the two counts."""
    first, second = sorted((first, second), key=lambda metric: metric.pk)
    _lock_engagements(first, second)
    overlap = Overlap(first=first, second=second, author=by, recorded_on=today, **facts)
    write.check(overlap)
    _refuse_more_than_counted(overlap)
    return write.save(overlap, by=by, why=because("Declared"))


@transaction.atomic
def change_overlap(
    overlap: Overlap,
    *,
    by: User,
    today: date,
    why: str = "",
    seen: int | None = None,
    **facts: Any,
) -> Overlap:
    """Change the number or the source, with a reason; whoever changes it becomes the one who declares it."""
    overlap, why = _locked(overlap), why.strip()
    write.refuse_if_stale(overlap, seen)
    if write.changes_nothing(overlap, facts):
        return overlap
    if not why:
        raise Refused({"why": _("Say what changes, and why.")})
    facts |= {"author": by, "recorded_on": today}
    for name, value in facts.items():
        setattr(overlap, name, value)
    write.check(overlap)
    _refuse_more_than_counted(overlap)
    return write.save(overlap, by=by, why=why, fields=list(facts))


@transaction.atomic
def drop_overlap(overlap: Overlap, *, by: User, seen: int | None = None) -> None:
    overlap = _locked(overlap)
    write.refuse_if_stale(overlap, seen)
    write.delete(overlap, by=by, why=because("Taken away"))


def _locked(overlap: Overlap) -> Overlap:
    return Overlap.objects.select_for_update(of=("self",)).for_list().get(pk=overlap.pk)


def _lock_engagements(*metrics: Metric) -> None:
    """Lock the engagements of the metrics, always in the order of their keys, so that there is no deadlock."""
    for engagement in sorted({metric.engagement for metric in metrics}, key=lambda row: row.pk):
        lock(engagement)


def _refuse_more_than_counted(overlap: Overlap) -> None:
    metrics = (overlap.first, overlap.second)
    counted = totals.metric_totals(Metric.objects.filter(pk__in=[metric.pk for metric in metrics]))
    for metric in metrics:
        total = counted.get(metric.pk)
        if total is None or total.least is None:
            sentence = _(
                "“%(engagement)s” has no published figure to add yet: nobody can be in common with it."
            )
            raise Refused({"people": sentence % {"engagement": metric.engagement}})
        if overlap.people > total.least:
            sentence = ngettext(
                "“%(engagement)s” has counted %(count)s person: no more can be in common with it.",
                "“%(engagement)s” has counted %(count)s people: no more can be in common with it.",
                plural_of(total.least),
            )
            words = {"engagement": metric.engagement, "count": number(total.least)}
            raise Refused({"people": sentence % words})
