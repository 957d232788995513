"""LinkedOut, from what is published: every figure with its day, its source and its population."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from crm.audit import write
from crm.audit.reasons import DEMO
from demo.world import INVENTED, INVENTED_EN
from engagements.domain.stages import Stage
from engagements.models import Solution
from engagements.services import engagements, parts, progress
from impact.models import Claim
from impact.services import fundings


def linkedout(world):
    entourage = world.organisation("Entourage", is_beneficiary=True)
    engagement = world.open(
        "LinkedOut",
        entourage,
        date(2019, 7, 1),
        "La plateforme diffuse les CV de personnes éloignées de l’emploi. Les chiffres ci-dessous sont publics et "
        f"sourcés. {INVENTED}",
        "The platform spreads the CVs of people far from employment. The figures below are public and sourced. "
        f"{INVENTED_EN}",
        need="Partager des CV à la main touche trop peu d’employeurs.",
    )
    engagements.change_engagement(
        engagement, {"running_cost_ceiling": Decimal(150)}, by=world.coordinator
    )
    world.lead(engagement, "Lina Moreau (fictive)", date(2019, 7, 1))
    volunteer = world.volunteer(
        "Victor Petit (fictif)", "victor@mecene.example", world.sponsor, "Développement web"
    )
    world.assign(
        volunteer,
        engagement,
        "Développement",
        world.ago(120),
        world.today + timedelta(days=200),
        Decimal(1),
    )
    world.milestones(
        engagement,
        ("Première plateforme", date(2019, 9, 2), None, date(2019, 9, 20), True),
        ("Deuxième promotion", date(2020, 9, 1), None, date(2020, 10, 13), True),
        ("Passation à l’équipe", world.today + timedelta(days=40), None, None, False),
    )
    solution = Solution(engagement=engagement, name="LinkedOut", kind=Solution.Kind.PLATFORM)
    parts.save_part(solution, by=world.coordinator)
    linkedout_volume(world, engagement)
    linkedout_share(world, engagement)
    linkedout_people(world, engagement)
    world.move(
        engagement,
        (Stage.DESIGN, 900),
        (Stage.BUILD, 800),
        (Stage.LAUNCH, 300),
        (Stage.HANDOVER, 45),
    )
    fundings.add_funding(
        engagement, funder=world.foundation, starts_on=date(2019, 7, 1), by=world.coordinator
    )
    progress.log_progress(
        engagement,
        progress.WeekLog(week=world.monday, done="Point mensuel avec l’équipe (inventé)."),
        by=world.coordinator,
        at=timezone.now(),
    )


def linkedout_volume(world, engagement):
    metric = world.follow(engagement, "back-in-work", "cumulative")
    world.baseline(
        metric,
        method="hypothesis",
        count=10,
        exposure_months=Decimal("15.4"),
        window_start=date(2019, 7, 1),
        window_end=date(2020, 10, 12),
        source="20minutes.fr, 9 septembre 2020 : « une dizaine »",
        grade="declared",
        note_fr="si « une dizaine » de personnes pendant les 15,4 mois du pilote",
        note_en="if “about ten” people in the 15.4 months of the pilot",
    )
    world.baseline(
        metric,
        method="hypothesis",
        count=12,
        exposure_months=Decimal("18.6"),
        window_start=date(2020, 10, 13),
        window_end=date(2022, 5, 2),
        source="Calcul : 200 ÷ 16 = 12,5",
        grade="declared",
        note_fr="si « 16 fois » compare deux effectifs sur une même durée : 200 ÷ 16 = 12,5 personnes, donc 12 ou 13",
        note_en="if “16 times” compares two counts over the same time: 200 ÷ 16 = 12.5 people, so 12 or 13",
    )
    world.measure(
        metric,
        count=200,
        exposure_months=Decimal("18.6"),
        window_start=date(2020, 10, 13),
        window_end=date(2022, 5, 2),
        source="Entretien publié par l’Avise, 2 mai 2022",
        grade="declared",
    )
    claim = Claim(
        metric=metric,
        value=Decimal(16),
        kind=Claim.Kind.VOLUME,
        stated_on=date(2022, 5, 2),
        statement_fr="« Depuis octobre 2020, 200 personnes ont pu retrouver un emploi, "
        "soit 16 fois plus que … à la main. »",
        statement_en="“Since October 2020, 200 people have found a job, 16 times more than by hand.”",
        source="Avise, 2 mai 2022",
    )
    write.save(claim, by=world.coordinator, why=DEMO)
    world.caveat(
        metric,
        "« 16 fois » est annoncé sans sa référence. Deux lectures le retrouvent : des rythmes (« une dizaine » en 15,4 "
        "mois) et des effectifs sur une même durée (12 ou 13). L’une et l’autre disent un volume : plus de personnes, "
        "pas plus de chances pour chacune. Le pilote avait déjà une première plateforme : « à la main » est ambigu.",
        "“16 times” is claimed without its baseline. Two readings give it back: paces (“about ten” in 15.4 months) and "
        "counts over the same time (12 or 13). Either tells a volume: more people, not better odds for each. The pilot "
        "had a first platform already: “by hand” is ambiguous.",
    )


def linkedout_share(world, engagement):
    metric = world.follow(engagement, "placement-rate")
    world.baseline(
        metric,
        method="declared",
        count=11,
        total=15,
        window_start=date(2019, 7, 1),
        window_end=date(2020, 10, 12),
        source="fondation.transdev.com : « 11 sur 15 »",
        grade="declared",
        note_fr="Le pilote s’appuyait déjà sur une première plateforme : « à la main » est lui-même ambigu.",
        note_en="The pilot already used a first platform: “by hand” is itself ambiguous.",
    )
    promo = {
        "window_start": date(2020, 10, 13),
        "window_end": date(2022, 6, 30),
        "grade": "declared",
    }
    source = "Code public d’Entourage (entourage-job), juin 2021 à juin 2022"
    world.measure(
        metric,
        count=37,
        total=80,
        counts_in_total=False,
        window_start=date(2020, 10, 13),
        window_end=date(2021, 2, 1),
        source="france3-regions, début février 2021",
        grade="declared",
        note_fr="Le parcours n’était pas fini ; le jour exact n’est pas publié.",
        note_en="The course was still running; the exact day is not published.",
    )
    world.measure(metric, count=45, total=80, source=source, **promo)
    world.measure(
        metric,
        count=45,
        total=63,
        population="completers",
        counts_in_total=False,
        source=source,
        note_fr="« 71 % de sorties positives, calculé sur les candidats étant allés au bout du parcours »",
        note_en="“71 % positive exits, among the candidates who completed the course”",
        **promo,
    )
    beside = {"population": "unknown", "counts_in_total": False, "grade": "declared"}
    since = {"window_start": date(2019, 7, 1)}
    world.measure(
        metric,
        percent=Decimal(61),
        window_end=date(2022, 10, 27),
        source="Code public d’Entourage, 27 octobre 2022",
        note_fr="Montré sous trois définitions : « sorties positives », « ont retrouvé un travail » parmi ceux "
        "qui ont fini, et « retrouvent un emploi dans les 6 mois ».",
        note_en="Shown under three definitions: “positive exits”, “found work” among those who finished, "
        "and “find a job within 6 months”.",
        **beside,
        **since,
    )
    world.measure(
        metric,
        percent=Decimal(72),
        window_start=date(2022, 1, 1),
        window_end=date(2022, 12, 31),
        source="Code public d’Entourage, 15 mai 2023",
        note_fr="« Sorties positives » de 2022. La Fondation Transdev donne 72 % pour la promotion de jeunes.",
        note_en="“Positive exits” of 2022. Fondation Transdev gives 72 % for the group of young people.",
        **beside,
    )
    world.measure(
        metric,
        percent=Decimal(70),
        window_start=date(2023, 1, 1),
        window_end=date(2023, 12, 31),
        source="Entourage Pro, juillet 2026",
        note_fr="« Sorties positives » de 2023.",
        note_en="“Positive exits” of 2023.",
        **beside,
    )
    world.measure(
        metric,
        percent=Decimal(67),
        window_end=date(2026, 7, 31),
        source="Entourage Pro, juillet 2026",
        note_fr="« Ont trouvé un emploi », sans population.",
        note_en="“Found a job”, without a population.",
        **beside,
        **since,
    )
    _shown_under_three_definitions(world, metric)


def _shown_under_three_definitions(world, metric):
    world.caveat(
        metric,
        "61 % a été montré sous trois définitions : « sorties positives », « ont retrouvé un travail » parmi ceux qui "
        "ont fini le parcours, « retrouvent un emploi dans les 6 mois ». 71 % (45 sur 63) ne compte que ceux qui ont "
        "fini ; avec tous ceux qui ont commencé, c’est 56 % (45 sur 80). Une sortie positive n’est pas toujours un "
        "emploi. Sources : code public d’Entourage, 27 octobre 2022 et juin 2021 à juin 2022.",
        "61% was shown under three definitions: “positive exits”, “found work” among those who finished the course, "
        "“find a job within 6 months”. 71% (45 out of 63) counts only those who finished; with all who began it is 56% "
        "(45 out of 80). A positive exit is not always a job. Sources: Entourage's public code, 27 October 2022 and "
        "June 2021 to June 2022.",
    )


def linkedout_people(world, engagement):
    metric = world.follow(engagement, "people-supported", "cumulative")
    rows = [
        (15, date(2020, 1, 4), "Code public d’Entourage, 4 janvier 2020"),
        (300, date(2022, 10, 27), "Code public d’Entourage, 27 octobre 2022"),
        (400, date(2023, 5, 15), "Code public d’Entourage, 15 mai 2023"),
        (2500, date(2026, 7, 31), "Entourage Pro, juillet 2026"),
    ]
    for count, day, source in rows:
        world.measure(
            metric,
            count=count,
            window_start=date(2019, 7, 1),
            window_end=day,
            source=source,
            grade="declared",
        )
    world.measure(
        metric,
        count=80,
        counts_in_total=False,
        window_start=date(2020, 10, 13),
        window_end=date(2020, 10, 13),
        source="carenews, france-fraternites.org",
        grade="declared",
        note_fr="La deuxième promotion seule, à son lancement.",
        note_en="The second group alone, at its launch.",
    )
    world.caveat(
        metric,
        "Les séries publiées ne s’accordent pas : 61 % de 300 personnes accompagnées au 27 octobre 2022 font 183, "
        "moins que les 200 annoncées près de six mois plus tôt. Numérateurs, dénominateurs et jours diffèrent. "
        "Sources : code public d’Entourage, 27 octobre 2022 ; entretien publié par l’Avise, 2 mai 2022.",
        "The published series do not reconcile: 61% of the 300 people supported by 27 October 2022 are 183, fewer than "
        "the 200 announced almost six months before. Numerators, denominators and days differ. Sources: Entourage's "
        "public code, 27 October 2022; interview published by Avise, 2 May 2022.",
    )
