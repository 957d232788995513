"""The day on which a person's loan must end by law, out of the agreements that Relais knows of, or of none."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import cast

from django.db.models import Q

from volunteers.domain.loans import longest_loan
from volunteers.models import Assignment, SponsorshipAgreement


@dataclass(frozen=True)
class LoanLimit:
    """Of one loan: the last day that the law allows, and the last day that was agreed; None where nothing is."""

    years: int
    last_day: date
    agreed_until: date | None

    def is_passed_by(self, day: date) -> bool:
        return day > self.last_day

    def is_past_the_agreement(self, day: date) -> bool:
        return self.agreed_until is not None and day > self.agreed_until


@dataclass(frozen=True)
class LoanPeriod:
    """Of a loan: its first day, and the day on which it ends or was ended."""

    starts_on: date
    until: date
    was_ended: bool

    def carries(self, starts_on: date, ends_on: date) -> bool:
        """Whether an assignment of these days stands on it; one that begins after an early end stands on another."""
        return self.starts_on <= ends_on and not (self.was_ended and self.until < starts_on)


def loans_of(volunteers: Iterable[int]) -> dict[int, list[LoanPeriod]]:
    """{key of a volunteer: their loans, the earliest first}, in one query; empty where there is none.

    Agreements of other forms, such as services, are left out.
    """
    loans = defaultdict(list)
    rows = (
        SponsorshipAgreement.objects.loans()
        .with_person()
        .filter(volunteer__in=volunteers)
        .order_by("starts_on", "pk")
    )
    for loan in rows:
        was_ended = loan.ends_early_on is not None
        person = cast(int, loan.volunteer_id)  # the filter leaves out agreements about nobody
        loans[person].append(LoanPeriod(loan.starts_on, loan.last_day, was_ended))
    return loans


@dataclass(frozen=True)
class LoanTotal:
    """Days of several loans of one person to one host, beside the days that one loan may last."""

    loans: int
    days: int
    allowed: int


def sum_of_loans(agreement: SponsorshipAgreement) -> LoanTotal | None:
    """The LoanTotal of this loan and those that began before it; None where they stay within what one may last.

    The law limits "the loan"; whether loans that follow each other add up is for those who advise the company.
    """
    if agreement.form != SponsorshipAgreement.Form.LOAN or agreement.volunteer_id is None:
        return None
    others = SponsorshipAgreement.objects.loans().filter(
        volunteer=agreement.volunteer_id, host=agreement.host_id
    )
    loans = [
        *others.with_person().filter(starts_on__lt=agreement.starts_on).order_by("starts_on", "pk"),
        agreement,
    ]
    days = sum((loan.last_day - loan.starts_on).days + 1 for loan in loans)
    _years, limit = longest_loan(agreement.starts_on, agreement.last_day)
    allowed = (limit - agreement.starts_on).days + 1
    return LoanTotal(len(loans), days, allowed) if len(loans) > 1 and days > allowed else None


def limit_on(loans: Iterable[LoanPeriod], starts_on: date, ends_on: date) -> LoanLimit | None:
    """The limit of the loan that an assignment of these days stands on: the last one begun by then; or None."""
    begun = [loan for loan in loans if loan.carries(starts_on, ends_on)]
    return (
        LoanLimit(*longest_loan(begun[-1].starts_on, ends_on), begun[-1].until) if begun else None
    )


def limit_of(assignment: Assignment) -> LoanLimit | None:
    """The limit that an assignment must keep to; None where the law sets none, as for a service.

    Where Relais has no agreement, the assignment is taken for a loan that begins with it.
    """
    starts_on, ends_on = assignment.starts_on, assignment.ends_on
    loans = loans_of([assignment.volunteer_id])[assignment.volunteer_id]
    if limit := limit_on(loans, starts_on, ends_on):
        return limit
    others = SponsorshipAgreement.objects.filter(volunteer=assignment.volunteer_id).exclude(
        form=SponsorshipAgreement.Form.LOAN
    )
    if others.with_last_day().filter(Q(stops_on__gte=starts_on), starts_on__lte=ends_on).exists():
        return None
    return LoanLimit(*longest_loan(starts_on, ends_on), None)
