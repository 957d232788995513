"""A mission that ended, its days confirmed, the attestation that thanks for it; then the person changes company.

A second change is to come.
"""

from datetime import timedelta

from django.utils import timezone

from crm.models import Organisation, User
from engagements.models import Engagement
from volunteers.models import Signer
from volunteers.selectors import attestations
from volunteers.selectors.attestations import AttestationAnswers
from volunteers.services import companies, months
from volunteers.services.attestations import issue_attestation


def thanks(world):
    justice = Engagement.objects.get(title="Justice Plurielle")
    wavestone = Organisation.objects.get(name="Wavestone")
    former = world.volunteer(
        "Léo Garnier (fictif)", "leo@wavestone.example", wavestone, "Développement web"
    )
    assignment = world.assign(former, justice, "Développement", world.ago(170), world.ago(95))
    world.quiet_weeks(assignment, "Premiers écrans du parcours.", 22, 15)
    lead = User.objects.get(email="ines@droit-pluriel.example")
    for sheet in world.months_over(assignment):
        months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=timezone.now())
    issue_attestation(
        assignment,
        AttestationAnswers(
            signer=world.coordinator.full_name,
            function="Coordination (inventé)",
            language="fr",
            milestones=attestations.milestones_of(assignment),
            skills=attestations.skills_of(assignment),
        ),
        seen=attestations.seal_of(assignment),
        by=world.coordinator,
        today=world.today,
    )
    octo = Organisation.objects.get(name="OCTO")
    companies.change_company(
        former, to=octo, on=world.ago(80), by=world.coordinator, today=world.today
    )
    soon = world.today + timedelta(days=45)
    companies.change_company(
        former, to=world.sponsor, on=soon, by=world.coordinator, today=world.today
    )
