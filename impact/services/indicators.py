"""The shared library: what is measured, in definitions that do not change under the measurements made by them."""

from typing import Any  # the columns of a row, each of its own type

from django.db import transaction
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import DoneElsewhere, Refused
from crm.models import User
from impact.models import Baseline, Indicator, Measurement, Metric, Target

DEFINING_FIELDS = ("kind", "aggregation")


@transaction.atomic
def add_indicator(*, by: User, **facts: Any) -> Indicator:
    indicator = Indicator(code=_unused_code(facts["name_en"] or facts["name_fr"]), **facts)
    return write.save(indicator, by=by, why=because("Added to the library"))


@transaction.atomic
def change_indicator(
    indicator: Indicator, *, by: User, why: str = "", seen: int | None = None, **facts: Any
) -> Indicator:
    """Change its words, saying why.

    Its kind and how it adds up stay once anything is observed of it; which way is better, once a target is set.
    """
    indicator, why = Indicator.objects.select_for_update().get(pk=indicator.pk), why.strip()
    write.refuse_if_stale(indicator, seen)
    if write.changes_nothing(indicator, facts):
        return indicator
    if not why:
        raise Refused({"why": _("Say what changes, and why.")})
    redefined = [
        name
        for name in DEFINING_FIELDS
        if name in facts and facts[name] != getattr(indicator, name)
    ]
    if redefined and _is_observed(indicator):
        sentence = _("Figures are recorded under this definition: add another indicator instead.")
        raise DoneElsewhere(dict.fromkeys(redefined, sentence), _another())
    if facts.get("wanted", indicator.wanted) != indicator.wanted and _has_targets(indicator):
        raise DoneElsewhere(
            {"wanted": _("Targets are set under this definition: add another indicator instead.")},
            _another(),
        )
    for name, value in facts.items():
        setattr(indicator, name, value)
    return write.save(indicator, by=by, why=why, fields=list(facts))


def _another() -> list[tuple[str, str]]:
    return [(_("Add an indicator"), reverse("impact:indicator-create"))]


def _is_observed(indicator: Indicator) -> bool:
    return (
        Baseline.objects.filter(metric__indicator=indicator).exists()
        or Measurement.objects.filter(metric__indicator=indicator).exists()
    )


def _has_targets(indicator: Indicator) -> bool:
    metrics = Metric.objects.filter(indicator=indicator)
    return (
        metrics.exclude(target=None).exists() or Target.objects.filter(metric__in=metrics).exists()
    )


def _unused_code(name: str) -> str:
    """The name as a slug, with a number behind it where an indicator has this code already."""
    stem = slugify(name)[:50] or "indicator"
    used = set(Indicator.objects.filter(code__startswith=stem).values_list("code", flat=True))
    numbered = (f"{stem}-{n}" for n in range(2, len(used) + 3))
    return next(code for code in (stem, *numbered) if code not in used)
