"""Support requests and the offers of nine members: Share it by what it has published, eight plainly fictional ones."""

from datetime import timedelta
from decimal import Decimal

from crm.domain.roles import Role
from crm.models import MemberOffer, Need, Organisation
from crm.services import offers, referrals, requests
from demo.world import INVENTED, INVENTED_EN
from engagements.services.engagements import change_engagement
from engagements.services.intake import Acceptance, accept_request

ASKS = "Une personne à temps plein dans la structure, pendant tout le projet."
ASKS_EN = "One person of the organisation, full time, for the whole project."
NORTH = "Membre du Nord (fictif)"
FICTIONAL = {
    "Atelier des Données (fictif)": {
        "needs": ["data-impact", "internal-processes"],
        "audiences": ["internal"],
        "places": 3,
    },
    "Accès pour Tous (fictif)": {
        "needs": ["accessibility", "online-service"],
        "goals": [10],
        "places": 1,
    },
    "Fabrique Rurale (fictive)": {
        "departments": ["12", "15", "23", "46", "48"],
        "staff_max": 20,
        "places": 4,
    },
    "Grandes Causes (fictif)": {
        "staff_min": 50,
        "budget_min": 1_000_000,
        "lead": "full-time",
        "places": 2,
    },
    "Coup de Pouce (fictif)": {
        "maturities": ["idea", "scoped"],
        "staff_max": 10,
        "lead": "part-time",
        "places": 5,
    },
    "Passage à l’Échelle (fictif)": {
        "maturities": ["prototype", "running"],
        "lead": "part-time",
        "running_min": Decimal(200),
        "places": 2,
    },
    "École du Code Solidaire (fictive)": {"needs": ["training"], "is_open": False, "places": 0},
}
USUAL = {
    "ess_form": "association",
    "need": "matching",
    "need_text": "Nous rapprochons les personnes et les bénévoles à la main, dans un tableur partagé.",
    "audience": "beneficiaries",
    "maturity": "scoped",
    "lead": "full-time",
    "skills": "some",
    "postal_code": "93200",
    "city": "Saint-Denis",
    "staff_count": 12,
    "annual_budget": 450_000,
    "running_budget": Decimal(80),
}


class Intake:
    def __init__(self, world):
        self.world = world
        self.needs = Need.objects.in_bulk()
        self.offers = {}
        self.asked = 0
        (self.desk,) = [row.user for row in self._memberships(Role.DESK)]

    def _memberships(self, role):
        return Organisation.objects.get(name="Coalition Tech for Good").memberships.filter(
            role=role
        )

    def offer(self, member, **facts):
        offer = offers.save_offer(MemberOffer(member=member, **facts), by=self.world.admin)
        self.offers[member.name] = offer
        return offer

    def ask(self, name, contact, days, language="fr", barriers=(2, 3, 2, 1), **facts):
        """A request that was sent so many days ago."""
        at = self.world.moment(days)
        self.asked += 1
        address = f"contact@porteur-{self.asked}.example"
        draft, _token = requests.start_request(
            contact_name=contact, email=address, language=language, network="", at=at
        )
        told = USUAL | facts
        told["need"] = self.needs[told["need"]]
        told |= dict(
            zip(
                ["barrier_culture", "barrier_expertise", "barrier_finance", "barrier_time"],
                barriers,
                strict=True,
            )
        )
        requests.keep_draft(draft, told | {"name": name})
        requests.confirm_address(draft)
        return requests.submit_request(draft, at=at + timedelta(minutes=12))

    def qualify(self, request, days, organisation=None):
        return requests.qualify(
            request, by=self.desk, at=self.world.moment(days), organisation=organisation
        )

    def refer(self, request, member, days):
        request = self.qualify(request, days) if request.state == "received" else request
        return referrals.refer(
            request, offer=self.offers[member], by=self.desk, at=self.world.moment(days)
        )

    def decline(self, referral, reason, text, days):
        seen = referral.request.version
        referrals.decline(
            referral, reason=reason, text=text, by=None, at=self.world.moment(days), seen=seen
        )
        referral.request.refresh_from_db()
        return referral.request


def intake(world):
    scene = Intake(world)
    north = Organisation.objects.get(name=NORTH)
    scene.offer(
        world.share_it,
        lead="full-time",
        ess_forms=["association", "rup", "company", "scop", "scic", "cooperative"],
        lends_sponsored_teams=True,
        places=2,
        asks_fr=ASKS,
        asks_en=ASKS_EN,
        email="propositions@share-it.example",
    )
    scene.offer(north, departments=["59", "62", "80"], places=2, email="nord@membre.example")
    for name, facts in FICTIONAL.items():
        member = world.organisation(name, is_member=True, is_fictional=True)
        scene.offer(member, email=f"propositions@membre-{len(scene.offers)}.example", **facts)
    waiting(scene)
    going_on(scene)
    over(scene, north)


