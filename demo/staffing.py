"""What teams look for, and the agreements under which people are lent: one signed, one with contents missing."""

from datetime import timedelta
from decimal import Decimal

from engagements.models import Engagement
from volunteers.models import Skill, SponsorshipAgreement, Volunteer, VolunteerSkill
from volunteers.services import assignments
from volunteers.services.agreements import (
    AgreementSignature,
    draft_agreement,
    record_consent,
    sign_agreement,
)
from volunteers.services.needs import StatedNeed, state_need

INVENTED = "Besoin inventé pour la démonstration"
Level = VolunteerSkill.Level


def staffing(world):
    needs(world)
    agreements(world)


def needs(world):
    """One that somebody covers, one for which people are proposed, one for which there is nobody."""
    justice = Engagement.objects.get(title="Justice Plurielle")
    design = _need(world, justice, "Conception d’interface", Level.ABLE, Decimal(2), 90)
    proposed = justice.assignments.filter(confirmed_on=None).order_by("pk").get()
    assignments.change_assignment(proposed, need=design, by=world.coordinator)
    _need(world, justice, "Accessibilité numérique", Level.ABLE, Decimal(1), 120)
    _need(world, justice, "Sécurité", Level.EXPERT, Decimal(1), 60)


def _need(world, engagement, skill, level, days, length):
    return state_need(
        engagement,
        StatedNeed(
            skill=Skill.objects.get(name_fr=skill),
            level=level,
            starts_on=world.today,
            ends_on=world.today + timedelta(days=length),
            days_a_week=days,
            note=INVENTED,
        ),
        by=world.coordinator,
    )


def agreements(world):
    signed = _loan(
        world,
        "Vera Simon (fictive)",
        purpose=SponsorshipAgreement.Purpose.PARTNERSHIP,
        qualification="Ingénieure (inventé)",
        missions="Développer la plateforme avec l’équipe de l’association (inventé).",
        costs="Rien n’est facturé à l’association.",
        place="Paris et à distance, aux horaires de l’entreprise (inventé)",
        has_return=True,
        has_conditions=True,
        has_insurance=True,
    )
    day = world.ago(95)
    signed = record_consent(
        signed, seen=signed.version, on=day, by=signed.volunteer.user, today=world.today
    )
    for side, name in (
        ("sponsor", "Mélanie Faure (fictive)"),
        ("host", world.coordinator.full_name),
    ):
        signed = sign_agreement(
            signed,
            AgreementSignature(side=side, name=name, on=day),
            seen=signed.version,
            by=world.coordinator,
            today=world.today,
        )
    _loan(world, "Oscar Blanc (fictif)", qualification="Designer (inventé)")


def _loan(world, name, **facts):
    volunteer = Volunteer.objects.select_related("sponsor", "member").get(user__full_name=name)
    return draft_agreement(
        volunteer=volunteer,
        sponsor=volunteer.sponsor,
        host=volunteer.member,
        starts_on=world.ago(90),
        ends_on=world.today + timedelta(days=120),
        by=world.coordinator,
        **facts,
    )
