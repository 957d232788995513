from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from engagements.services.locks import lock
from impact.models import Funding, Metric


@transaction.atomic
def follow(engagement, *, indicator, by, reading=Metric.Reading.PERIODS, **facts):
    """The engagement follows an indicator from now on; `facts` are its target and its rhythm."""
    lock(engagement)
    metric = Metric(
        engagement=engagement,
        indicator=indicator,
        reading=reading,
        position=engagement.metrics.count(),
        **facts,
    )
    return write.save(metric, by=by, why=because("Followed"))


@transaction.atomic
def change_metric(metric, *, by, why="", seen=None, **facts):
    """Its target, its order and what to know about it; how its figures are read stays once there is one."""
    lock(metric.engagement)
    metric, why = Metric.objects.select_for_update().get(pk=metric.pk), why.strip()
    write.refuse_if_stale(metric, seen)
    if write.changes_nothing(metric, facts):
        return metric
    if not why:
        raise Refused({"why": _("Say what changes, and why.")})
    if facts.get("reading", metric.reading) != metric.reading and metric.measurements.exists():
        raise Refused(
            {
                "reading": _(
                    "Figures are recorded under this reading: they would be added up otherwise."
                )
            }
        )
    for name, value in facts.items():
        setattr(metric, name, value)
    return write.save(metric, by=by, why=why, fields=[*facts, "every_from"])


@transaction.atomic
def fund(engagement, *, funder, starts_on, by, amount=None, reads_until=None):
    """The funder's people read the engagement's published impact from now on."""
    funding = Funding(
        engagement=engagement,
        funder=funder,
        amount=amount,
        starts_on=starts_on,
        reads_until=reads_until,
    )
    write.save(funding, by=by, why=because("Funded"))
    if not funder.is_funder:
        funder.is_funder = True
        write.save(funder, by=by, why=because("Funds an engagement"), fields=["is_funder"])
    return funding
