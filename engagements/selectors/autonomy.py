"""Does the organisation stand alone? The facts of costs, owners, drills, signatures and barriers, read together."""

from dataclasses import dataclass
from decimal import Decimal

from crm.domain.request_states import BARRIERS
from crm.files.checksums import checksum_of
from engagements.domain import running_costs
from engagements.models import BarrierAssessment, Drill, OwnershipItem, RunningCost, Side

Moment = BarrierAssessment.Moment
MINUS = "\u2212"
REQUIRED_DRILLS = [kind for kind in Drill.Kind if kind != Drill.Kind.OWN]


# Costs


def project(costs, today):
    """The projection of RunningCost rows from today on, or from the first of them; None without any."""
    lines = [cost.line for cost in costs]
    if not lines:
        return None
    return running_costs.project(lines, max(today, min(line.starts_on for line in lines)))


def projection_of(engagement, today):
    """What the organisation itself will pay over three years."""
    return project(engagement.running_costs.borne(), today)


@dataclass(frozen=True)
class Burden:
    """The costs as the page tells them; `share` is of the yearly budget, `over` euros a month above the ceiling."""

    projection: running_costs.Projection
    share: Decimal | None
    ceiling: Decimal | None
    over: Decimal | None


def burden_of(engagement, costs, today):
    """Of RunningCost rows already fetched; None where the organisation pays nothing."""
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


def parts_without_owner(engagement):
    """The labels of the parts of which nobody has written down who holds them."""
    known = set(engagement.ownership.values_list("kind", flat=True))
    return [kind.label for kind in OwnershipItem.Kind if kind not in known]


def drills_to_do(engagement):
    """The labels of the drills that the organisation has not done alone yet."""
    done = set(engagement.drills.alone().values_list("kind", flat=True))
    return [kind.label for kind in REQUIRED_DRILLS if kind not in done]


def seal_of(engagement):
    """What a page or an answer gives back to say which owners, costs and drills its reader had seen before signing."""
    parts = (engagement.ownership, engagement.running_costs, engagement.drills)
    versions = [list(rows.order_by("pk").values_list("pk", "version")) for rows in parts]
    return checksum_of({"engagement": [engagement.pk, engagement.version], "parts": versions})


def by_kind(kinds, rows):
    """[(kind, its rows)] for every kind, those without rows included, in the order of the choices."""
    found = {kind: [] for kind in kinds}
    for row in rows:
        found[row.kind].append(row)
    return list(found.items())


# Words


def last_words(signatures, occasion):
    """{side: its latest signature} on an occasion."""
    told = {}
    for signature in sorted(signatures, key=lambda row: (row.signed_at, row.pk)):
        if signature.occasion == occasion:
            told[Side(signature.side)] = signature
    return told


@dataclass(frozen=True)
class BarrierCell:
    """One level, its anchored wording, and the change since the same side's level before it (less is better)."""

    level: int
    words: str
    change: int | None

    @property
    def signed(self):
        return f"{'+' if self.change > 0 else MINUS}{abs(self.change)}"


@dataclass(frozen=True)
class BarrierRow:
    """`moments`: [(moment, [(side, its BarrierCell or None)])]."""

    label: str
    moments: tuple


def barriers_table(assessments):
    """The four barriers, each at three moments by two sides."""
    known = {(row.moment, row.side): row for row in assessments}
    return [
        BarrierRow(
            label,
            tuple(
                (moment, [(side, _cell(known, name, words, moment, side)) for side in Side])
                for moment in Moment
            ),
        )
        for name, (label, words) in BARRIERS.items()
    ]


def _cell(known, name, words, moment, side):
    row = known.get((moment, side))
    if row is None:
        return None
    level = getattr(row, name)
    moments = list(Moment)
    earlier = [
        known[before, side]
        for before in moments[: moments.index(moment)]
        if (before, side) in known
    ]
    return BarrierCell(level, words[level], level - getattr(earlier[-1], name) if earlier else None)
