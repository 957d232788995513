"""The groups of a figure: written with it, while it is a draft, and corrected with it by a new figure."""

from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import number
from crm.domain.refusals import Refused
from crm.domain.text import normalise
from impact.models import Breakdown, Dimension, Indicator

FACTS = ("dimension", "label_fr", "label_en", "count", "total")


def set_groups(measurement, groups, *, by):
    """Make the groups of the figure these ones, in this order: whether that changed any; the history keeps each."""
    has_changed = False
    before = {
        _key(each.dimension, each.label_fr): each
        for each in measurement.groups.order_by("position", "pk")
    }
    for place, facts in enumerate(groups):
        kept = before.pop(_key(facts["dimension"], facts["label_fr"]), None)
        if kept is None:
            write.save(
                Breakdown(measurement=measurement, position=place, **facts),
                by=by,
                why=because("Recorded"),
            )
            has_changed = True
            continue
        wanted = facts | {"position": place}
        if changed := [name for name, value in wanted.items() if getattr(kept, name) != value]:
            for name in changed:
                setattr(kept, name, wanted[name])
            write.save(kept, by=by, why=because("Changed"), fields=changed)
            has_changed = True
    for gone in before.values():
        write.delete(gone, by=by, why=because("Taken away"))
    return has_changed or bool(before)


def add_groups(of_each, *, by, why):
    """The groups of many new figures at once; `of_each` are (measurement, [facts])."""
    groups = [
        Breakdown(measurement=measurement, position=place, **facts)
        for measurement, told in of_each
        for place, facts in enumerate(told)
    ]
    write.bulk_create(groups, by=by, why=why)


def facts_of_groups(measurement):
    return list(measurement.groups.order_by("position", "pk").values(*FACTS))


def refuse_groups(measurement, groups):
    """Groups of one criterion share nobody: together they cannot be more than the figure. Less is no fault."""
    if not groups:
        return
    if measurement.metric.indicator.kind == Indicator.Kind.AMOUNT or measurement.count is None:
        raise Refused({"groups": _("Only a count of people is told by groups.")})
    seen = set()
    for facts in groups:
        if (key := _key(facts["dimension"], facts["label_fr"])) in seen:
            raise Refused(
                {"groups": _("“%(group)s” is there twice.") % {"group": facts["label_fr"]}}
            )
        seen.add(key)
    for dimension in {facts["dimension"] for facts in groups}:
        _refuse_dimension(
            measurement, dimension, [facts for facts in groups if facts["dimension"] == dimension]
        )


def _refuse_dimension(measurement, dimension, groups):
    words = {"dimension": Dimension(dimension).label}
    of_share = measurement.total is not None
    if any((facts.get("total") is None) == of_share for facts in groups):
        sentence = (
            _("By %(dimension)s: say of each group out of how many, since the figure is a share.")
            if of_share
            else _("By %(dimension)s: the figure is a count, so its groups are counts as well.")
        )
        raise Refused({"groups": sentence % words})
    if any(of_share and facts["count"] > facts["total"] for facts in groups):
        raise Refused(
            {"groups": _("A share cannot be more than 100 %: the count is above the total.")}
        )
    counted = sum(facts["count"] for facts in groups)
    people = sum(facts["total"] for facts in groups) if of_share else counted
    for found, whole in (
        (people, measurement.total if of_share else measurement.count),
        (counted, measurement.count),
    ):
        if found > whole:
            sentence = _(
                "By %(dimension)s, the groups come to %(found)s, more than the %(whole)s of the figure."
            )
            raise Refused(
                {"groups": sentence % (words | {"found": number(found), "whole": number(whole)})}
            )
    if of_share and measurement.count - counted > measurement.total - people:
        sentence = _(
            "By %(dimension)s, more have the result outside these groups than there are people."
        )
        raise Refused({"groups": sentence % words})


def _key(dimension, label):
    return str(dimension), normalise(label)
