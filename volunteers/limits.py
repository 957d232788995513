"""The day on which a person's loan must end by law, out of the loan agreements that Relais knows of."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from volunteers.loans import longest_loan
from volunteers.models import SponsorshipAgreement


@dataclass(frozen=True)
class Limit:
    """Of one loan: the last day that the law allows, and the last day that was agreed."""

    years: int
    last_day: date
    agreed_until: date

    def is_passed_by(self, day):
        return day > self.last_day

    def is_past_what_was_agreed(self, day):
        return day > self.agreed_until


def loans_of(volunteers):
    """{volunteer: [(from, until)]} of the loans, a service never among them: one statement."""
    found = defaultdict(list)
    rows = SponsorshipAgreement.objects.loans().filter(volunteer__in=volunteers).order_by("starts_on", "pk")
    for volunteer, *period in rows.values_list("volunteer", "starts_on", "ends_on"):
        found[volunteer].append(period)
    return found


def limit_on(loans, ends_on):
    """The Limit of the loan that a mission until `ends_on` stands on: the last one begun by then; or None."""
    begun = [period for period in loans if period[0] <= ends_on]
    if not begun:
        return None
    starts_on, agreed_until = begun[-1]
    return Limit(*longest_loan(starts_on, ends_on), agreed_until)
