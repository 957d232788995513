"""Does the organisation stand alone? The facts of costs, owners, drills, signatures and barriers, read together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple, TypeVar

from django.db import models
from django.utils.functional import Promise

from crm.domain.request_states import BARRIERS
from crm.files.checksums import checksum_of
from engagements.domain import running_costs
from engagements.domain.running_costs import Projection
from engagements.models import (
    BarrierAssessment,
    Drill,
    Engagement,
    OwnershipItem,
    RunningCost,
    Side,
    Signature,
)

Moment = BarrierAssessment.Moment
MINUS = "\u2212"
REQUIRED_DRILLS = [kind for kind in Drill.Kind if kind != Drill.Kind.OWN]


# Costs


def project(costs: Iterable[RunningCost], today: date) -> Projection | None:
    """The projection of RunningCost rows from today on, or from the first of them; None without any."""
    lines = [cost.line for cost in costs]
    if not lines:
        return None
    return running_costs.project(lines, max(today, min(line.starts_on for line in lines)))


def projection_of(engagement: Engagement, today: date) -> Projection | None:
    """What the organisation itself will pay over three years."""
    return project(engagement.running_costs.borne(), today)


@dataclass(frozen=True)
class Burden:
    """The costs beside what was agreed. `share` is of the budget of these years, 1 being all of it; `ceiling` and
    `over`, what the dearest month costs above it, are euros a month.
    """

    projection: Projection
    share: Decimal | None
    ceiling: Decimal | None
    over: Decimal | None


def burden_of(engagement: Engagement, costs: Iterable[RunningCost], today: date) -> Burden | None:
    """Of cost rows that are read already; None where the organisation pays nothing."""
    borne = [cost for cost in costs if cost.payer == RunningCost.Payer.BENEFICIARY]
    projection = project(borne, today)
    if projection is None:
        return None
    ceiling = engagement.running_cost_ceiling
    over = projection.peak - ceiling if ceiling is not None and projection.peak > ceiling else None
    return Burden(
        projection, projection.share_of(engagement.beneficiary.annual_budget), ceiling, over
    )


# Owners and drills


def parts_without_owner(engagement: Engagement) -> list[Promise]:
    """The labels of the parts of which nobody has written down who holds them."""
    owned = set(engagement.ownership.values_list("kind", flat=True))
    return [kind.label for kind in OwnershipItem.Kind if kind not in owned]


def drills_to_do(engagement: Engagement) -> list[Promise]:
    """The labels of the drills that the organisation has not done alone yet."""
    done = set(engagement.drills.alone().values_list("kind", flat=True))
    return [kind.label for kind in REQUIRED_DRILLS if kind not in done]


def seal_of(engagement: Engagement) -> str:
    """A checksum of the owners, costs and drills as they stand: who signs gives it back to say what they have read."""
    parts = (engagement.ownership, engagement.running_costs, engagement.drills)
    versions = [list(rows.order_by("pk").values_list("pk", "version")) for rows in parts]
    return checksum_of({"engagement": [engagement.pk, engagement.version], "parts": versions})


OfKind = TypeVar("OfKind", Drill, OwnershipItem)


def by_kind(
    kinds: type[models.TextChoices], rows: Iterable[OfKind]
) -> list[tuple[models.TextChoices, list[OfKind]]]:
    """[(kind, its rows)] for every kind, those without rows included, in the order of the choices."""
    rows_by_kind: dict[str, list[OfKind]] = {kind: [] for kind in kinds}
    for row in rows:
        rows_by_kind[row.kind].append(row)
    return [(kind, rows_by_kind[kind]) for kind in kinds]


# Signatures and barriers


def last_signatures(signatures: Iterable[Signature], occasion: str) -> dict[Side, Signature]:
    """{side: its latest signature} on an occasion."""
    by_side = {}
    for signature in sorted(signatures, key=lambda row: (row.signed_at, row.pk)):
        if signature.occasion == occasion:
            by_side[Side(signature.side)] = signature
    return by_side


@dataclass(frozen=True)
class BarrierCell:
    """One level, its wording, and the change since the same side's level at an earlier moment (less is better)."""

    level: int
    words: Promise
    change: int | None

    @property
    def signed(self) -> str:
        """The change with its sign."""
        change = self.change or 0
        return f"{'+' if change > 0 else MINUS}{abs(change)}"


class MomentCells(NamedTuple):
    """What each side says at one moment; None where it said nothing."""

    moment: BarrierAssessment.Moment
    cells: list[tuple[Side, BarrierCell | None]]


@dataclass(frozen=True)
class BarrierRow:
    """One barrier at each moment."""

    label: Promise
    moments: tuple[MomentCells, ...]


Assessments = Mapping[tuple[str, str], BarrierAssessment]  # by moment and side


def barriers_table(assessments: Iterable[BarrierAssessment]) -> list[BarrierRow]:
    """The four barriers, each at three moments by two sides."""
    saved = {(row.moment, row.side): row for row in assessments}
    return [
        BarrierRow(
            label,
            tuple(
                MomentCells(moment, [(side, _cell(saved, name, moment, side)) for side in Side])
                for moment in Moment
            ),
        )
        for name, (label, _wordings) in BARRIERS.items()
    ]


def _cell(
    saved: Assessments, name: str, moment: BarrierAssessment.Moment, side: Side
) -> BarrierCell | None:
    row = saved.get((moment, side))
    if row is None:
        return None
    level = getattr(row, name)
    moments = list(Moment)
    earlier = [
        saved[before, side]
        for before in moments[: moments.index(moment)]
        if (before, side) in saved
    ]
    _label, wordings = BARRIERS[name]
    change = level - getattr(earlier[-1], name) if earlier else None
    return BarrierCell(level, wordings[level], change)
