"""What an agreement says, beyond its own columns."""

from typing import NamedTuple

from crm.audit.history import NEWEST_FIRST, history_of
from volunteers.models import SponsorshipAgreement


class Names(NamedTuple):
    """Who agrees with whom, by name."""

    sponsor: str
    host: str


def names_in(agreement: SponsorshipAgreement) -> Names:
    """Both sides as they were named when somebody first put their name to it.

    An organisation that was merged into another one since is still named there: the signature was given for it.
    """
    named = agreement
    if agreement.is_touched:
        rows = history_of(agreement).select_related("sponsor", "host").order_by(*NEWEST_FIRST)
        for row in rows:
            if not any((row.sponsor_signed_on, row.host_signed_on, row.consent_on)):
                break
            named = row
    return Names(named.sponsor.name, named.host.name)
