from datetime import date
from secrets import token_urlsafe

from django.db import transaction
from django.utils.translation import gettext as _

from crm.audit import write
from crm.audit.reasons import because
from crm.domain.refusals import Refused
from crm.files.checksums import checksum_of
from crm.models import Organisation, User
from volunteers.models import Assignment, Attestation
from volunteers.selectors import attestations
from volunteers.selectors.attestations import AttestationAnswers


@transaction.atomic
def issue_attestation(
    assignment: Assignment, answers: AttestationAnswers, *, by: User, today: date, seen: str
) -> Attestation:
    """Freeze and number what the person did. Only days that the lead has confirmed are counted.

    `seen` is the seal of the days and of the assignment that `by` had read.
    """
    # One after the other within a member: numbers follow each other, and a second click meets the first one's paper.
    Organisation.objects.select_for_update().get(pk=assignment.engagement.member_id)
    assignment = Assignment.objects.select_related(
        "volunteer__user", "sponsor", "engagement__beneficiary", "engagement__member"
    ).get(pk=assignment.pk)
    if not attestations.is_time(assignment, today):
        raise Refused(
            _("An attestation is issued from a fortnight before the end of a confirmed mission.")
        )
    if not attestations.half_days_of(assignment)[0]:
        raise Refused(
            _(
                "No day of this mission is confirmed by the project lead yet: there is nothing to attest."
            )
        )
    if assignment.attestations.standing().exists():
        raise Refused(_("This mission has its attestation: revoke it before you issue another."))
    sentence = _(
        "The mission or its days changed while you were reading: look at them again, then issue."
    )
    write.refuse_other_seal(attestations.seal_of(assignment), seen, sentence)
    number = _next_number(assignment.engagement.member_id, today)
    contents = attestations.contents_of(assignment, answers, number=number, today=today)
    attestation = Attestation(
        assignment=assignment,
        number=number,
        code=token_urlsafe(32),
        language=answers.language,
        contents=contents,
        checksum=checksum_of(contents),
        issued_on=today,
        issued_by=by,
    )
    return write.save(attestation, by=by, why=because("Issued"))


@transaction.atomic
def revoke_attestation(
    attestation: Attestation, *, reason: str, by: User, today: date
) -> Attestation:
    """Revoke the paper. Its public page says so from now on; the reason is kept for those who run the engagement."""
    attestation = Attestation.objects.select_for_update(of=("self",)).get(pk=attestation.pk)
    if not attestation.is_standing:
        raise Refused(_("This attestation is revoked already."))
    attestation.revoked_on, attestation.revoked_by, attestation.revoked_why = (
        today,
        by,
        reason.strip(),
    )
    fields = ["revoked_on", "revoked_by", "revoked_why"]
    return write.save(attestation, by=by, why=because("Revoked"), fields=fields)


def _next_number(member: int, today: date) -> str:
    """A2026-12-0007: the seventh that member 12 issues in 2026."""
    series = f"A{today.year}-{member}-"
    last = Attestation.objects.filter(number__startswith=series).order_by("-number").first()
    return f"{series}{int(last.number.removeprefix(series)) + 1 if last else 1:04d}"
