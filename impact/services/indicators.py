"""The shared library: what is measured, in words that do not move under the figures that stand."""

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from impact.models import Baseline, Indicator, Measurement, Metric, Target

MEANING = ("kind", "aggregation")


@transaction.atomic
def add_indicator(*, by, **facts):
    indicator = Indicator(code=_code(facts["name_en"] or facts["name_fr"]), **facts)
    return write.save(indicator, by=by, why=because("Added to the library"))


@transaction.atomic
def change_indicator(indicator, *, by, why="", seen=None, **facts):
    """Mend its words, saying why. What its figures are and how they add up stays once there is one."""
    indicator, why = Indicator.objects.select_for_update().get(pk=indicator.pk), why.strip()
    write.refuse_if_stale(indicator, seen)
    if write.changes_nothing(indicator, facts):
        return indicator
    if not why:
        raise Refused({"why": _("Say what changes, and why.")})
    redefined = [
        name for name in MEANING if name in facts and facts[name] != getattr(indicator, name)
    ]
    if redefined and _has_figures(indicator):
        sentence = _("Figures are recorded under this definition: add another indicator instead.")
        raise Refused(dict.fromkeys(redefined, sentence))
    if facts.get("wanted", indicator.wanted) != indicator.wanted and _has_targets(indicator):
        raise Refused(
            {"wanted": _("Targets are set under this definition: add another indicator instead.")}
        )
    for name, value in facts.items():
        setattr(indicator, name, value)
    return write.save(indicator, by=by, why=why, fields=list(facts))


def _has_figures(indicator):
    of_it = {"metric__indicator": indicator}
    return Baseline.objects.filter(**of_it).exists() or Measurement.objects.filter(**of_it).exists()


def _has_targets(indicator):
    followed = Metric.objects.filter(indicator=indicator)
    return (
        followed.exclude(target=None).exists()
        or Target.objects.filter(metric__in=followed).exists()
    )


def _code(name):
    """A code of its own, from the name; a number follows where it is taken."""
    stem = slugify(name)[:50] or "indicator"
    taken = set(Indicator.objects.filter(code__startswith=stem).values_list("code", flat=True))
    return next(
        code
        for code in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3)))
        if code not in taken
    )
