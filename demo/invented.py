"""Plainly fictional engagements, so that something always waits, and another member to be kept apart."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from crm.domain.roles import Role
from demo.world import INVENTED, INVENTED_EN
from engagements.domain.stages import Stage
from engagements.models import Decision, ExitOutcome, Risk, Solution, SteeringNote
from engagements.services import engagements, health, parts, progress, steering, survival
from impact.services import fundings


def fictional(world, name):
    return world.organisation(
        f"{name} (fictif)", is_beneficiary=True, ess_form="association", is_fictional=True
    )


def fictional_engagements(world):
    vacant = world.open(
        "Carte des paniers",
        fictional(world, "Les Jardins de l’Exemple"),
        world.ago(150),
        INVENTED,
        INVENTED_EN,
    )
    world.lead(vacant, "Rose Picard (fictive)", world.ago(150), world.ago(20))
    world.milestones(vacant, ("Choix des lieux", world.ago(60), None, world.ago(58), True))
    progress.log_progress(
        vacant,
        progress.WeekLog(week=world.monday, done="Recherche d’une cheffe de projet."),
        by=world.coordinator,
        at=timezone.now(),
    )

    late = world.open(
        "Prêt de vélos", fictional(world, "Vélo Solidaire"), world.ago(220), INVENTED, INVENTED_EN
    )
    engagements.change_engagement(late, {"running_cost_ceiling": Decimal(60)}, by=world.coordinator)
    world.lead(late, "Marc Noël (fictif)", world.ago(210))
    world.milestones(
        late,
        ("Inventaire", world.ago(160), None, world.ago(150), True),
        ("Réservation en ligne", world.ago(50), world.ago(38), None, False),
    )
    world.move(late, (Stage.DESIGN, 140))
    progress.log_progress(
        late,
        progress.WeekLog(week=world.monday, done="Les écrans sont prêts."),
        by=world.coordinator,
        at=timezone.now(),
    )

    health.pause_engagement(
        late,
        starts_on=world.ago(110),
        ends_on=world.ago(96),
        reason="Démonstration : l’atelier ferme deux semaines.",
        by=world.coordinator,
    )

    silent = world.open(
        "Suivi des ateliers",
        fictional(world, "L’Atelier des Mots"),
        world.ago(120),
        INVENTED,
        INVENTED_EN,
    )
    world.lead(silent, "Jeanne Colin (fictive)", world.ago(115))
    week = world.monday - timedelta(days=35)
    progress.log_progress(
        silent,
        progress.WeekLog(week=week, done="Premier atelier."),
        by=world.coordinator,
        at=world.moment((world.today - week).days - 1),
    )

    good = world.open(
        "Accueil en 5 langues",
        fictional(world, "Passerelle 93"),
        world.ago(25),
        INVENTED,
        INVENTED_EN,
    )
    world.lead(good, "Sami Benali (fictif)", world.ago(20))
    progress.log_progress(
        good,
        progress.WeekLog(week=world.monday, done="Cadrage : trois entretiens."),
        by=world.coordinator,
        at=timezone.now(),
    )
    health.override_health(
        good,
        health.HandSetLevel(
            level="watch",
            reason="Démonstration : l’association déménage ce mois-ci.",
            until=world.today + timedelta(days=30),
        ),
        by=world.coordinator,
        at=timezone.now(),
    )

    steer(world, late)
    alone(world)

    stopped = world.open(
        "Menus partagés",
        fictional(world, "La Cantine d’à côté"),
        world.ago(400),
        INVENTED,
        INVENTED_EN,
    )
    world.move(
        stopped,
        (Stage.STOPPED, 230),
        reason="L’association a trouvé un outil existant qui lui suffit.",
        post_mortem={
            "what_happened": "Démonstration : deux ateliers ont montré qu’un tableur partagé couvrait le besoin.",
            "what_we_learned": "Démonstration : regarder les outils existants avant d’ouvrir le cadrage.",
            "what_we_would_do": "Démonstration : un essai de deux semaines de l’outil existant, dès la demande.",
        },
    )


def steer(world, engagement):
    """A committee's word: a decision to carry out, one carried out, a risk and a note."""
    people = {"engagement": engagement, "owner": world.coordinator}
    signed = Decision(**people, title="Domaine au nom de l’association", decided_on=world.ago(80))
    steering.save_decision(signed, by=world.coordinator, today=world.today)
    steering.finish_decision(signed, done_on=world.ago(61), today=world.today, by=world.coordinator)
    drills = Decision(
        **people,
        title="Un exercice seul chaque trimestre",
        decided_on=world.ago(20),
        due_on=world.ago(-40),
    )
    steering.save_decision(drills, by=world.coordinator, today=world.today)
    risk = Risk(
        **people,
        title="Une seule personne sait mettre à jour le site",
        likelihood=Risk.Degree.MEDIUM,
        impact=Risk.Degree.HIGH,
        response="Démonstration : une deuxième personne fait le prochain exercice.",
        review_on=world.ago(-30),
    )
    steering.save_risk(risk, by=world.coordinator, today=world.today)
    note = SteeringNote(
        engagement=engagement,
        held_on=world.ago(20),
        present="Démonstration : coordination, cheffe de projet",
        text="## Décidé\n\n- un exercice **seul** chaque trimestre\n- une deuxième personne formée\n",
    )
    steering.save_steering_note(note, by=world.coordinator, today=world.today)


