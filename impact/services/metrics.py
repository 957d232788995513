"""The indicators that an engagement follows: added with their target and rhythm, and changed in the open."""

from typing import Any  # the columns of a row, each of its own type

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.models import User
from engagements.models import Engagement
from engagements.services.locks import lock
from impact.models import Indicator, Metric


@transaction.atomic
def follow_indicator(
    engagement: Engagement,
    *,
    indicator: Indicator,
    by: User,
    reading: str = Metric.Reading.PERIODS,
    **facts: Any,
) -> Metric:
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
def change_metric(
    metric: Metric, *, by: User, why: str = "", seen: int | None = None, **facts: Any
) -> Metric:
    """Change its target, rhythm or caveat, saying why.

    Whether its measurements count their own period or since the beginning stays once there is one.
    """
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
