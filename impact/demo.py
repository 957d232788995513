"""A small believable world, made through the services. Public facts are sourced; people, days and money are invented.

It lives in the top app because it needs all four. Dates of what is invented follow today, so that something
always waits for the coordinator.
"""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone, translation

from crm import audit
from crm.models import Contact, Membership, Organisation, User
from crm.roles import Role
from crm.services import save_organisation
from engagements import services as running
from engagements.models import Solution
from engagements.stages import Stage
from impact import services as impact
from impact.models import Claim, Indicator
from volunteers import services as lending
from volunteers.models import Skill

PASSWORD = "relais-demo-2026"  # noqa: S105 — printed on purpose; the demo refuses to stand beside real people
ACCOUNTS = {
    Role.ADMINISTRATOR: "admin@relais.example",
    Role.DESK: "guichet@coalition.example",
    Role.COORDINATOR: "coordination@share-it.example",
    Role.VOLUNTEER: "volontaire@wavestone.example",
    Role.LEAD: "cheffe.projet@signes-de-sens.example",
    Role.SPONSOR: "mecenat@wavestone.example",
    Role.FUNDER: "fondation@exemple.example",
}
INVENTED = "Les jalons, les jours et les personnes de cette démonstration sont inventés."
INVENTED_EN = "The milestones, the days and the people of this demonstration are invented."


def build():
    with translation.override("fr"):
        world = World()
        world.linkedout()
        world.elix()
        world.justice()
        world.fictional_engagements()
        world.another_member()


