"""Plainly fictional engagements, so that something always waits, and another member to be kept apart."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from crm.roles import Role
from engagements import services as running
from engagements.models import Solution
from engagements.stages import Stage
from impact import services as impact
from impact.demo.world import INVENTED, INVENTED_EN


def fictional(world, name):
    return world.organisation(f"{name} (fictif)", is_beneficiary=True, ess_form="association", is_fictional=True)


def fictional_engagements(world):
    vacant = world.open(
        "Carte des paniers", fictional(world, "Les Jardins de l'Exemple"), world.ago(150), INVENTED, INVENTED_EN
    )
    world.lead(vacant, "Rose Picard (fictive)", world.ago(150), world.ago(20))
    world.milestones(vacant, ("Choix des lieux", world.ago(60), None, world.ago(58), True))
    running.log_progress(
        vacant, week=world.monday, done="Recherche d'une cheffe de projet.", by=world.coordinator, at=timezone.now()
    )

    late = world.open("Prêt de vélos", fictional(world, "Vélo Solidaire"), world.ago(220), INVENTED, INVENTED_EN)
    running.change_engagement(late, running_cost_ceiling=Decimal(60), by=world.coordinator)
    world.lead(late, "Marc Noël (fictif)", world.ago(210))
    world.milestones(
        late,
        ("Inventaire", world.ago(160), None, world.ago(150), True),
        ("Réservation en ligne", world.ago(50), world.ago(38), None, False),
    )
    world.move(late, (Stage.DESIGN, 140))
    running.log_progress(
        late, week=world.monday, done="Les écrans sont prêts.", by=world.coordinator, at=timezone.now()
    )

    silent = world.open(
        "Suivi des ateliers", fictional(world, "L'Atelier des Mots"), world.ago(120), INVENTED, INVENTED_EN
    )
    world.lead(silent, "Jeanne Colin (fictive)", world.ago(115))
    week = world.monday - timedelta(days=35)
    running.log_progress(
        silent,
        week=week,
        done="Premier atelier.",
        by=world.coordinator,
        at=world.moment((world.today - week).days - 1),
    )

    good = world.open("Accueil en 5 langues", fictional(world, "Passerelle 93"), world.ago(25), INVENTED, INVENTED_EN)
    world.lead(good, "Sami Benali (fictif)", world.ago(20))
    running.log_progress(
        good, week=world.monday, done="Cadrage : trois entretiens.", by=world.coordinator, at=timezone.now()
    )

    done = world.open(
        "Prêt de livres", fictional(world, "La Bibliothèque du Palier"), world.ago(700), INVENTED, INVENTED_EN
    )
    world.lead(done, "Aya Marchand (fictive)", world.ago(690))
    world.milestones(
        done,
        ("Catalogue en ligne", world.ago(420), None, world.ago(410), True),
        ("Mise à jour faite seule", world.ago(95), None, world.ago(90), True),
    )
    running.save_solution(
        Solution(engagement=done, name="Prêt de livres", kind=Solution.Kind.SITE, url="https://livres.palier.example/"),
        by=world.coordinator,
    )
    world.move(
        done,
        (Stage.DESIGN, 640),
        (Stage.BUILD, 560),
        (Stage.LAUNCH, 400),
        (Stage.HANDOVER, 210),
        (Stage.AUTONOMOUS, 60),
    )

    stopped = world.open(
        "Menus partagés", fictional(world, "La Cantine d'à côté"), world.ago(400), INVENTED, INVENTED_EN
    )
    world.move(stopped, (Stage.STOPPED, 230), reason="L'association a trouvé un outil existant qui lui suffit.")


def another_member(world):
    member = world.organisation("Membre du Nord (fictif)", is_member=True, is_fictional=True)
    coordinator = world.person(Role.COORDINATOR, "Nils Fabre (fictif)", member, email="nord@membre.example")
    funder = world.organisation("Fonds du Nord (fictif)", is_funder=True, is_fictional=True)
    world.person(Role.FUNDER, "Nadia Perrin (fictive)", funder, email="fonds@nord.example")
    for title, name in (("Agenda des bénévoles", "Les Amis du Canal"), ("Stock solidaire", "La Réserve")):
        engagement = world.open(
            title, fictional(world, name), world.ago(90), INVENTED, INVENTED_EN, by=coordinator, member=member
        )
        world.lead(engagement, "Paul Girard (fictif)", world.ago(80), by=coordinator)
        impact.fund(engagement, funder=funder, starts_on=world.ago(90), by=coordinator)
