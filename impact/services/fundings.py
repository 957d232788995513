"""Who funds an engagement: from then on the funder's people read its published impact."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from crm.audit import write
from crm.audit.reasons import because
from crm.models import Organisation, User
from engagements.models import Engagement
from impact.models import Funding


@transaction.atomic
def add_funding(
    engagement: Engagement,
    *,
    funder: Organisation,
    starts_on: date,
    by: User,
    amount: Decimal | None = None,
    reads_until: date | None = None,
) -> Funding:
    """Record the grant; an organisation that funds for the first time becomes a funder by it."""
    funding = Funding(
        engagement=engagement,
        funder=funder,
        amount=amount,
        starts_on=starts_on,
        reads_until=reads_until,
    )
    write.save(funding, by=by, why=because("Funded"))
    if not funder.is_funder:
        funder.is_funder = True
        write.save(funder, by=by, why=because("Funds an engagement"), fields=["is_funder"])
    return funding
