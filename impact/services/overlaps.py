"""People counted by two engagements: declared by who runs both, with how it is known."""

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import number, plural_of
from crm.domain.refusals import Refused
from engagements.services.locks import lock
from impact.models import Metric, Overlap
from impact.selectors import totals


@transaction.atomic
def declare_overlap(first, second, *, by, today, **facts):
    """Of one pair once, whichever is named first; never more people than the smaller of the two figures."""
    first, second = sorted((first, second), key=lambda metric: metric.pk)
    _lock(first, second)
    overlap = Overlap(first=first, second=second, author=by, recorded_on=today, **facts)
    write.check(overlap)
    _refuse_more_than_counted(overlap)
    return write.save(overlap, by=by, why=because("Declared"))


@transaction.atomic
def change_overlap(overlap, *, by, today, why="", seen=None, **facts):
    """Another number, or another source, with a reason; whoever changes it declares it."""
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
def drop_overlap(overlap, *, by, seen=None):
    overlap = _locked(overlap)
    write.refuse_if_stale(overlap, seen)
    write.delete(overlap, by=by, why=because("Taken away"))


def _locked(overlap):
    return Overlap.objects.select_for_update(of=("self",)).for_list().get(pk=overlap.pk)


def _lock(*metrics):
    """Both engagements, always in the same order, so that two people never wait for each other."""
    for engagement in sorted({metric.engagement for metric in metrics}, key=lambda row: row.pk):
        lock(engagement)


def _refuse_more_than_counted(overlap):
    both = (overlap.first, overlap.second)
    found = totals.metric_totals(Metric.objects.filter(pk__in=[metric.pk for metric in both]))
    counts = {key: row.least for key, row in found.items()}
    for metric in both:
        if counts.get(metric.pk) is None:
            sentence = _(
                "“%(engagement)s” has no published figure to add yet: nobody can be in common with it."
            )
            raise Refused({"people": sentence % {"engagement": metric.engagement}})
        if overlap.people > counts[metric.pk]:
            sentence = ngettext(
                "“%(engagement)s” has counted %(count)s person: no more can be in common with it.",
                "“%(engagement)s” has counted %(count)s people: no more can be in common with it.",
                plural_of(counts[metric.pk]),
            )
            raise Refused(
                {
                    "people": sentence
                    % {"engagement": metric.engagement, "count": number(counts[metric.pk])}
                }
            )
