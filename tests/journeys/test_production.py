"""The first day of an association: from a server with nothing in it to a report in the hands of its funder.

Production settings, real processes, and people who press what their pages show. Nobody is there but whom `setup` made
and whom somebody invited.
"""

import re
from datetime import timedelta
from io import BytesIO
from time import sleep

import pytest
import requests
from django.conf import settings
from django.utils import timezone, translation
from django.utils.text import capfirst
from pypdf import PdfReader

from crm.domain.formatting import weekday_number
from tests.empty_database import empty_database
from tests.journeys.install import Install
from tests.totp import code

PASSWORD = "un-mot-de-passe-bien-à-moi"
MEMBER, HOLDER = "Code Partagé", "Les Jardins du Coin"
SPONSOR, FUNDER = "Mécénix", "Fondation des Communs"
INDICATOR = "Demandes traitées"


@pytest.mark.django_db
def test_the_first_day(tmp_path):
    with empty_database("relais_first_day", tmp_path) as database:
        install = Install(tmp_path, database)
        install.manage("collectstatic", "--noinput")
        said = install.manage(
            "setup",
            f"--organisation={MEMBER}",
            "--name=Zoé Première",
            "--email=zoe@partage.test",
        )
        with install.serving():
            day = FirstDay(install)
            day.the_founder_enters(by=re.search(r"https://\S+", said)[0])
            day.nobody_enters_by_another_door()
            day.the_founder_says_what_the_member_accepts()
            day.coordinator_and_desk_are_invited()
            day.a_project_holder_asks_for_support()
            day.the_desk_proposes_the_request()
            day.the_coordinator_accepts_it_and_names_the_lead()
            day.the_lead_is_invited_from_the_address_book()
            day.sponsor_and_funder_are_added_and_invited()
            day.a_volunteer_is_lent_and_confirmed()
            day.the_volunteer_logs_the_week()
            day.the_lead_counts_and_the_coordinator_publishes()
            day.the_funder_reads_the_report()
            day.the_api_knows_them_too()
            day.nothing_went_wrong_unseen()


