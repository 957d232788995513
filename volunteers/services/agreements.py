"""The life of an agreement: written, agreed to by the employee, signed by both sides, ended. Its words then stand."""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.formatting import day_text
from crm.domain.refusals import Refused
from crm.models import Organisation, User
from engagements.models import Engagement
from volunteers.domain.agreement_contents import missing_of
from volunteers.domain.loans import longest_loan
from volunteers.models import SponsorshipAgreement, Volunteer
from volunteers.selectors.companies import company_on

CLAUSES = [
    "has_return",
    "has_conditions",
    "has_amendment",
    "has_insurance",
    "has_confidentiality",
    "has_ownership",
    "has_personal_data",
    "has_ending",
]
AGREEMENT_FIELDS = [
    "sponsor",
    "host",
    "volunteer",
    "engagement",
    "form",
    "purpose",
    "starts_on",
    "ends_on",
    "sponsor_representative",
    "sponsor_capacity",
    "host_representative",
    "host_capacity",
    "qualification",
    "missions",
    "costs",
    "place",
    "particular_terms",
    *CLAUSES,
]
SIGNATURE_FIELDS = ["sponsor_signatory", "sponsor_signed_on", "host_signatory", "host_signed_on"]


class AgreementTerms(TypedDict, total=False):
    """The columns of AGREEMENT_FIELDS, as a form or the API gives them."""

    sponsor: Organisation
    host: Organisation
    volunteer: Volunteer | None
    engagement: Engagement | None
    form: str
    purpose: str
    starts_on: date
    ends_on: date
    sponsor_representative: str
    sponsor_capacity: str
    host_representative: str
    host_capacity: str
    qualification: str
    missions: str
    costs: str
    place: str
    particular_terms: str
    has_return: bool
    has_conditions: bool
    has_amendment: bool
    has_insurance: bool
    has_confidentiality: bool
    has_ownership: bool
    has_personal_data: bool
    has_ending: bool


@dataclass(frozen=True)
class AgreementSignature:
    """One side, "sponsor" (the company) or "host", signs by this person's name on that day."""

    side: str
    name: str
    on: date


@transaction.atomic
def draft_agreement(*, by: User, **terms: Unpack[AgreementTerms]) -> SponsorshipAgreement:
    agreement = SponsorshipAgreement(**terms)
    _refuse_foreign_person(agreement)
    return write.save(agreement, by=by, why=because("Drafted"))


@transaction.atomic
def change_agreement(
    agreement: SponsorshipAgreement,
    *,
    by: User,
    seen: int | None = None,
    **changes: Unpack[AgreementTerms],
) -> SponsorshipAgreement:
    """Change an agreement that nobody has signed; where somebody has, signatures are taken back first."""
    agreement = _locked(agreement, seen)
    if agreement.is_touched:
        raise Refused(
            _(
                "Somebody has put their name to these words: take the signatures back first, with a reason."
            )
        )
    for name, value in changes.items():
        setattr(agreement, name, value)
    _refuse_foreign_person(agreement)
    return write.save(agreement, by=by, why=because("Changed"), fields=AGREEMENT_FIELDS)


@transaction.atomic
def record_consent(
    agreement: SponsorshipAgreement, *, on: date, by: User, today: date, seen: int | None
) -> SponsorshipAgreement:
    """The employee's express, written agreement to the words that were read: by themselves here, or on paper."""
    agreement = _locked(agreement)
    if agreement.volunteer_id is None:
        raise Refused(_("Say first whom this agreement is about."))
    if agreement.consent_on is not None:
        raise Refused(_("Their agreement is recorded already."))
    write.refuse_unread(agreement, seen)
    _refuse_future(on, today)
    agreement.consent_on = on
    return write.save(
        agreement, by=by, why=because("Agreed to by the employee"), fields=["consent_on"]
    )


