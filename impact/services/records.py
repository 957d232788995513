from django.db import transaction
from django.utils.translation import gettext as _

from crm import audit
from engagements.services.locks import lock
from impact.models import Funding, Metric


@transaction.atomic
def follow(engagement, *, indicator, by, reading=Metric.Reading.PERIODS, target=None, target_on=None):
    """The engagement follows an indicator from now on."""
    lock(engagement)
    metric = Metric(
        engagement=engagement,
        indicator=indicator,
        reading=reading,
        target=target,
        target_on=target_on,
        position=engagement.metrics.count(),
    )
    return audit.save(metric, by=by, why=_("Followed"))


@transaction.atomic
def fund(engagement, *, funder, starts_on, by, amount=None, reads_until=None):
    """The funder's people read the engagement's published impact from now on."""
    funding = Funding(engagement=engagement, funder=funder, amount=amount, starts_on=starts_on, reads_until=reads_until)
    audit.save(funding, by=by, why=_("Funded"))
    if not funder.is_funder:
        funder.is_funder = True
        audit.save(funder, by=by, why=_("Funds an engagement"), fields=["is_funder"])
    return funding
