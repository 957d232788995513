"""How the same work went before: recorded, agreed to by the project lead, and changed in the open."""

from datetime import date
from typing import Any  # the columns of a row, each of its own type

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.models import User
from engagements.services.locks import lock
from impact.models import Baseline, Metric
from impact.services.observations import refuse_unfit

Method = Baseline.Method


@transaction.atomic
def record_baseline(metric: Metric, *, by: User, today: date, **facts: Any) -> Baseline:
    """Record how the same work went before. A hypothesis is only ever shown as a what-if."""
    lock(metric.engagement)
    baseline = Baseline(metric=metric, author=by, recorded_on=today, **facts)
    refuse_unfit(baseline, metric, today)
    return write.save(baseline, by=by, why=because("Recorded"))


@transaction.atomic
def change_baseline(
    baseline: Baseline,
    *,
    by: User,
    today: date,
    why: str = "",
    seen: int | None = None,
    **facts: Any,
) -> Baseline:
    """Change it, saying why.

    One that was agreed to waits for the lead's agreement again, and its readers see that it changed, and why.
    """
    baseline, why = _locked(baseline, seen), why.strip()
    if write.changes_nothing(baseline, facts):
        return baseline
    if not why:
        raise Refused({"why": _("Say what changes, and why.")})
    method = facts.get("method", baseline.method)
    if baseline.agreed_on and method == Method.MEASURED != baseline.method:
        words = _("What was not measured before stays so: the lead agreed to “%(method)s”.")
        raise Refused({"method": words % {"method": baseline.get_method_display()}})
    if baseline.agreed_on:
        facts |= {"agreed_by": None, "agreed_on": None, "amended_on": today, "amended_why": why}
    facts["doubt"] = ""
    for name, value in facts.items():
        setattr(baseline, name, value)
    refuse_unfit(baseline, baseline.metric, today)
    return write.save(baseline, by=by, why=why, fields=list(facts))


@transaction.atomic
def agree_to_baseline(baseline: Baseline, *, by: User, today: date, seen: int | None) -> Baseline:
    """The lead confirms the sentence that they have read, of the version `seen`."""
    baseline = _awaiting_agreement(baseline)
    write.refuse_unread(baseline, seen)
    baseline.agreed_by, baseline.agreed_on, baseline.doubt = by, today, ""
    return write.save(
        baseline, by=by, why=because("Agreed"), fields=["agreed_by", "agreed_on", "doubt"]
    )


@transaction.atomic
def question_baseline(baseline: Baseline, *, reason: str, by: User, seen: int | None) -> Baseline:
    """The lead says what is not so; whoever records for the engagement mends it."""
    baseline = _awaiting_agreement(baseline)
    write.refuse_unread(baseline, seen)
    baseline.doubt = reason.strip()
    if not baseline.doubt:
        raise Refused({"reason": _("Say what is not as it was.")})
    return write.save(baseline, by=by, why=baseline.doubt, fields=["doubt"])


def _awaiting_agreement(baseline: Baseline) -> Baseline:
    """The locked row of a baseline that the lead may agree to; Refused where there is nothing to agree to."""
    baseline = _locked(baseline, None)
    if baseline.agreed_on:
        raise Refused(_("This baseline is agreed to already."))
    if baseline.method == Method.HYPOTHESIS:
        raise Refused(_("A hypothesis is only a what-if: there is nothing to agree to."))
    return baseline


def _locked(baseline: Baseline, seen: int | None) -> Baseline:
    lock(baseline.metric.engagement)
    rows = Baseline.objects.select_for_update(of=("self",)).select_related(
        "metric__indicator", "metric__engagement"
    )
    baseline = rows.get(pk=baseline.pk)
    write.refuse_if_stale(baseline, seen)
    return baseline
