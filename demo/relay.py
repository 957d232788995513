"""A relay under way: one who leaves with a note half written, and a part of the solution that she alone knows."""

from datetime import timedelta
from decimal import Decimal

from crm.audit import write
from crm.audit.reasons import DEMO
from crm.models import Contact
from engagements.models import Engagement
from volunteers.models import Skill, SolutionPart, SponsorshipAgreement, StaffingNeed
from volunteers.services import assignments, parts
from volunteers.services.relay import Replacement, demand_overlap, replace, write_note

LEARNS, KNOWS = 1, 2


def relay(world):
    engagement = Engagement.objects.get(title="Elix, l’extension web")
    leaving = engagement.assignments.select_related("volunteer__user").order_by("pk").first()
    lead = Contact.objects.get(full_name="Louise Garnier (fictive)")
    web = Skill.objects.get(name_fr="Développement web")
    need = StaffingNeed(
        engagement=engagement,
        skill=web,
        starts_on=world.ago(200),
        ends_on=world.today + timedelta(days=84),
        days_a_week=Decimal(4),
        note="Besoin inventé pour la démonstration",
    )
    write.save(need, by=world.coordinator, why=DEMO)
    leaving = assignments.change_assignment(leaving, need=need, by=world.coordinator)
    loan = SponsorshipAgreement(
        sponsor=leaving.volunteer.sponsor,
        host=engagement.member,
        volunteer=leaving.volunteer,
        purpose=SponsorshipAgreement.Purpose.PARTNERSHIP,
        starts_on=leaving.starts_on,
        ends_on=leaving.ends_on + timedelta(days=60),
    )
    write.save(loan, by=world.coordinator, why=DEMO)
    demand_overlap(engagement, overlap_days=8, by=world.coordinator)
    arriving = world.volunteer(
        "Hugo Perrin (fictif)", "hugo@mecene.example", world.sponsor, "Développement web"
    )
    replace(
        leaving,
        Replacement(
            volunteer=arriving,
            last_day=leaving.ends_on,
            overlap_days=5,
            ends_on=world.today + timedelta(days=63),
        ),
        by=world.coordinator,
        today=world.today,
    )
    write_note(
        leaving,
        in_progress="Le dictionnaire hors ligne : l’import marche, la mise à jour différentielle reste à écrire.",
        places="Les accès sont dans le coffre de l’association ; la documentation est dans le dépôt.",
        by=leaving.volunteer.user,
        today=world.today,
    )
    for name, *knowledge in (
        ("Dictionnaire en ligne", (leaving.volunteer, KNOWS)),
        ("Publication dans les magasins d’extensions", (leaving.volunteer, KNOWS), (lead, LEARNS)),
        ("Hébergement", (leaving.volunteer, KNOWS), (lead, KNOWS)),
    ):
        parts.save_part(
            SolutionPart(engagement=engagement, name=name),
            knowledge=knowledge,
            by=world.coordinator,
        )
