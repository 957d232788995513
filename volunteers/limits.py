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


@dataclass(frozen=True)
class Sum:
    """Days of several loans of one person to one host, beside the days that one loan may last."""

    loans: int
    days: int
    allowed: int


def sum_of_loans(agreement):
    """The Sum of this loan and those that began before it; None where they stay within what one may last.

    The law limits "the loan"; whether loans that follow each other add up is for those who advise the company.
    """
    if agreement.form != SponsorshipAgreement.Form.LOAN or agreement.volunteer_id is None:
        return None
    others = SponsorshipAgreement.objects.loans().filter(volunteer=agreement.volunteer_id, host=agreement.host_id)
    loans = [*others.filter(starts_on__lt=agreement.starts_on).order_by("starts_on", "pk"), agreement]
    days = sum((loan.last_day - loan.starts_on).days + 1 for loan in loans)
    _years, limit = longest_loan(agreement.starts_on, agreement.last_day)
    allowed = (limit - agreement.starts_on).days + 1
    return Sum(len(loans), days, allowed) if len(loans) > 1 and days > allowed else None


def limit_on(loans, ends_on):
    """The Limit of the loan that a mission until `ends_on` stands on: the last one begun by then; or None."""
    begun = [period for period in loans if period[0] <= ends_on]
    if not begun:
        return None
    starts_on, agreed_until = begun[-1]
    return Limit(*longest_loan(starts_on, ends_on), agreed_until)