def alone(world):
    """An organisation that stands alone: what it pays, what it holds, what it did alone, and is it still alive."""
    done = world.open(
        "Prêt de livres",
        fictional(world, "La Bibliothèque du Palier"),
        world.ago(700),
        INVENTED,
        INVENTED_EN,
    )
    engagements.change_engagement(done, {"running_cost_ceiling": Decimal(45)}, by=world.coordinator)
    world.lead(done, "Aya Marchand (fictive)", world.ago(690))
    world.milestones(
        done,
        ("Catalogue en ligne", world.ago(420), None, world.ago(410), True),
        ("Mise à jour faite seule", world.ago(255), None, world.ago(250), True),
    )
    parts.save_part(
        Solution(
            engagement=done,
            name="Prêt de livres",
            kind=Solution.Kind.SITE,
            url="https://livres.palier.example/",
        ),
        by=world.coordinator,
    )
    world.move(done, (Stage.DESIGN, 640), (Stage.BUILD, 560), (Stage.LAUNCH, 400))
    world.cost(done, "hosting", "Hébergement mutualisé", 9, since=400)
    world.cost(done, "domain", "palier.example", 14, period="year", since=400)
    world.cost(
        done,
        "maintenance",
        "Entretien par un prestataire",
        150,
        quantity=2,
        period="year",
        since=300,
    )
    for kind, label in (
        ("domain", "palier.example"),
        ("hosting", "Hébergement"),
        ("code", "Dépôt du code"),
        ("accounts", "Coffre de mots de passe"),
        ("licence", "Licence MIT"),
        ("documentation", "Guide de la bibliothèque"),
    ):
        world.owns(done, kind, label)
    world.move(done, (Stage.HANDOVER, 330))
    world.barriers(done, "intake", "beneficiary", 3, 4, 2, 3)
    world.barriers(done, "intake", "member", 3, 4, 3, 2)
    world.barriers(done, "handover", "beneficiary", 1, 2, 1, 2)
    world.barriers(done, "handover", "member", 1, 1, 1, 2)
    world.drill(done, "restore", 300, "failed", "La sauvegarde de la veille manquait.")
    for kind, days, evidence in (
        ("deploy", 290, "Version 1.4 mise en ligne en 20 minutes."),
        ("restore", 280, "Sauvegarde du 3 restaurée sur l’essai."),
        ("text", 288, "Horaires d’été changés."),
        ("secret", 270, "Clé d’envoi des mails remplacée."),
        ("onboard", 265, "Compte de la nouvelle bénévole."),
    ):
        world.drill(done, kind, days, "alone", evidence)
    world.sign(
        done,
        "beneficiary",
        230,
        "Aya Marchand (fictive)",
        "Nous savons tout faire, sauf changer d’hébergeur.",
    )
    world.sign(done, "member", 228, world.coordinator.full_name)
    world.move(done, (Stage.AUTONOMOUS, 200))
    levers = ExitOutcome(
        engagement=done, legitimacy="yes", skills="both", comment="Un prestataire local en appui."
    )
    parts.save_part(levers, by=world.coordinator)
    first = done.survival_checks.get(months=3)
    survival.answer_check(
        first,
        survival.SurvivalAnswer(
            is_running=True,
            usage="daily",
            keeper="selves",
            answered_by="Aya Marchand (fictive)",
            last_release_on=world.ago(120),
        ),
        at=world.moment(100),
    )


def another_member(world):
    member = world.organisation("Membre du Nord (fictif)", is_member=True, is_fictional=True)
    coordinator = world.person(
        Role.COORDINATOR, "Nils Fabre (fictif)", member, email="nord@membre.example"
    )
    funder = world.organisation("Fonds du Nord (fictif)", is_funder=True, is_fictional=True)
    world.person(Role.FUNDER, "Nadia Perrin (fictive)", funder, email="fonds@nord.example")
    for title, name in (
        ("Agenda des bénévoles", "Les Amis du Canal"),
        ("Stock solidaire", "La Réserve"),
    ):
        engagement = world.open(
            title,
            fictional(world, name),
            world.ago(90),
            INVENTED,
            INVENTED_EN,
            by=coordinator,
            member=member,
        )
        world.lead(engagement, "Paul Girard (fictif)", world.ago(80), by=coordinator)
        fundings.add_funding(engagement, funder=funder, starts_on=world.ago(90), by=coordinator)