def waiting(scene):
    """What the desk finds in the morning."""
    scene.ask("Les Voisins du Canal (fictif)", "Léa Masson (fictive)", 2)
    scene.ask("Voisins du Canal (fictif)", "Léa Masson (fictive)", 1, postal_code="93210")
    scene.ask(
        "Welcome Bikes (fictif)",
        "Amy Stone (fictive)",
        1,
        language="en",
        need="online-service",
        need_text="People who have just arrived book a bike by telephone; we note it on paper.",
        postal_code="75019",
        city="Paris",
    )
    scene.ask(
        "Radio des Collines (fictif)", "Hugo Petit (fictif)", 30, need="training", maturity="idea"
    )
    scop = scene.ask(
        "Menuiserie Partagée (fictive)",
        "Inès Caron (fictive)",
        9,
        ess_form="scop",
        need="internal-processes",
        audience="internal",
        need_text="Nos devis et nos chantiers se suivent dans trois tableurs qui ne s’accordent pas.",
    )
    scene.qualify(scop, 6)
    alone = scene.ask(
        "Le Jardin d’à Côté (fictif)", "Noé Blanc (fictif)", 8, lead="none", staff_count=1
    )
    scene.qualify(alone, 5)
    bare = scene.ask(
        "Collectif du Port (fictif)",
        "Mona Faure (fictive)",
        4,
        postal_code="",
        city="",
        staff_count=None,
        annual_budget=None,
        running_budget=None,
        skills="",
    )
    scene.qualify(bare, 2)


def going_on(scene):
    """What waits for a member or for a holder."""
    scene.refer(scene.ask("Trait d’Union (fictif)", "Paul Rey (fictif)", 7), "Share it", 3)
    scene.refer(
        scene.ask("Lire Ensemble (fictif)", "Sonia Adam (fictive)", 40, need="accessibility"),
        "Accès pour Tous (fictif)",
        30,
    )
    asked = scene.ask("Cuisine du Monde (fictif)", "Kofi Mensah (fictif)", 12, maturity="prototype")
    referral = scene.refer(asked, "Share it", 8)
    requests.ask_holder(
        referral.request,
        text="Combien de personnes utiliseraient l’outil la première année ?",
        by=scene.world.coordinator,
        member=scene.world.share_it,
        at=scene.world.moment(4),
    )
    twice = scene.ask(
        "Les Mains Vertes (fictif)",
        "Rita Colas (fictive)",
        50,
        maturity="running",
        postal_code="59000",
    )
    twice = scene.decline(
        scene.refer(twice, "Share it", 45), "capacity", "Pas d’équipe avant le printemps.", 38
    )
    twice = scene.decline(
        scene.refer(twice, "Passage à l’Échelle (fictif)", 36),
        "budget",
        "Le coût de fonctionnement dépasse ce que la structure peut porter.",
        27,
    )


def over(scene, north):
    """What has come to an end, or waits for better days."""
    nobody = scene.ask(
        "Mutuelle des Îles (fictive)",
        "Zélie Payet (fictive)",
        60,
        ess_form="mutual",
        need="other",
        lead="none",
        maturity="running",
        postal_code="97400",
        city="Saint-Denis de La Réunion",
        staff_count=40,
        annual_budget=800_000,
        running_budget=Decimal(20),
    )
    requests.nobody_fits(
        scene.qualify(nobody, 55),
        next_step="Aucun membre n’intervient à La Réunion. Le guichet vous met en lien avec l’espace numérique "
        "régional et réexamine votre demande au printemps.",
        review_on=scene.world.today + timedelta(days=120),
        by=scene.desk,
        at=scene.world.moment(50),
    )
    taken = scene.ask(
        "Les Ateliers de la Lys (fictif)", "Jean Vasseur (fictif)", 90, postal_code="62120"
    )
    known = scene.world.organisation(
        taken.name, is_beneficiary=True, ess_form="association", is_fictional=True
    )
    taken = scene.qualify(taken, 86, known)
    (coordinator,) = [
        row.user for row in north.memberships.filter(role=Role.COORDINATOR).select_related("user")
    ]
    proposed = scene.refer(taken, NORTH, 84)
    engagement = accept_request(
        proposed,
        Acceptance(
            title="Entraide de la Lys", coordinator=coordinator, started_on=scene.world.ago(80)
        ),
        seen=proposed.request.version,
        by=coordinator,
        at=scene.world.moment(80),
    )
    change_engagement(
        engagement, {"summary_fr": INVENTED, "summary_en": INVENTED_EN}, by=coordinator
    )
    gone = scene.ask("Théâtre du Quai (fictif)", "Élise Roux (fictive)", 25)
    requests.withdraw_request(
        gone, text="Nous avons trouvé un outil qui nous suffit.", at=scene.world.moment(20)
    )
