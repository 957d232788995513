from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.request_states import BARRIERS
from crm.models import Contact, Organisation, Referral, SupportRequest, User
from crm.services.organisations import save_organisation
from crm.services.referrals import accept
from engagements.models import BarrierAssessment, Engagement, Side
from engagements.services.engagements import NewEngagement, open_engagement
from engagements.services.handover import BarrierAnswers, assess_barriers

IDENTIFIERS = ("siren", "siret", "rna")
COPIED_COLUMNS = (
    "name",
    *IDENTIFIERS,
    "ess_form",
    "website",
    "postal_code",
    "city",
    "staff_count",
    "annual_budget",
)


@dataclass(frozen=True)
class Acceptance:
    """What the member decides on accepting; everything else comes from the support request."""

    title: str
    coordinator: User
    started_on: date


@transaction.atomic
def accept_request(
    referral: Referral,
    acceptance: Acceptance,
    *,
    by: User | None,
    at: datetime,
    seen: int | None,
) -> Engagement:
    """The member accepts: an engagement in scoping, with everything that the holder wrote. Nothing is typed again.

    `seen` is the version of the support request that the member has read.
    """
    referral = accept(referral, by=by, at=at, seen=seen)
    support_request = referral.request
    beneficiary = (
        support_request.organisation
        or _organisation_with_its_number(support_request)
        or _new_organisation(support_request, by)
    )
    new = NewEngagement(
        title=acceptance.title,
        beneficiary=beneficiary,
        member=referral.member,
        coordinator=acceptance.coordinator,
        started_on=acceptance.started_on,
        need=support_request.need_text,
    )
    engagement = open_engagement(new, by=by)
    engagement.request = support_request
    why = because("From %(request)s", request=support_request.reference)
    write.save(engagement, by=by, why=why, fields=["request"])
    contact = Contact(
        organisation=beneficiary,
        kept_by=referral.member,
        full_name=support_request.contact_name,
        email=support_request.email,
        phone=support_request.phone,
    )
    write.save(contact, by=by, why=why)
    _copy_barriers(support_request, engagement, by=by, today=timezone.localdate(at))
    return engagement


def _copy_barriers(
    support_request: SupportRequest, engagement: Engagement, *, by: User | None, today: date
) -> None:
    """What the holder said of the four barriers, if they said all four, is their assessment at intake."""
    levels = {name: getattr(support_request, f"barrier_{name}") for name in BARRIERS}
    if None not in levels.values():
        answers = BarrierAnswers(
            moment=BarrierAssessment.Moment.INTAKE,
            side=Side.BENEFICIARY,
            levels=levels,
            comment=support_request.reference,
        )
        assess_barriers(engagement, answers, by=by, today=today)


def _organisation_with_its_number(support_request: SupportRequest) -> Organisation | None:
    """The organisation of the directory that carries the same number: the member has read it and takes it on."""
    for name in IDENTIFIERS:
        if value := getattr(support_request, name):
            organisation = Organisation.objects.active().filter(**{name: value}).first()
            if organisation:
                return organisation
    return None


def _new_organisation(support_request: SupportRequest, by: User | None) -> Organisation:
    columns = {name: getattr(support_request, name) for name in COPIED_COLUMNS}
    organisation = Organisation(is_beneficiary=True, **columns)
    return save_organisation(
        organisation, by=by, sdgs=list(support_request.sdgs.order_by("number"))
    )