class World:
    def __init__(self):
        self.today = timezone.localdate()
        self.monday = self.today - timedelta(days=self.today.weekday())
        self.admin = User.objects.create_user(
            ACCOUNTS[Role.ADMINISTRATOR], PASSWORD, full_name="Ada Martin (fictive)", is_staff=True, is_superuser=True
        )
        coalition = self.organisation("Coalition Tech for Good")
        self.share_it = self.organisation("Share it", is_member=True, ess_form="association", city="Paris")
        self.join(self.admin, coalition, Role.ADMINISTRATOR)
        self.person(Role.DESK, "Denis Guichet (fictif)", coalition)
        self.coordinator = self.person(Role.COORDINATOR, "Camille Roche (fictive)", self.share_it, is_head=True)
        self.foundation = self.organisation("Fondation Exemple (fictive)", is_funder=True, is_fictional=True)
        self.person(Role.FUNDER, "Flore Meunier (fictive)", self.foundation)
        self.sponsor = self.organisation("Entreprise mécène (fictive)", is_sponsor=True, is_fictional=True)

    # --- people and organisations ---

    def organisation(self, name, **facts):
        return save_organisation(Organisation(name=name, **facts), by=self.admin)

    def person(self, role, full_name, organisation, email=None, is_head=False):
        user = User.objects.create_user(email or ACCOUNTS[role], PASSWORD, full_name=full_name)
        self.join(user, organisation, role, is_head)
        return user

    def join(self, user, organisation, role, is_head=False):
        audit.save(
            Membership(user=user, organisation=organisation, role=role, is_head=is_head), by=self.admin, why="Demo"
        )

    def contact(self, organisation, full_name, user=None, member=None):
        contact = Contact(organisation=organisation, kept_by=member or self.share_it, full_name=full_name, user=user)
        return audit.save(contact, by=self.coordinator, why="Demo")

    def volunteer(self, full_name, email, sponsor, *skills):
        return lending.add_volunteer(
            full_name=full_name,
            email=email,
            sponsor=sponsor,
            member=self.share_it,
            days_a_week=Decimal(4),
            available_from=self.ago(400),
            skills=list(Skill.objects.filter(name_fr__in=skills).order_by("pk")),
            by=self.coordinator,
        )

    # --- engagements ---

    def ago(self, days):
        return self.today - timedelta(days=days)

    def moment(self, days):
        return datetime.combine(self.ago(days), time(15, 0), tzinfo=UTC)

    def open(self, title, beneficiary, started_on, summary, summary_en, need="", by=None, member=None):
        by = by or self.coordinator
        return running.open_engagement(
            title=title,
            beneficiary=beneficiary,
            member=member or self.share_it,
            coordinator=by,
            started_on=started_on,
            need=need,
            summary_fr=summary,
            summary_en=summary_en,
            by=by,
        )

    def lead(self, engagement, full_name, starts_on, ends_on=None, user=None, by=None):
        contact = self.contact(engagement.beneficiary, full_name, user, engagement.member)
        return running.appoint_lead(
            engagement, contact=contact, starts_on=starts_on, ends_on=ends_on, by=by or self.coordinator
        )

    def milestones(self, engagement, *rows):
        """Rows of (title, planned first, planned now or None, done or None, accepted)."""
        for title, first, now, done, accepted in rows:
            milestone = running.add_milestone(engagement, title=title, planned_on=first, by=self.coordinator)
            if now:
                running.change_milestone(milestone, title=title, planned_on=now, by=self.coordinator)
            if done:
                running.finish_milestone(milestone, done_on=done, today=self.today, by=self.coordinator)
            if accepted:
                running.accept_milestone(milestone, today=self.today, by=self.coordinator)

    def assign(self, volunteer, engagement, role, starts, ends, days_a_week=Decimal(4), confirmed=True):
        return lending.assign(
            volunteer,
            engagement,
            role=role,
            starts_on=starts,
            ends_on=ends,
            days_a_week=days_a_week,
            confirmed=confirmed,
            by=self.coordinator,
            today=self.today,
        )

    def weeks(self, assignment, *words):
        """One log a week, the last one last week, with four days each."""
        for back, (done, blocked, following) in enumerate(reversed(words), 1):
            monday = self.monday - timedelta(days=7 * back)
            lending.log_work(
                assignment,
                week=monday,
                days={monday + timedelta(days=n): 2 for n in range(4)},
                done=done,
                blocked=blocked,
                next=following,
                opens_blocker=bool(blocked),
                by=assignment.volunteer.user,
                at=self.moment(7 * back - 4 + self.today.weekday()),
            )

    def move(self, engagement, *stages, reason="Démonstration : l'étape est inventée."):
        for stage in stages:
            running.move_stage(engagement, to=stage, by=self.coordinator, at=timezone.now(), reason=reason)

    def follow(self, engagement, code, reading="periods", target=None):
        indicator = Indicator.objects.get(code=code)
        return impact.follow(engagement, indicator=indicator, reading=reading, target=target, by=self.coordinator)

    def baseline(self, metric, **facts):
        return impact.record_baseline(metric, by=self.coordinator, today=self.today, **facts)

    def measure(self, metric, **facts):
        row = impact.record_measurement(metric, by=self.coordinator, today=self.today, **facts)
        return impact.publish_measurement(row, by=self.coordinator)

    # --- the three real stories, from what is public ---

    def linkedout(self):
        entourage = self.organisation("Entourage", is_beneficiary=True, ess_form="association")
        engagement = self.open(
            "LinkedOut",
            entourage,
            date(2019, 7, 1),
            "La plateforme diffuse les CV de personnes éloignées de l'emploi. Les chiffres ci-dessous sont publics et "
            f"sourcés. {INVENTED}",
            "The platform spreads the CVs of people far from employment. The figures below are public and sourced. "
            f"{INVENTED_EN}",
            need="Partager des CV à la main touche trop peu d'employeurs.",
        )
        running.change_engagement(engagement, running_cost_ceiling=Decimal(150), by=self.coordinator)
        self.lead(engagement, "Lina Moreau (fictive)", date(2019, 7, 1))
        volunteer = self.volunteer("Victor Petit (fictif)", "victor@mecene.example", self.sponsor, "Développement web")
        self.assign(volunteer, engagement, "Développement", self.ago(120), self.today + timedelta(days=200), Decimal(1))
        self.milestones(
            engagement,
            ("Première plateforme", date(2019, 9, 2), None, date(2019, 9, 20), True),
            ("Deuxième promotion", date(2020, 9, 1), None, date(2020, 10, 13), True),
            ("Passation à l'équipe", self.today + timedelta(days=40), None, None, False),
        )
        solution = Solution(engagement=engagement, name="LinkedOut", kind=Solution.Kind.PLATFORM)
        running.save_solution(solution, by=self.coordinator)
        self.linkedout_volume(engagement)
        self.linkedout_share(engagement)
        self.linkedout_people(engagement)
        self.move(engagement, Stage.DESIGN, Stage.BUILD, Stage.LAUNCH, Stage.HANDOVER)
        impact.fund(engagement, funder=self.foundation, starts_on=date(2019, 7, 1), by=self.coordinator)
        running.log_progress(
            engagement,
            week=self.monday,
            done="Point mensuel avec l'équipe (inventé).",
            by=self.coordinator,
            at=timezone.now(),
        )

    def linkedout_volume(self, engagement):
        metric = self.follow(engagement, "back-in-work", "cumulative")
        self.baseline(
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
        self.measure(
            metric,
            count=200,
            exposure_months=Decimal("18.6"),
            window_start=date(2020, 10, 13),
            window_end=date(2022, 5, 2),
            source="Entretien publié par l'Avise, 2 mai 2022",
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
        audit.save(claim, by=self.coordinator, why="Demo")

    def linkedout_share(self, engagement):
        metric = self.follow(engagement, "placement-rate")
        self.baseline(
            metric,
            method="declared",
            count=11,
            total=15,
            window_start=date(2019, 7, 1),
            window_end=date(2020, 10, 12),
            source="fondation.transdev.com : « 11 sur 15 »",
            grade="declared",
            note_fr="Le pilote s'appuyait déjà sur une première plateforme : « à la main » est lui-même ambigu.",
            note_en="The pilot already used a first platform: “by hand” is itself ambiguous.",
        )
        promo = {"window_start": date(2020, 10, 13), "window_end": date(2022, 6, 30), "grade": "declared"}
        source = "Code public d'Entourage (entourage-job), juin 2021 à juin 2022"
        self.measure(metric, count=45, total=80, source=source, **promo)
        self.measure(
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
        self.measure(
            metric,
            percent=Decimal(61),
            window_end=date(2022, 10, 27),
            source="Code public d'Entourage, 27 octobre 2022",
            note_fr="Montré sous trois définitions : « sorties positives », « ont retrouvé un travail » parmi ceux "
            "qui ont fini, et « retrouvent un emploi dans les 6 mois ».",
            note_en="Shown under three definitions: “positive exits”, “found work” among those who finished, "
            "and “find a job within 6 months”.",
            **beside,
            **since,
        )
        self.measure(
            metric,
            percent=Decimal(67),
            window_end=date(2026, 7, 31),
            source="Entourage Pro, juillet 2026",
            **beside,
            **since,
        )

    def linkedout_people(self, engagement):
        metric = self.follow(engagement, "people-supported", "cumulative")
        rows = [
            (15, date(2020, 1, 4), "Code public d'Entourage, 4 janvier 2020"),
            (300, date(2022, 10, 27), "Code public d'Entourage, 27 octobre 2022"),
            (400, date(2023, 5, 15), "Code public d'Entourage, 15 mai 2023"),
            (2500, date(2026, 7, 31), "Entourage Pro, juillet 2026"),
        ]
        for count, day, source in rows:
            self.measure(
                metric, count=count, window_start=date(2019, 7, 1), window_end=day, source=source, grade="declared"
            )

    def elix(self):
        signes = self.organisation("Signes de sens", is_beneficiary=True, ess_form="association")
        lead = self.person(Role.LEAD, "Louise Garnier (fictive)", signes)
        engagement = self.open(
            "Elix, l'extension web",
            signes,
            self.ago(300),
            "Une extension (Chrome, Firefox, Safari) : on surligne un mot, son signe et sa définition en langue des "
            f"signes apparaissent. {INVENTED}",
            "An extension (Chrome, Firefox, Safari): highlight a word, and its sign and definition in French Sign "
            f"Language appear. {INVENTED_EN}",
        )
        running.change_engagement(engagement, running_cost_ceiling=Decimal(80), by=self.coordinator)
        self.lead(engagement, "Louise Garnier (fictive)", self.ago(290), user=lead)
        volunteer = self.volunteer("Nora Lambert (fictive)", "nora@mecene.example", self.sponsor, "Développement web")
        assignment = self.assign(volunteer, engagement, "Développement", self.ago(200), self.today + timedelta(days=18))
        metric = self.follow(engagement, "words-explained", target=6000)
        self.baseline(
            metric,
            method="declared",
            count=240,
            exposure_months=Decimal(12),
            window_start=self.ago(700),
            window_end=self.ago(335),
            source="Chiffre inventé pour la démonstration",
            grade="declared",
        )
        for month in range(4):
            first = self.ago(130 - 30 * month)
            self.measure(
                metric,
                count=310 + 90 * month,
                exposure_months=Decimal(1),
                window_start=first,
                window_end=first + timedelta(days=29),
                source="Chiffre inventé pour la démonstration",
                grade="counted",
            )
        self.milestones(
            engagement,
            ("Maquettes", self.ago(240), None, self.ago(232), True),
            ("Extension Firefox", self.ago(150), None, self.ago(128), True),
            ("Extension Safari", self.ago(30), self.ago(12), self.ago(6), False),
            ("Dictionnaire hors ligne", self.today + timedelta(days=35), self.today + timedelta(days=56), None, False),
        )
        solution = Solution(
            engagement=engagement,
            name="Elix",
            kind=Solution.Kind.EXTENSION,
            stack="JavaScript",
            accessibility="partial",
        )
        running.save_solution(solution, by=self.coordinator)
        self.weeks(
            assignment,
            ("Le panneau de définition s'ouvre au clavier.", "", "Safari : signer l'extension."),
            ("L'extension est signée et en test.", "", "Corriger les retours des trois testeuses."),
        )
        self.move(engagement, Stage.DESIGN, Stage.BUILD)
        impact.fund(engagement, funder=self.foundation, starts_on=self.ago(300), by=self.coordinator)

    def justice(self):
        droit = self.organisation("Droit Pluriel", is_beneficiary=True, ess_form="association")
        wavestone = self.organisation("Wavestone", is_sponsor=True)
        octo = self.organisation("OCTO", is_sponsor=True)
        self.person(Role.SPONSOR, "Simon Lefort (fictif)", wavestone)
        engagement = self.open(
            "Justice Plurielle",
            droit,
            self.ago(180),
            "Rendre la justice accessible aux personnes handicapées, avec des équipes de Wavestone et d'OCTO. "
            f"{INVENTED}",
            f"Making justice accessible to disabled people, with teams of Wavestone and OCTO. {INVENTED_EN}",
        )
        running.change_engagement(engagement, running_cost_ceiling=Decimal(120), by=self.coordinator)
        self.lead(engagement, "Inès Dumas (fictive)", self.ago(175))
        mine = self.volunteer(
            "Vera Simon (fictive)", ACCOUNTS[Role.VOLUNTEER], wavestone, "Développement web", "Accessibilité numérique"
        )
        mine.user.set_password(PASSWORD)
        mine.user.save(update_fields=["password"])
        other = self.volunteer("Oscar Blanc (fictif)", "oscar@octo.example", octo, "Conception d'interface")
        assignment = self.assign(mine, engagement, "Développement", self.ago(90), self.today + timedelta(days=120))
        self.assign(other, engagement, "Conception", self.today, self.today + timedelta(days=90), Decimal(2), False)
        metric = self.follow(engagement, "requests-answered", target=400)
        self.baseline(
            metric,
            method="reconstructed",
            count=0,
            exposure_months=Decimal(6),
            window_start=self.ago(400),
            window_end=self.ago(220),
            source="Chiffre inventé pour la démonstration",
            grade="declared",
        )
        self.measure(
            metric,
            count=37,
            exposure_months=Decimal(2),
            window_start=self.ago(70),
            window_end=self.ago(9),
            source="Chiffre inventé pour la démonstration",
            grade="counted",
        )
        self.milestones(
            engagement,
            ("Parcours des usagers", self.ago(120), None, self.ago(118), True),
            ("Première version en ligne", self.ago(20), self.today + timedelta(days=9), None, False),
            ("Audit d'accessibilité", self.today + timedelta(days=60), None, None, False),
        )
        self.weeks(
            assignment,
            ("Formulaire de demande accessible au clavier.", "", "Espace des avocats."),
            ("Espace des avocats : connexion.", "", "Dépôt des pièces."),
            (
                "Dépôt des pièces, limité à 10 Mo.",
                "Pas d'accès au serveur de recette.",
                "Tests avec un lecteur d'écran.",
            ),
        )
        self.move(engagement, Stage.DESIGN, Stage.BUILD)

    # --- invented ones, so that something waits ---

    def fictional(self, name):
        return self.organisation(f"{name} (fictif)", is_beneficiary=True, ess_form="association", is_fictional=True)

    def fictional_engagements(self):
        vacant = self.open(
            "Carte des paniers", self.fictional("Les Jardins de l'Exemple"), self.ago(150), INVENTED, INVENTED_EN
        )
        self.lead(vacant, "Rose Picard (fictive)", self.ago(150), self.ago(20))
        self.milestones(vacant, ("Choix des lieux", self.ago(60), None, self.ago(58), True))
        running.log_progress(
            vacant, week=self.monday, done="Recherche d'une cheffe de projet.", by=self.coordinator, at=timezone.now()
        )

        late = self.open("Prêt de vélos", self.fictional("Vélo Solidaire"), self.ago(220), INVENTED, INVENTED_EN)
        running.change_engagement(late, running_cost_ceiling=Decimal(60), by=self.coordinator)
        self.lead(late, "Marc Noël (fictif)", self.ago(210))
        self.milestones(
            late,
            ("Inventaire", self.ago(160), None, self.ago(150), True),
            ("Réservation en ligne", self.ago(50), self.ago(38), None, False),
        )
        self.move(late, Stage.DESIGN)
        running.log_progress(
            late, week=self.monday, done="Les écrans sont prêts.", by=self.coordinator, at=timezone.now()
        )

        silent = self.open(
            "Suivi des ateliers", self.fictional("L'Atelier des Mots"), self.ago(120), INVENTED, INVENTED_EN
        )
        self.lead(silent, "Jeanne Colin (fictive)", self.ago(115))
        week = self.monday - timedelta(days=35)
        running.log_progress(
            silent,
            week=week,
            done="Premier atelier.",
            by=self.coordinator,
            at=self.moment((self.today - week).days - 1),
        )

        good = self.open("Accueil en 5 langues", self.fictional("Passerelle 93"), self.ago(25), INVENTED, INVENTED_EN)
        self.lead(good, "Sami Benali (fictif)", self.ago(20))
        running.log_progress(
            good, week=self.monday, done="Cadrage : trois entretiens.", by=self.coordinator, at=timezone.now()
        )

        stopped = self.open(
            "Menus partagés", self.fictional("La Cantine d'à côté"), self.ago(400), INVENTED, INVENTED_EN
        )
        running.move_stage(
            stopped,
            to=Stage.STOPPED,
            reason="L'association a trouvé un outil existant qui lui suffit.",
            by=self.coordinator,
            at=timezone.now(),
        )

    def another_member(self):
        member = self.organisation("Membre du Nord (fictif)", is_member=True, is_fictional=True)
        coordinator = self.person(Role.COORDINATOR, "Nils Fabre (fictif)", member, email="nord@membre.example")
        funder = self.organisation("Fonds du Nord (fictif)", is_funder=True, is_fictional=True)
        self.person(Role.FUNDER, "Nadia Perrin (fictive)", funder, email="fonds@nord.example")
        for title, name in (("Agenda des bénévoles", "Les Amis du Canal"), ("Stock solidaire", "La Réserve")):
            engagement = self.open(
                title, self.fictional(name), self.ago(90), INVENTED, INVENTED_EN, by=coordinator, member=member
            )
            self.lead(engagement, "Paul Girard (fictif)", self.ago(80), by=coordinator)
            impact.fund(engagement, funder=funder, starts_on=self.ago(90), by=coordinator)
