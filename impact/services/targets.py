"""What an engagement wants to reach, period by period: set ahead, and changed in the open once the period has begun."""

from datetime import date
from typing import Any  # the columns of a row, each of its own type

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import day_text
from crm.domain.refusals import Refused
from crm.models import User
from engagements.services.locks import lock
from impact.models import Metric, Target

MAX_TARGETS = 120  # of one metric: ten years of months


@transaction.atomic
def set_target(metric: Metric, *, by: User, today: date, **facts: Any) -> Target:
    lock(metric.engagement)
    if metric.targets.count() >= MAX_TARGETS:
        raise Refused(_("A metric has at most %(most)s targets.") % {"most": MAX_TARGETS})
    target = Target(metric=metric, set_on=today, **facts)
    _refuse_window(target)
    return write.save(target, by=by, why=because("Set"))


@transaction.atomic
def change_target(
    target: Target,
    *,
    by: User,
    today: date,
    why: str = "",
    seen: int | None = None,
    **facts: Any,
) -> Target:
    """Change it; where the period has begun, before or after the change, with a reason that its readers see."""
    target, why = _locked(target), why.strip()
    write.refuse_if_stale(target, seen)
    if write.changes_nothing(target, facts):
        return target
    has_begun = min(target.window_start, facts.get("window_start", target.window_start)) <= today
    if has_begun and not why:
        raise Refused({"why": _("This period has begun: say what changes, and why.")})
    facts |= {"amended_on": today, "amended_why": why} if has_begun else {"set_on": today}
    for name, value in facts.items():
        setattr(target, name, value)
    _refuse_window(target)
    return write.save(target, by=by, why=why or because("Changed"), fields=list(facts))


@transaction.atomic
def drop_target(
    target: Target, *, by: User, today: date, why: str = "", seen: int | None = None
) -> None:
    """Delete it; where its period has begun, with a reason, which the history keeps."""
    target, why = _locked(target), why.strip()
    write.refuse_if_stale(target, seen)
    if target.window_start <= today and not why:
        raise Refused({"why": _("This period has begun: say why its target is taken away.")})
    write.delete(target, by=by, why=why or because("Taken away"))


def _locked(target: Target) -> Target:
    lock(target.metric.engagement)
    rows = Target.objects.select_for_update(of=("self",)).select_related(
        "metric__indicator", "metric__engagement"
    )
    locked = rows.filter(pk=target.pk).first()
    if locked is None:
        raise Refused(_("Somebody has taken this target away."))
    return locked


def _refuse_window(target: Target) -> None:
    """Refuse a period that ends before it begins, or that shares a day with another one of the metric."""
    if target.window_end < target.window_start:
        raise Refused({"window_end": _("The window ends before it begins.")})
    others = target.metric.targets.exclude(pk=target.pk).order_by("window_start")
    other = others.filter(
        window_start__lte=target.window_end, window_end__gte=target.window_start
    ).first()
    if other:
        days = {"first": day_text(other.window_start), "last": day_text(other.window_end)}
        sentence = _(
            "There is a target from %(first)s to %(last)s: the periods of a metric do not overlap."
        )
        raise Refused({"window_start": sentence % days})