@transaction.atomic
def sign_agreement(
    agreement: SponsorshipAgreement,
    signature: AgreementSignature,
    *,
    by: User,
    today: date,
    seen: int | None,
) -> SponsorshipAgreement:
    """The company or the host signs what it has read; refused while contents are missing, or a loan is too long."""
    side = signature.side
    agreement = _locked(agreement)
    if getattr(agreement, f"{side}_signed_on") is not None:
        raise Refused(_("This side has signed already."))
    write.refuse_unread(agreement, seen)
    if missing := missing_of(agreement):
        raise Refused(_("Still missing: %(contents)s.") % {"contents": " ; ".join(missing)})
    _refuse_too_long(agreement)
    _refuse_future(signature.on, today)
    setattr(agreement, f"{side}_signatory", signature.name.strip())
    setattr(agreement, f"{side}_signed_on", signature.on)
    why = because("Signed for the company") if side == "sponsor" else because("Signed for the host")
    return write.save(agreement, by=by, why=why, fields=SIGNATURE_FIELDS)


@transaction.atomic
def take_signatures_back(
    agreement: SponsorshipAgreement, *, reason: str, by: User, seen: int | None = None
) -> SponsorshipAgreement:
    """Remove all signatures and the employee's agreement, so that the text can change."""
    agreement = _locked(agreement, seen)
    if not agreement.is_touched:
        raise Refused(_("Nobody has signed it yet: it can be changed as it is."))
    if agreement.ended_on is not None:
        raise Refused(_("This agreement has ended: write a new one."))
    agreement.sponsor_signatory = agreement.host_signatory = ""
    agreement.sponsor_signed_on = agreement.host_signed_on = agreement.consent_on = None
    return write.save(
        agreement, by=by, why=reason.strip(), fields=[*SIGNATURE_FIELDS, "consent_on"]
    )


@transaction.atomic
def end_agreement(
    agreement: SponsorshipAgreement,
    *,
    on: date,
    reason: str,
    by: User,
    seen: int | None = None,
) -> SponsorshipAgreement:
    """Before its last day, with a reason."""
    agreement = _locked(agreement, seen)
    if not agreement.is_signed:
        raise Refused(_("It is not signed by both: there is nothing to end."))
    if agreement.ended_on is not None:
        raise Refused(_("This agreement has ended already."))
    if not agreement.starts_on <= on < agreement.ends_on:
        raise Refused({"on": _("Give a day of the agreement, before its last one.")})
    agreement.ended_on, agreement.end_reason = on, reason.strip()
    return write.save(agreement, by=by, why=agreement.end_reason, fields=["ended_on", "end_reason"])


def too_long(agreement: SponsorshipAgreement) -> str:
    """The sentence that says that the loan is longer than the law allows; "" where it is not, or has no limit."""
    if agreement.form != SponsorshipAgreement.Form.LOAN:
        return ""
    years, last = longest_loan(agreement.starts_on, agreement.last_day)
    if agreement.last_day <= last:
        return ""
    words = _("A loan lasts %(years)s years at most (L8241-3): until %(day)s here.")
    return words % {"years": years, "day": day_text(last)}


def _refuse_too_long(agreement: SponsorshipAgreement) -> None:
    if words := too_long(agreement):
        raise Refused({"ends_on": words})


def _refuse_future(on: date, today: date) -> None:
    if on > today:
        raise Refused({"on": _("This day is still to come.")})


def _refuse_foreign_person(agreement: SponsorshipAgreement) -> None:
    """The person is lent by that company to that host, and the engagement is that host's."""
    volunteer = agreement.volunteer
    if volunteer is not None and company_on(volunteer, agreement.starts_on) != agreement.sponsor_id:
        words = {"person": volunteer, "day": day_text(agreement.starts_on)}
        raise Refused(
            {"volunteer": _("%(person)s is not lent by this company on %(day)s.") % words}
        )
    if agreement.engagement and agreement.engagement.member_id != agreement.host_id:
        raise Refused({"engagement": _("This engagement is another host's.")})
    if volunteer is None:
        return
    if volunteer.member_id != agreement.host_id:
        raise Refused(
            {"volunteer": _("%(person)s is not lent to this host.") % {"person": volunteer}}
        )


def _locked(agreement: SponsorshipAgreement, seen: int | None = None) -> SponsorshipAgreement:
    rows = SponsorshipAgreement.objects.select_for_update(of=("self",)).select_related(
        "volunteer__user"
    )
    agreement = rows.get(pk=agreement.pk)
    write.refuse_if_stale(agreement, seen)
    return agreement
