"""Two engagements from what is public; their figures and their days are invented."""

from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from crm.audit import write
from crm.audit.reasons import DEMO
from crm.domain.roles import Role
from demo.world import ACCOUNTS, FIGURES_TOO, FIGURES_TOO_EN, INVENTED, INVENTED_EN, PASSWORD
from engagements.domain.stages import Stage
from engagements.models import Solution
from engagements.services import engagements, parts
from impact.services import fundings, targets
from impact.table_import.groups import groups_of_text
from volunteers.models import Signer
from volunteers.services import months


def elix(world):
    signes = world.organisation("Signes de sens", is_beneficiary=True)
    lead = world.person(Role.LEAD, "Louise Garnier (fictive)", signes)
    engagement = world.open(
        "Elix, l’extension web",
        signes,
        world.ago(300),
        "Bulle Elix (2020), une extension pour Chrome, Firefox et Safari : on surligne un mot, son signe et sa "
        f"définition en langue des signes apparaissent. {INVENTED} {FIGURES_TOO}",
        "Bulle Elix (2020), an extension for Chrome, Firefox and Safari: highlight a word, and its sign and "
        f"definition in French Sign Language appear. {INVENTED_EN} {FIGURES_TOO_EN}",
    )
    engagements.change_engagement(
        engagement, {"running_cost_ceiling": Decimal(80)}, by=world.coordinator
    )
    world.lead(engagement, "Louise Garnier (fictive)", world.ago(290), user=lead)
    volunteer = world.volunteer(
        "Nora Lambert (fictive)",
        "nora@mecene.example",
        world.sponsor,
        "Développement web",
        wishes=["Accessibilité numérique"],
    )
    assignment = world.assign(
        volunteer, engagement, "Développement", world.ago(200), world.today + timedelta(days=18)
    )
    metric = world.follow(
        engagement, "words-explained", target=6000, every=1, every_from=world.ago(130)
    )
    world.baseline(
        metric,
        method="declared",
        count=1_900,
        exposure_months=Decimal(12),
        team=3,
        hours=Decimal(950),
        cost=Decimal(24_700),
        window_start=world.ago(700),
        window_end=world.ago(335),
        source="Chiffre inventé pour la démonstration",
        grade="declared",
    )
    for month in range(4):
        first = world.ago(130 - 30 * month)
        world.measure(
            metric,
            count=310 + 90 * month,
            exposure_months=Decimal(1),
            window_start=first,
            window_end=first + timedelta(days=29),
            source="Chiffre inventé pour la démonstration",
            grade="counted",
        )
    aims(world, metric)
    asked(world, world.follow(engagement, "users-satisfied", every=1, every_from=world.ago(90)))
    world.milestones(
        engagement,
        ("Maquettes", world.ago(240), None, world.ago(232), True),
        ("Extension Firefox", world.ago(150), None, world.ago(128), True),
        ("Extension Safari", world.ago(30), world.ago(12), world.ago(6), False),
        (
            "Dictionnaire hors ligne",
            world.today + timedelta(days=35),
            world.today + timedelta(days=56),
            None,
            False,
        ),
    )
    solution = Solution(engagement=engagement, name="Bulle Elix", kind=Solution.Kind.EXTENSION)
    parts.save_part(solution, by=world.coordinator)
    world.cost(engagement, "hosting", "Dictionnaire en ligne", 38, since=150)
    free = world.today + timedelta(days=41)
    world.cost(engagement, "credits", "Crédits d’un hébergeur", 30, since=150, free_until=free)
    world.owns(engagement, "code", "Dépôt du code", "sponsor", "Entreprise mécène (fictive)")
    world.drill(engagement, "text", 20, "helped", "Un mot corrigé, avec l’aide de l’équipe.")
    world.barriers(engagement, "intake", "beneficiary", 1, 3, 3, 2)
    world.barriers(engagement, "intake", "member", 2, 3, 2, 2)
    world.quiet_weeks(assignment, "Le dictionnaire grandit : mots de la semaine.", 12, 3)
    for sheet in world.months_over(assignment)[:-1]:
        months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=timezone.now())
    world.weeks(
        assignment,
        ("Le panneau de définition s’ouvre au clavier.", "", "Safari : signer l’extension."),
        ("L’extension est signée et en test.", "", "Corriger les retours des trois testeuses."),
    )
    world.move(engagement, (Stage.DESIGN, 270), (Stage.BUILD, 190))
    world.met(
        engagement,
        12,
        "Comité de pilotage : la version Safari sort avant le dictionnaire hors ligne.",
    )
    world.met(
        engagement,
        41,
        "Premier essai avec trois testeuses ; le panneau est trop petit.",
        kind="call",
    )
    fundings.add_funding(
        engagement, funder=world.foundation, starts_on=world.ago(300), by=world.coordinator
    )


def aims(world, metric):
    """Invented, as the figures are: two months by two, set ahead; one that was lowered, and two to come."""
    for place, value in enumerate((700, 1_150, 1_300, 1_500)):
        first = world.ago(130 - 60 * place)
        world.aim(metric, value, first, first + timedelta(days=59), set_on=world.ago(160))
    lowered = metric.targets.order_by("window_start")[1]
    why = "Démonstration : la version Safari sort plus tard que prévu."
    targets.change_target(
        lowered, value=Decimal(1_100), why=why, by=world.coordinator, today=world.ago(45)
    )


