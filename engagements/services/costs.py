from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import money
from crm.domain.refusals import Refused
from crm.models import User
from engagements.domain.running_costs import Projection
from engagements.models import Decision, Engagement, RunningCost
from engagements.selectors.autonomy import projection_of
from engagements.services.locks import lock
from engagements.services.parts import save_part


@transaction.atomic
def save_cost(
    cost: RunningCost, *, by: User, today: date, decision: str = "", seen: int | None = None
) -> RunningCost:
    """Save a new or changed running cost. Going above the agreed ceiling needs a decision, in words."""
    engagement = lock(cost.engagement)
    before = projection_of(engagement, today)
    cost = save_part(cost, by=by, seen=seen)
    after = projection_of(engagement, today)
    if not crosses(engagement.running_cost_ceiling, before, after):
        return cost
    if not decision.strip():
        sentence = _(
            "This goes above the agreed ceiling, %(ceiling)s a month: write who decided it and why."
        )
        raise Refused({"decision": sentence % {"ceiling": money(engagement.running_cost_ceiling)}})
    _add_decision(engagement, decision.strip(), by=by, today=today)
    return cost


def _add_decision(engagement: Engagement, text: str, *, by: User, today: date) -> None:
    decision = Decision(
        engagement=engagement,
        title=_("Running costs above the agreed ceiling"),
        text=text,
        decided_on=today,
        owner_id=engagement.coordinator_id,
    )
    write.save(decision, by=by, why=because("Added with the running cost"))


def crosses(ceiling: Decimal | None, before: Projection | None, after: Projection | None) -> bool:
    """Whether a change puts the dearest month above the ceiling, or further above it than it was."""
    if ceiling is None or after is None or after.peak <= ceiling:
        return False
    return before is None or after.peak > before.peak
