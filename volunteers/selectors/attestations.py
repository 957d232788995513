"""What an attestation says, frozen; its checksum; and the paper made of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from crm.domain import formatting
from crm.domain.formatting import day_text
from crm.files.checksums import checksum_of
from crm.models import BilingualQuerySet
from engagements.models import Milestone
from volunteers.models import Assignment, Attestation, MonthSheet, Skill, VolunteerSkill

ISSUABLE_BEFORE_DAYS = 14


@dataclass(frozen=True)
class AttestationAnswers:
    """What somebody says who issues an attestation; the days are counted. `language` is "fr" or "en"."""

    signer: str
    function: str
    language: str
    milestones: Iterable[Milestone] = ()
    skills: Iterable[Skill] = ()


def is_time(assignment: Assignment, today: date) -> bool:
    """From a fortnight before the assignment ends, so that the paper can be given on the last day."""
    return assignment.is_confirmed and today >= assignment.ends_on - timedelta(
        days=ISSUABLE_BEFORE_DAYS
    )


def half_days_of(assignment: Assignment) -> tuple[int, int]:
    """(half-days in months that the lead has confirmed, half-days that wait for it)."""
    confirmed = assignment.month_sheets.exclude(state=MonthSheet.State.LOGGED).values("month")
    total = assignment.worked_days.aggregate(total=Sum("half_days"))["total"] or 0
    counted = assignment.worked_days.annotate(month=TruncMonth("day")).filter(month__in=confirmed)
    signed = counted.aggregate(total=Sum("half_days"))["total"] or 0
    return signed, total - signed


def seal_of(assignment: Assignment) -> str:
    """What a page or an answer gives back to say which assignment and which days its reader had seen."""
    return checksum_of(
        {"mission": [assignment.pk, assignment.version], "days": half_days_of(assignment)}
    )


def milestones_of(assignment: Assignment) -> QuerySet[Milestone]:
    """Those of the engagement that were accepted while the assignment ran."""
    accepted = Milestone.objects.filter(engagement=assignment.engagement_id)
    during = accepted.filter(
        accepted_on__gte=assignment.starts_on, accepted_on__lte=assignment.ends_on
    )
    return during.order_by("accepted_on", "pk")


def skills_of(assignment: Assignment) -> BilingualQuerySet[Skill]:
    """What the person can do; wishes are left out."""
    held = VolunteerSkill.objects.filter(volunteer=assignment.volunteer_id).exclude(
        level=VolunteerSkill.Level.WISH
    )
    return Skill.objects.filter(pk__in=held.values("skill")).by_name()


def needed_skills_of(assignment: Assignment) -> BilingualQuerySet[Skill]:
    """The skills of the person that the engagement looked for."""
    return skills_of(assignment).filter(pk__in=assignment.engagement.staffing_needs.values("skill"))


def contents_of(
    assignment: Assignment, answers: AttestationAnswers, *, number: str, today: date
) -> dict[str, Any]:
    """The words and figures to freeze, in the language of the paper, as they are stored in `Attestation.contents`."""
    engagement, volunteer = assignment.engagement, assignment.volunteer
    half_days, _waiting = half_days_of(assignment)
    with translation.override(answers.language):
        return {
            "number": number,
            "person": volunteer.user.on_paper,
            "role": assignment.role,
            "company": assignment.sponsor.name,
            "engagement": engagement.title,
            "beneficiary": engagement.beneficiary.name,
            "member": engagement.member.name,
            "first_day": assignment.starts_on.isoformat(),
            "last_day": min(assignment.ends_on, today).isoformat(),
            "half_days": half_days,
            "milestones": [
                [milestone.title, milestone.accepted_on.isoformat()]
                for milestone in answers.milestones
                if milestone.accepted_on
            ],
            "skills": [str(skill) for skill in answers.skills],
            "signer": answers.signer.strip(),
            "function": answers.function.strip(),
            "issued_on": today.isoformat(),
        }


def is_intact(attestation: Attestation) -> bool:
    return checksum_of(attestation.contents) == attestation.checksum


def facts_of(contents: Mapping[str, Any]) -> list[tuple[str, str]]:
    """[(label, value)] in the reader's language, as the pages and the paper show them."""
    return [
        (_("Mission"), f"{contents['engagement']}, {contents['beneficiary']}"),
        (_("Role"), contents["role"]),
        (_("From – until"), f"{_day(contents['first_day'])} – {_day(contents['last_day'])}"),
        (_("Days confirmed by the project lead"), formatting.days(contents["half_days"])),
        (_("Lent by"), contents["company"]),
        (_("Welcomed by"), contents["member"]),
    ]


def address_of(attestation: Attestation) -> str:
    return settings.SITE_URL + reverse("volunteers:attestation-check", args=[attestation.code])


def paper_of(attestation: Attestation) -> dict[str, Any]:
    """What documents/attestation.typ is made of, in the language of the paper."""
    contents = attestation.contents
    with translation.override(attestation.language):
        milestones = [[title, _day(day)] for title, day in contents["milestones"]]
        return {
            "language": attestation.language,
            "title": _("Attestation of mission"),
            "member": contents["member"],
            "number": _("No. %(number)s") % {"number": contents["number"]},
            "sentence": _("%(member)s thanks and attests that") % {"member": contents["member"]},
            "person": contents["person"],
            "did": _(
                "took part, as skills sponsorship, in the solution built with %(beneficiary)s."
            )
            % {"beneficiary": contents["beneficiary"]},
            "facts": [[str(label), str(value)] for label, value in facts_of(contents)],
            "milestones_title": _("Milestones accepted by the beneficiary during the mission"),
            "milestones": milestones,
            "skills_title": _("Skills put to work"),
            "skills": ", ".join(contents["skills"]),
            "signed": _("Issued on %(day)s") % {"day": _day(contents["issued_on"])},
            "signer": contents["signer"],
            "function": contents["function"],
            "check": _("Anyone can check this paper, and that it still stands, at:"),
            "address": address_of(attestation),
            "checksum": f"SHA-256 {attestation.checksum}",
            "revoked": _revoked(attestation),
        }


def _revoked(attestation: Attestation) -> str:
    return (
        ""
        if attestation.is_standing
        else _("Revoked on %(day)s") % {"day": _day(attestation.revoked_on)}
    )


def _day(day: str | date | None) -> str:
    return day_text(date.fromisoformat(day) if isinstance(day, str) else day)