def asked(world, metric):
    """A survey each month: one was made and the next one is due. Invented as well."""
    world.aim(metric, 70, world.ago(90), world.ago(61), set_on=world.ago(160))
    world.aim(metric, 80, world.ago(60), world.ago(31), set_on=world.ago(160))
    world.measure(
        metric,
        count=26,
        total=34,
        asked=60,
        answered=34,
        window_start=world.ago(90),
        window_end=world.ago(61),
        source="Chiffre inventé pour la démonstration",
        grade="surveyed",
    )


def sign_months(world, assignment, lead, company):
    """The older months are locked, one after a disagreement and with a correction; the last waits for the company."""
    *older, last = world.months_over(assignment)
    for sheet in older:
        day, at = sheet.worked_days().first().day, timezone.now()
        said = months.disagree(
            sheet, Signer.LEAD, day=day, comment="Était-ce une journée entière ?", by=lead, at=at
        )
        months.settle(said, by=lead, at=at)
        sheet = months.confirm_month(sheet, Signer.LEAD, seen=sheet.version, by=lead, at=at)
        months.confirm_month(sheet, Signer.SPONSOR, seen=sheet.version, by=company, at=at)
        reason = "Démonstration : partie à midi ce jour-là."
        months.correct_day(sheet, day=day, half_days=1, reason=reason, by=world.coordinator, at=at)
    months.confirm_month(last, Signer.LEAD, seen=last.version, by=lead, at=timezone.now())


def justice(world):
    droit = world.organisation("Droit Pluriel", is_beneficiary=True)
    wavestone = world.organisation("Wavestone", is_sponsor=True)
    octo = world.organisation("OCTO", is_sponsor=True)
    company = world.person(Role.SPONSOR, "Simon Lefort (fictif)", wavestone)
    engagement = world.open(
        "Justice Plurielle",
        droit,
        world.ago(180),
        "Rendre la justice accessible aux personnes handicapées, avec des équipes de Wavestone et d’OCTO. "
        f"{INVENTED} {FIGURES_TOO}",
        "Making justice accessible to disabled people, with teams of Wavestone and OCTO. "
        f"{INVENTED_EN} {FIGURES_TOO_EN}",
    )
    engagements.change_engagement(
        engagement, {"running_cost_ceiling": Decimal(120)}, by=world.coordinator
    )
    lead = world.person(
        Role.LEAD, "Inès Dumas (fictive)", droit, email="ines@droit-pluriel.example"
    )
    world.lead(engagement, "Inès Dumas (fictive)", world.ago(175), user=lead)
    mine = world.volunteer(
        "Vera Simon (fictive)",
        ACCOUNTS[Role.VOLUNTEER],
        wavestone,
        *("Développement web", "Accessibilité numérique"),
        languages="français, anglais",
        wishes=["Données"],
    )
    mine.user.set_password(PASSWORD)
    write.save(mine.user, by=world.admin, why=DEMO, fields=["password"])
    other = world.volunteer(
        "Oscar Blanc (fictif)", "oscar@octo.example", octo, "Conception d’interface"
    )
    assignment = world.assign(
        mine, engagement, "Développement", world.ago(90), world.today + timedelta(days=120)
    )
    world.assign(
        other,
        engagement,
        "Conception",
        world.today,
        world.today + timedelta(days=90),
        Decimal(2),
        False,
    )
    metric = world.follow(engagement, "requests-answered", target=400)
    baseline = world.baseline(
        metric,
        method="reconstructed",
        count=0,
        exposure_months=Decimal(6),
        window_start=world.ago(400),
        window_end=world.ago(220),
        source="Chiffre inventé pour la démonstration",
        grade="declared",
    )
    world.agree(baseline, lead)
    world.measure(
        metric,
        count=37,
        exposure_months=Decimal(2),
        window_start=world.ago(70),
        window_end=world.ago(9),
        source="Chiffre inventé pour la démonstration",
        grade="counted",
        deadweight_asked=30,
        deadweight_answered=22,
        deadweight=6,
        groups=groups_of_text(
            "territoire ; Île-de-France ; 16\nterritoire ; Occitanie ; 11\nterritoire ; Bretagne ; 6\n"
            "territoire ; Corse / Corsica ; 2\n"
            "situation ; Surdité ou malentendance / Deaf or hard of hearing ; 15\n"
            "situation ; Handicap visuel / Visual impairment ; 12\nsituation ; Handicap moteur / Motor disability ; 7"
        ),
    )
    world.milestones(
        engagement,
        ("Parcours des usagers", world.ago(120), None, world.ago(118), True),
        ("Première version en ligne", world.ago(20), world.today + timedelta(days=9), None, False),
        ("Audit d’accessibilité", world.today + timedelta(days=60), None, None, False),
    )
    world.quiet_weeks(
        assignment, "Parcours d’une demande, de la première question à la réponse.", 12, 4
    )
    world.weeks(
        assignment,
        ("Formulaire de demande accessible au clavier.", "", "Espace des avocats."),
        ("Espace des avocats : connexion.", "", "Dépôt des pièces."),
        (
            "Dépôt des pièces, limité à 10 Mo.",
            "Pas d’accès au serveur de recette.",
            "Tests avec un lecteur d’écran.",
        ),
    )
    sign_months(
        world, assignment, lead, company
    )  # once all is logged: a word given is not undone by a later week
    world.move(engagement, (Stage.DESIGN, 150), (Stage.BUILD, 85))
    world.met(engagement, 8, "Les accès au serveur de recette sont demandés.", kind="mail")