class FirstDay:
    """Its steps, each by the people who take it, once they are inside."""

    def __init__(self, install):
        self.install = install
        self.secrets = {}

    # Ways in

    def enter(self, email, link):
        """By the link that somebody was given: a password, and the log-in."""
        person = self.install.visitor().open(link)
        chosen = {"Nouveau mot de passe", "Confirmation du nouveau mot de passe"}
        person.send("Choisir ce mot de passe", dict.fromkeys(chosen, PASSWORD))
        person.sees("Votre mot de passe est choisi")
        return self.log_in(person, email)

    def log_in(self, person, email):
        return person.send("Se connecter", {"E-mail": email, "Mot de passe": PASSWORD})

    def invited(self, email):
        """By the mail of their own."""
        return self.enter(email, self.install.link_mailed_to(email, "votre compte est ouvert"))

    def with_a_phone(self, person):
        """Nothing else opens to those whose role asks for a second factor."""
        person.open("/organisations/").sees("Votre rôle demande un second facteur")
        [secret] = re.findall(r"[A-Z2-7]{32}", person.text)
        person.send("Mettre en place", {"Code": code(secret)}).sees("Codes de secours")
        self.secrets[id(person)] = secret
        return person.follow("Ils sont en lieu sûr")

    def next_code(self, person):
        return code(self.secrets[id(person)], steps=1)

    def invite(self, organisation, **given):
        self.founder.follow("Annuaire").follow(organisation).follow("Inviter quelqu’un")
        self.founder.send("Envoyer l’invitation", given)
        self.founder.sees("est invité·e : un message part")

    def add(self, organisation, kind):
        self.founder.follow("Annuaire").follow("Ajouter une organisation")
        self.founder.send("Ajouter l’organisation", {"Nom": organisation, kind: True})
        self.founder.sees("est enregistré")

    # The steps

    def the_founder_enters(self, by):
        self.founder = self.with_a_phone(self.enter("zoe@partage.test", by))

        self.founder.sees("Premiers pas", "Dire ce que chaque membre accepte")
        cookies = {cookie.name: cookie for cookie in self.founder.session.cookies}
        assert {"__Host-session", "__Host-csrf"} <= cookies.keys()
        assert all(cookie.secure for cookie in cookies.values())

    def nobody_enters_by_another_door(self):
        stranger = self.install.visitor().open("/organisations/")
        assert stranger.address.endswith("/login/?next=/organisations/")

        thief = self.log_in(stranger, "zoe@partage.test").sees("Second facteur")
        thief.open("/organisations/").sees("Se connecter")
        thief.open("/login/second/").send("Se connecter", {"Code": self.next_code(self.founder)})
        thief.open("/organisations/").sees(MEMBER)  # no thief: it is her phone

        form = self.founder.follow("Annuaire").follow("Ajouter une organisation").address
        elsewhere = {"Origin": "https://elsewhere.test", "Referer": "https://elsewhere.test/"}
        forged = self.founder.session.post(form, {"name": "Ailleurs"}, headers=elsewhere)
        assert forged.status_code == requests.codes.forbidden

    def the_founder_says_what_the_member_accepts(self):
        self.founder.follow("Annuaire").follow(MEMBER).follow("Dire ce qu’il accepte")
        self.founder.send("Enregistrer l’offre", {"Places restantes": 3})

        self.founder.follow("Aujourd’hui").sees("Dire ce que chaque membre accepte fait")
        self.founder.follow("Annuaire").follow(MEMBER).follow("Ce qu’il accepte")

    def coordinator_and_desk_are_invited(self):
        self.invite(
            MEMBER,
            **{"Nom": "Camille Roux", "E-mail": "camille@partage.test", "Rôle": "Coordination"},
        )
        self.coordinator = self.with_a_phone(self.invited("camille@partage.test"))
        self.coordinator.sees("Pas encore d’accompagnement")

        desk = {"E-mail": "denise@partage.test", "Rôle": "Guichet de la Coalition"}
        self.invite(MEMBER, Nom="Denise Morel", **desk)
        self.desk = self.with_a_phone(self.invited("denise@partage.test"))
        self.desk.sees("Rien ne vous attend aujourd’hui")
        self.founder.follow("Aujourd’hui").sees("depuis sa page fait")

    def a_project_holder_asks_for_support(self):
        """By the public form, without an account."""
        address = self.founder.follow("Diffuser l’adresse du formulaire public").address
        holder = self.install.visitor().open(address)
        sleep(settings.REQUEST_LIMITS["seconds_to_begin"])  # nobody fills it in faster
        holder.send(
            "Commencer ma demande", {"Votre nom": "Léa Garnier", "Votre e-mail": "lea@jardins.test"}
        )
        for step in ASKED:
            holder.send("Enregistrer et continuer", step)
        holder.send("Envoyer ma demande").sees("Votre demande est envoyée")
        link = self.install.link_mailed_to("lea@jardins.test", "est arrivée")
        self.install.visitor().open(link).sees("Au guichet de la Coalition depuis")

        self.founder.follow("Aujourd’hui")
        assert "Premiers pas" not in self.founder.text

    def the_desk_proposes_the_request(self):
        self.desk.open(self.install.link_mailed_to("denise@partage.test", "une nouvelle demande"))
        self.desk.send("Qualifiée").follow("Proposer à un membre")
        self.desk.send(f"Proposer : {MEMBER}").sees(f"Proposée à {MEMBER}")

    def the_coordinator_accepts_it_and_names_the_lead(self):
        link = self.install.link_mailed_to("camille@partage.test", "une demande d’accompagnement")
        self.coordinator.open(link).follow("Accepter")
        self.coordinator.send("Accepter et ouvrir l’accompagnement")
        self.coordinator.sees("L’accompagnement est ouvert", "Personne depuis le")

        self.coordinator.follow("Nommer").send("Nommer", {"Chef·fe de projet": "Léa Garnier"})
        self.coordinator.sees("Léa Garnier est chef·fe de projet")

    def the_lead_is_invited_from_the_address_book(self):
        self.founder.follow("Annuaire").follow(HOLDER).follow("Inviter Léa Garnier")
        self.founder.send("Envoyer l’invitation", {"Rôle": "Chef·fe de projet"})

        self.lead = self.invited("lea@jardins.test").sees("Mes accompagnements", HOLDER)

    def sponsor_and_funder_are_added_and_invited(self):
        self.add(SPONSOR, "Entreprise mécène")
        contact = {"E-mail": "marc@mecenix.test", "Rôle": "Contact mécène"}
        self.invite(SPONSOR, Nom="Marc Petit", **contact)
        self.sponsor = self.invited("marc@mecenix.test").sees("Rien ne vous attend aujourd’hui")

        self.add(FUNDER, "Financeur")
        self.invite(
            FUNDER, **{"Nom": "Fanny Noël", "E-mail": "fanny@communs.test", "Rôle": "Financeur"}
        )
        self.funder = self.invited("fanny@communs.test").sees("Pas encore d’accompagnement à lire")

    def a_volunteer_is_lent_and_confirmed(self):
        self.coordinator.follow("Équipe").follow("Ajouter un·e volontaire")
        person = {"Nom": "Victor Blanc", "E-mail": "victor@mecenix.test"}
        lent = {"Entreprise mécène": SPONSOR, "Membre de la Coalition": MEMBER}
        self.coordinator.send("Ajouter la personne", person | lent | {"Jours par semaine": 2})
        self.coordinator.send("Envoyer un lien de connexion")
        self.volunteer = self.invited("victor@mecenix.test").sees("Pas de mission en cours")

        until = timezone.localdate() + timedelta(days=60)
        mission = {"Rôle": "Développement", "Jusqu’au": until, "Jours par semaine": 2}
        self.coordinator.follow("Accompagnements").follow(HOLDER).follow("Affecter")
        self.coordinator.send("Affecter", {"Volontaire": "Victor Blanc"} | mission)
        self.coordinator.send("Confirmer Victor Blanc").sees("Mission confirmée")
        self.sponsor.follow("Équipe").sees("Victor Blanc")

    def the_volunteer_logs_the_week(self):
        self.volunteer.follow("Aujourd’hui").follow(f"Saisir ma semaine sur {HOLDER}")
        with translation.override("fr"):
            today = capfirst(weekday_number(timezone.localdate()))
        week = {"Fait": "Lu le tableur des bénévoles.", today: "½", "La suite": "Une maquette."}
        self.volunteer.send("Enregistrer ma semaine", week).sees("Semaine enregistrée : 0,5 jour")

        self.lead.follow("Accompagnements").follow(HOLDER).sees("Lu le tableur des bénévoles.")

    def the_lead_counts_and_the_coordinator_publishes(self):
        self.coordinator.follow("Accompagnements").follow(HOLDER).follow("Chiffres et références")
        self.coordinator.follow("Ajouter un financeur")
        self.coordinator.send("Ajouter le financeur", {"Financeur": FUNDER}).sees(
            f"Financements : {FUNDER}"
        )
        self.coordinator.follow("Suivre un indicateur")
        self.coordinator.send("Le suivre", {"Indicateur": INDICATOR})

        self.lead.follow("Chiffres et références").follow(f"Ajouter un chiffre : {INDICATOR}")
        today = timezone.localdate()
        figure = {"Nombre": 120, "Du": today, "Jusqu’au": today, "Source": "Le tableur"}
        self.lead.send("Enregistrer et soumettre", figure).sees("Pas encore publiés")

        self.coordinator.follow("Aujourd’hui").follow(f"Vérifier et approuver {HOLDER}")
        self.coordinator.send("Approuver").send("Publier").sees("Le chiffre est publié")
        self.coordinator.follow(HOLDER).follow("Publier un rapport")
        self.coordinator.send("Le publier tel quel").sees("Le rapport est publié")

    def the_funder_reads_the_report(self):
        self.funder.follow("Impact").follow("Rapports")
        [number] = re.findall(r"R\d{4}-\d+-\d+", self.funder.text)
        self.funder.follow(number).sees(
            f"{INDICATOR} : 120 demandes", "Jalons atteints aucun de prévu"
        )

        paper = self.funder.download("PDF")
        assert paper.headers["Content-Type"] == "application/pdf"
        assert number in PdfReader(BytesIO(paper.content)).pages[0].extract_text()

    def the_api_knows_them_too(self):
        assert self.lead.ask("/api/v1/me/").json()["email"] == "lea@jardins.test"

    def nothing_went_wrong_unseen(self):
        """A mail that does not leave breaks no page. The one line is of the form that came from elsewhere."""
        assert [line["logger"] for line in self.install.logged()] == ["django.security.csrf"]


# What the project holder answers, page by page.
ASKED = [
    {
        "Nom de la structure": HOLDER,
        "Forme juridique": "Association loi 1901",
        "Code postal": 93100,
        "Commune": "Montreuil",
    },
    {
        "Type de besoin": "Animer et organiser nos bénévoles",
        "Votre besoin, avec vos mots": "Le planning des bénévoles tient dans un tableur.",
        "Qui utiliserait l’outil": "notre équipe : un outil interne",
    },
    {
        "Où en est le projet": "le besoin est écrit",
        "Quelqu’un dans votre structure pour conduire le projet": "oui, à temps plein",
    },
    {
        "Culture : ce que le numérique apporterait": "Nous voyons plusieurs usages, sans avoir choisi.",
        "Expertise : choisir et construire": "Nous savons utiliser des outils, pas en spécifier un.",
        "Finances : construire, puis faire vivre": (
            "Nous pourrions trouver le coût de fonctionnement, avec effort."
        ),
        "Temps : quelqu’un pour le projet": "Quelqu’un peut y consacrer un mi-temps.",
    },
]
