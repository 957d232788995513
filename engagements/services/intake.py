from django.db import transaction
from django.utils import timezone

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.request_states import BARRIERS
from crm.models import Contact, Organisation
from crm.services.organisations import save_organisation
from crm.services.referrals import accept
from engagements.models import BarrierAssessment, Side
from engagements.services.engagements import open_engagement
from engagements.services.handover import assess_barriers

IDENTIFIERS = ("siren", "siret", "rna")
COPIED_COLUMNS = (
    *(
        "name",
        *IDENTIFIERS,
        "ess_form",
        "website",
        "postal_code",
        "city",
        "staff_count",
        "annual_budget",
    ),
)


@transaction.atomic
def accept_request(referral, *, title, coordinator, started_on, by, at, seen):
    """The member accepts: an engagement in scoping, with everything that the holder told. Nothing is typed again."""
    referral = accept(referral, by=by, at=at, seen=seen)
    support_request = referral.request
    beneficiary = (
        support_request.organisation or _known(support_request) or _new(support_request, by)
    )
    engagement = open_engagement(
        title=title,
        beneficiary=beneficiary,
        member=referral.member,
        coordinator=coordinator,
        started_on=started_on,
        need=support_request.need_text,
        by=by,
    )
    engagement.request = support_request
    write.save(
        engagement,
        by=by,
        why=because("From %(request)s", request=support_request.reference),
        fields=["request"],
    )
    contact = Contact(
        organisation=beneficiary,
        kept_by=referral.member,
        full_name=support_request.contact_name,
        email=support_request.email,
        phone=support_request.phone,
    )
    write.save(contact, by=by, why=because("From %(request)s", request=support_request.reference))
    _carry_barriers(support_request, engagement, by=by, today=timezone.localdate(at))
    return engagement


def _carry_barriers(support_request, engagement, *, by, today):
    """What the holder said of the four barriers, if they said all four, is their assessment at intake."""
    levels = {name: getattr(support_request, f"barrier_{name}") for name in BARRIERS}
    if None not in levels.values():
        assess_barriers(
            engagement,
            moment=BarrierAssessment.Moment.INTAKE,
            side=Side.BENEFICIARY,
            levels=levels,
            comment=support_request.reference,
            by=by,
            today=today,
        )


def _known(support_request):
    """The organisation of the directory that carries the same number: the member has read it and takes it on."""
    for name in IDENTIFIERS:
        if value := getattr(support_request, name):
            found = Organisation.objects.active().filter(**{name: value}).first()
            if found:
                return found
    return None


def _new(support_request, by):
    organisation = Organisation(
        is_beneficiary=True, **{name: getattr(support_request, name) for name in COPIED_COLUMNS}
    )
    return save_organisation(
        organisation, by=by, sdgs=list(support_request.sdgs.order_by("number"))
    )
