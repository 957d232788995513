"""The groups of a measurement: recorded with it while it is a draft, and corrected with it by a new measurement."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import Reason, because
from crm.domain.formatting import number
from crm.domain.refusals import Refused
from crm.domain.text import normalise
from crm.models import User
from impact.models import Breakdown, Dimension, Indicator, Measurement

GroupFacts = Mapping[str, Any]  # the columns of GROUP_FIELDS of one group, each of its own type
GROUP_FIELDS = ("dimension", "label_fr", "label_en", "count", "total")


def set_groups(measurement: Measurement, groups: Sequence[GroupFacts], *, by: User) -> bool:
    """Make these the groups of the measurement, in this order; whether that changed any. The history keeps each."""
    has_changed = False
    unmatched = {
        _key(row.dimension, row.label_fr): row
        for row in measurement.groups.order_by("position", "pk")
    }
    for position, facts in enumerate(groups):
        row = unmatched.pop(_key(facts["dimension"], facts["label_fr"]), None)
        if row is None:
            write.save(
                Breakdown(measurement=measurement, position=position, **facts),
                by=by,
                why=because("Recorded"),
            )
            has_changed = True
            continue
        columns = {**facts, "position": position}
        if changed := [name for name, value in columns.items() if getattr(row, name) != value]:
            for name in changed:
                setattr(row, name, columns[name])
            write.save(row, by=by, why=because("Changed"), fields=changed)
            has_changed = True
    for row in unmatched.values():
        write.delete(row, by=by, why=because("Taken away"))
    return has_changed or bool(unmatched)


def add_groups(
    groups_of: Iterable[tuple[Measurement, Sequence[GroupFacts]]], *, by: User, why: str | Reason
) -> None:
    """Add the groups of many new measurements at once."""
    rows = [
        Breakdown(measurement=measurement, position=position, **facts)
        for measurement, groups in groups_of
        for position, facts in enumerate(groups)
    ]
    write.bulk_create(rows, by=by, why=why)


def facts_of_groups(measurement: Measurement) -> list[dict[str, Any]]:
    """The groups that the measurement has, in their order, as `set_groups` takes them."""
    return list(measurement.groups.order_by("position", "pk").values(*GROUP_FIELDS))


def refuse_groups(measurement: Measurement, groups: Sequence[GroupFacts]) -> None:
    """Refuse groups of one criterion that come to more people than the measurement; fewer are no fault.

    Groups of one criterion have nobody in common, and a measurement has each of them once.
    """
    if not groups:
        return
    if measurement.metric.indicator.kind == Indicator.Kind.AMOUNT or measurement.count is None:
        raise Refused({"groups": _("Only a count of people is told by groups.")})
    keys = set()
    for facts in groups:
        if (key := _key(facts["dimension"], facts["label_fr"])) in keys:
            raise Refused(
                {"groups": _("“%(group)s” is there twice.") % {"group": facts["label_fr"]}}
            )
        keys.add(key)
    for dimension in {facts["dimension"] for facts in groups}:
        _refuse_dimension(
            measurement, dimension, [facts for facts in groups if facts["dimension"] == dimension]
        )


def _refuse_dimension(
    measurement: Measurement, dimension: str, groups: Sequence[GroupFacts]
) -> None:
    count, total = measurement.count, measurement.total
    words = {"dimension": Dimension(dimension).label}
    if any((facts.get("total") is None) == (total is not None) for facts in groups):
        sentence = (
            _("By %(dimension)s: say of each group out of how many, since the figure is a share.")
            if total is not None
            else _("By %(dimension)s: the figure is a count, so its groups are counts as well.")
        )
        raise Refused({"groups": sentence % words})
    if total is not None and any(facts["count"] > facts["total"] for facts in groups):
        raise Refused(
            {"groups": _("A share cannot be more than 100 %: the count is above the total.")}
        )
    group_count = sum(facts["count"] for facts in groups)
    group_total = group_count if total is None else sum(facts["total"] for facts in groups)
    for in_groups, whole in (
        (group_total, count if total is None else total),
        (group_count, count),
    ):
        if in_groups > whole:
            sentence = _(
                "By %(dimension)s, the groups come to %(found)s, more than the %(whole)s of the figure."
            )
            numbers = {"found": number(in_groups), "whole": number(whole)}
            raise Refused({"groups": sentence % (words | numbers)})
    if total is not None and count - group_count > total - group_total:
        sentence = _(
            "By %(dimension)s, more have the result outside these groups than there are people."
        )
        raise Refused({"groups": sentence % words})


def _key(dimension: str, label: str) -> tuple[str, str]:
    return str(dimension), normalise(label)
