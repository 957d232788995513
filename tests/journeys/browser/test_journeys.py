"""The three journeys as people walk them, and every page of theirs under axe."""

import re
import time
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.journeys.site import DESKTOP, PHONE

pytestmark = pytest.mark.browser


def weeks_ago(number):
    return (timezone.localdate() - timedelta(weeks=number)).isoformat()


PAGES = [
    ("coordinator", "/"),
    ("coordinator", "/engagements/"),
    ("coordinator", "/engagements/1/"),
    ("coordinator", "/engagements/create/"),
    ("coordinator", "/engagements/1/change/"),
    ("coordinator", "/engagements/1/lead/"),
    ("coordinator", "/engagements/1/milestones/create/"),
    ("coordinator", "/engagements/1/interactions/create/"),
    ("coordinator", "/engagements/changes/"),
    ("coordinator", "/engagements/1/changes/"),
    ("coordinator", "/engagements/1/as-of/"),
    ("coordinator", "/engagements/board/"),
    ("coordinator", "/engagements/timeline/"),
    ("coordinator", "/engagements/outcomes/"),
    ("coordinator", "/engagements/health-rules/"),
    ("coordinator", "/engagements/calendars/"),
    ("coordinator", "/engagements/2/roadmap/"),
    ("coordinator", "/engagements/8/autonomy/"),
    ("coordinator", "/engagements/1/status/"),
    ("coordinator", "/engagements/1/stop/"),
    ("coordinator", "/engagements/4/steering/"),
    ("coordinator", "/engagements/1/risks/create/"),
    ("coordinator", "/engagements/post-mortems/"),
    ("coordinator", "/volunteering/people/"),
    ("coordinator", "/volunteering/people/create/"),
    ("coordinator", "/impact/engagements/1/"),
    ("coordinator", "/organisations/"),
    ("coordinator", "/organisations/create/"),
    ("coordinator", "/search/?q=elix"),
    ("coordinator", "/account/"),
    ("coordinator", "/requests/"),
    ("coordinator", "/requests/8/"),
    ("coordinator", "/requests/offers/1/"),
    ("coordinator", "/engagements/referrals/1/accept/"),
    ("coordinator", "/impact/engagements/1/history/"),
    ("coordinator", "/impact/engagements/3/"),
    ("coordinator", "/impact/metrics/6/measurements/create/"),
    ("coordinator", "/impact/metrics/4/targets/"),
    ("coordinator", "/impact/metrics/4/targets/create/"),
    ("coordinator", "/impact/indicators/9/overlaps/"),
    ("coordinator", "/impact/indicators/9/overlaps/create/"),
    ("coordinator", "/impact/engagements/2/"),
    ("funder", "/impact/news/"),
    ("funder", "/impact/compare/?indicator=8"),
    ("desk", "/"),
    ("desk", "/requests/"),
    ("desk", "/requests/1/"),
    ("desk", "/requests/1/change/"),
    ("desk", "/requests/1/merge/"),
    ("desk", "/requests/5/refer/"),
    ("desk", "/requests/5/nobody/"),
    ("desk", "/requests/offers/"),
    ("desk", "/requests/figures/"),
    ("volunteer", "/volunteering/week/"),
    ("volunteer", f"/volunteering/assignments/3/log/?saved=1&week={weeks_ago(2)}"),
    ("volunteer", f"/volunteering/assignments/3/log/?week={weeks_ago(10)}"),
    ("volunteer", "/engagements/"),
    ("lead", "/"),
    ("lead", "/engagements/2/roadmap/"),
    ("lead", "/engagements/2/autonomy/"),
    ("lead", "/engagements/2/"),
    ("funder", "/impact/"),
    ("sponsor", "/volunteering/people/"),
    ("sponsor", "/volunteering/months/"),
    ("lead", "/volunteering/months/"),
    ("lead", "/volunteering/months/1/"),
    ("coordinator", "/volunteering/months/1/"),
    ("coordinator", "/volunteering/capacity/"),
    ("coordinator", "/volunteering/engagements/2/relay/"),
    ("coordinator", "/volunteering/assignments/2/extend/"),
    ("coordinator", "/volunteering/assignments/2/replace/"),
    ("coordinator", "/volunteering/parts/1/change/"),
    ("lead", "/volunteering/engagements/2/relay/"),
    ("coordinator", "/volunteering/needs/"),
    ("coordinator", "/volunteering/needs/2/"),
    ("coordinator", "/volunteering/needs/allocation/"),
    ("coordinator", "/volunteering/agreements/"),
    ("coordinator", "/volunteering/agreements/2/"),
    ("coordinator", "/volunteering/agreements/2/change/"),
    ("coordinator", "/volunteering/attestations/1/"),
    ("coordinator", "/volunteering/attestations/1/revoke/"),
    ("sponsor", "/volunteering/agreements/1/"),
    ("sponsor", "/volunteering/costs/"),
    ("sponsor", "/volunteering/costs/create/"),
    ("sponsor", "/volunteering/statement/"),
    ("sponsor", "/volunteering/statements/1/"),
    ("sponsor", "/volunteering/reduction/?gifts=9000&turnover=1500000&year=2026"),
    ("volunteer", "/volunteering/people/3/change/"),
    ("coordinator", "/impact/engagements/1/import/"),
    ("coordinator", "/impact/measurements/1/"),
    ("coordinator", "/impact/baselines/4/"),
    ("funder", "/impact/reports/"),
    ("coordinator", "/impact/reports/1/"),
    ("funder", "/impact/reports/2/"),
    ("funder", "/impact/reports/2/figures/1/"),
    ("coordinator", "/impact/reports/1/share/"),
    ("coordinator", "/impact/engagements/2/report/"),
    ("coordinator", "/impact/measurements/1/evidence/"),
    ("coordinator", "/impact/indicators/"),
    ("coordinator", "/impact/indicators/1/"),
    ("coordinator", "/impact/indicators/create/"),
    ("coordinator", "/impact/baselines/4/change/"),
    ("coordinator", "/impact/metrics/1/baseline/"),
    ("lead", "/impact/baselines/4/"),
    ("lead", "/impact/baselines/4/question/"),
    ("funder", "/impact/baselines/1/"),
    ("desk", "/organisations/"),
    ("administrator", "/style/"),
    ("administrator", "/people-and-access/"),
    ("administrator", "/people-and-access/?account=closed"),
    ("administrator", "/people-and-access/2/"),
    ("administrator", "/people-and-access/2/access/"),
    ("administrator", "/people-and-access/2/change/"),
    ("administrator", "/people-and-access/give-a-role/?q=a"),
    ("administrator", "/background/"),
    ("administrator", "/background/mails/"),
    ("administrator", "/background/mails/texts/"),
    ("administrator", "/account/"),
    ("administrator", "/account/devices/"),
    ("administrator", "/account/second/set-up/"),
    ("administrator", "/account/address/"),
    ("coordinator", "/people-and-access/"),
]

DECLARED = "/volunteering/statements/1/"


def is_declared(site):
    """From a year on whose ceiling is not published yet, the demo has nothing that was declared."""
    program = (
        "from volunteers.models import DeclaredStatement; print(DeclaredStatement.objects.exists())"
    )
    return site.manage("shell", "--no-imports", "-c", program).strip() == "True"


@pytest.mark.parametrize(
    ("viewport", "language", "scheme"),
    [
        pytest.param(DESKTOP, "fr", "light", id="desktop-fr-light"),
        pytest.param(PHONE, "en", "dark", id="phone-en-dark"),
    ],
)
@pytest.mark.parametrize("role", sorted({role for role, _path in PAGES}))
def test_axe_finds_nothing_and_nothing_is_cut_off(
    site, open_page, nothing_found, viewport, language, scheme, role
):
    page = open_page(viewport=viewport, language=language, scheme=scheme)
    for path in ("/login/", "/login/forgotten/", "/login/code/"):
        page.goto(site.url + path)
        nothing_found(page)
    site.enter(page, role)
    for path in [
        path for whose, path in PAGES if whose == role and (path != DECLARED or is_declared(site))
    ]:
        response = page.goto(site.url + path)
        assert response.status == 200, path
        nothing_found(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], path


# The path that the mail of Friday would hold.
LINK_OF_THE_WEEK = """
from django.urls import reverse
from django.utils import timezone
from crm.domain.workdays import monday_of
from volunteers.models import Assignment
from volunteers.services.week_links import make_week_link
now = timezone.now()
monday = monday_of(timezone.localdate(now))
running = Assignment.objects.confirmed().on(timezone.localdate(now)).exclude(
    volunteer__user__email__startswith="benevole@").order_by("pk").first()
print(reverse("volunteers:week-link-enter", args=[make_week_link(running.volunteer, monday, at=now)]))
"""


class TestAVolunteerLogsTheWeek:
    def test_on_a_phone_in_a_few_taps(self, site, open_page):
        page = open_page(viewport=PHONE)
        site.enter(page, "volunteer")
        page.goto(f"{site.url}/volunteering/week/")
        page.get_by_role("link", name=re.compile("Semaine précédente")).click()
        taps = 0

        page.get_by_label("Fait").fill("Le formulaire est en ligne 🎉")
        taps += 1
        page.locator(".tap").first.click()
        taps += 1
        page.get_by_role("button", name="Enregistrer ma semaine").click()
        taps += 1

        page.locator(".message").get_by_text("Semaine enregistrée").wait_for()
        assert page.get_by_label("Fait").input_value() == "Le formulaire est en ligne 🎉"
        assert taps <= 8

    @pytest.mark.parametrize("script", [True, False])
    def test_one_tap_goes_on_to_the_next_value_and_so_do_arrow_keys(self, site, open_page, script):
        page = open_page(viewport=PHONE, script=script)
        site.enter(page, "volunteer")
        page.goto(f"{site.url}/volunteering/week/")
        page.get_by_role("link", name=re.compile("Semaine précédente")).click()
        tile, chosen = page.locator(".tap").first, []

        for go_on in [tile.click] * 4 + [lambda: page.keyboard.press("ArrowRight")] * 3:
            go_on()
            chosen.append(tile.locator(":checked").input_value())

        assert "".join(chosen) in "012012012"
        if script:
            halves = page.locator(".days :checked").evaluate_all(
                "boxes => boxes.reduce((sum, box) => sum + Number(box.value), 0)"
            )
            assert page.locator("[data-total-of]").inner_text() == f"{halves / 2:g}".replace(
                ".", ","
            )

    def test_saving_is_on_the_screen_and_hides_no_field_that_one_comes_to(self, site, open_page):
        page = open_page(viewport=PHONE)
        site.enter(page, "volunteer")
        page.goto(f"{site.url}/volunteering/week/")
        save = page.get_by_role("button", name="Enregistrer ma semaine")

        def top(locator):
            return locator.bounding_box()["y"]

        places = page.locator("nav.rail")
        assert top(save) + save.bounding_box()["height"] <= top(places)
        for height in (600, 500):  # as a keyboard leaves it
            page.set_viewport_size({"width": 390, "height": height})
            page.locator(".tap").first.locator(":checked").focus()
            for _field in range(8):
                page.keyboard.press("Tab")
                focused = page.locator("main form.week :focus:not(.dock *)")
                if focused.count():
                    box = focused.bounding_box()
                    assert box["y"] + box["height"] <= top(page.locator(".dock")) + 1
        page.set_viewport_size({"width": 390, "height": 480})
        assert save.evaluate("each => getComputedStyle(each.parentElement).position") == "static"

    def test_without_script(self, site, open_page):
        page = open_page(viewport=PHONE, script=False)
        site.enter(page, "volunteer")
        page.goto(f"{site.url}/volunteering/week/")
        page.get_by_role("link", name=re.compile("Semaine précédente")).click()

        page.get_by_role("button", name="Rien cette semaine").click()

        assert "rien cette semaine" in page.locator(".messages").inner_text().lower()

    def test_loss_of_network_loses_nothing_and_the_week_leaves_by_itself(self, site, open_page):
        page = open_page(viewport=PHONE)
        site.enter(page, "volunteer")
        page.goto(f"{site.url}/volunteering/week/")
        page.get_by_label("Fait").fill("Écrit dans le train 🚆")
        page.context.set_offline(True)
        page.get_by_role("button", name="Enregistrer ma semaine").click()
        page.get_by_text("part toute seule dès que le réseau revient").wait_for()
        assert page.get_by_label("Fait").input_value() == "Écrit dans le train 🚆"

        page.context.set_offline(False)
        page.locator(".message").get_by_text("Semaine enregistrée").wait_for()
        page.reload()
        assert page.get_by_label("Fait").input_value() == "Écrit dans le train 🚆"
        assert page.evaluate("Object.keys(localStorage).length") == 0
        page.complaints[:] = [
            told for told in page.complaints if "ERR_INTERNET_DISCONNECTED" not in told
        ]

    def test_a_closed_page_gives_back_what_was_typed_and_logging_out_forgets_it(
        self, site, open_page
    ):
        page = open_page(viewport=PHONE)
        site.enter(page, "volunteer")
        page.goto(f"{site.url}/volunteering/week/")
        page.get_by_label("La suite").fill("Typed, never sent")
        page.goto(f"{site.url}/volunteering/week/")
        assert page.get_by_label("La suite").input_value() == "Typed, never sent"
        page.get_by_text("Retrouvé sur cet appareil").wait_for()

        page.locator("details.me summary").click()
        page.get_by_role("button", name="Se déconnecter").click()
        page.wait_for_url(re.compile("/login/"))
        assert page.evaluate("Object.keys(localStorage).length") == 0

    def test_the_mailed_link_on_a_phone_at_400_kbit_and_400_ms(
        self, site, open_page, nothing_found
    ):
        page = open_page(viewport=PHONE)
        path = site.manage("shell", "--no-imports", "-c", LINK_OF_THE_WEEK).strip()
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": 400,
                "downloadThroughput": 50_000,
                "uploadThroughput": 50_000,
            },
        )
        bytes_sent = []
        network.on(
            "Network.loadingFinished", lambda told: bytes_sent.append(told["encodedDataLength"])
        )
        begun = time.monotonic()
        page.goto(f"{site.url}{path}")
        page.get_by_label("Fait").wait_for()
        seconds = time.monotonic() - begun
        assert sum(bytes_sent) <= 60_000
        assert seconds <= 3
        nothing_found(page)

        page.get_by_label("Fait").fill("Depuis le lien")
        page.get_by_role("button", name="Enregistrer ma semaine").click()
        page.locator(".message").get_by_text("Semaine enregistrée").wait_for()
        assert "/my-week/" in page.url


class TestBothSidesSignAMonth:
    def test_the_lead_on_a_phone_says_which_day_then_confirms(self, site, open_page):
        page = open_page(viewport=PHONE)
        site.enter(page, "lead")
        page.goto(site.url)
        page.get_by_role("link", name="Vérifier et confirmer").first.click()
        page.get_by_role("link", name="Signaler un désaccord sur un jour").click()
        page.get_by_role("button", name="Signaler").click()
        page.locator(".error").first.wait_for()

        first = page.get_by_role("link", name="Annuler").get_attribute("href")
        page.goto(site.url + first)
        worked = re.search(r"\d+", page.locator("tr:has(strong)").first.locator("th").inner_text())[
            0
        ]
        page.get_by_role("link", name="Signaler un désaccord sur un jour").click()
        month = _last_month()
        page.get_by_label("Jour").fill(f"{month:%Y-%m}-{int(worked):02}")
        page.get_by_label("Ce que vous contestez").fill("Une demi-journée, je crois 🙂")
        page.get_by_role("button", name="Signaler").click()
        page.get_by_text("Un jour est contesté").wait_for()
        assert page.get_by_role("button", name=re.compile("^Confirmer")).count() == 0

        page.get_by_role("button", name=re.compile("Le jour reste tel quel")).click()
        page.get_by_role("button", name=re.compile("^Confirmer")).click()
        page.get_by_text("Confirmé.", exact=True).wait_for()

    def test_the_company_locks_it_without_script(self, site, open_page):
        page = open_page(script=False)
        site.enter(page, "sponsor")
        page.goto(f"{site.url}/volunteering/months/")
        page.get_by_role("link", name=re.compile("Vérifier et confirmer")).first.click()
        page.get_by_role("button", name=re.compile("^Confirmer")).click()

        page.get_by_text("Les deux parties ont confirmé : le mois est verrouillé.").wait_for()
        assert page.get_by_role("link", name="Signaler un désaccord sur un jour").count() == 0


def _last_month():
    return timezone.localdate().replace(day=1) - timedelta(days=1)


class TestACoordinatorRunsAnEngagement:
    def test_appoints_a_lead_from_home(self, site, open_page):
        page = open_page()
        site.enter(page, "coordinator")
        page.goto(site.url)

        page.get_by_role("link", name=re.compile("^Nommer un·e chef")).first.click()
        page.get_by_label("Ou une nouvelle personne").fill("Zoé Petit (fictive)")
        page.get_by_role("button", name="Nommer", exact=True).click()

        page.get_by_text("Zoé Petit (fictive) est chef·fe de projet.").wait_for()

    def test_opens_one_then_learns_what_design_wants(self, site, open_page):
        page = open_page()
        site.enter(page, "coordinator")
        page.goto(f"{site.url}/engagements/")
        page.get_by_role("link", name="Ouvrir un accompagnement").click()
        page.get_by_label("Titre").fill("Un « outil » d'accueil")
        page.get_by_label("Structure accompagnée").select_option(label="Entourage")
        page.get_by_role("button", name="Ouvrir l’accompagnement").click()

        page.get_by_text("L’accompagnement est ouvert, à l’étape de cadrage.").wait_for()
        assert "Nommez d’abord un·e chef·fe de projet à temps plein." in page.content()

    def test_a_day_that_cannot_be_keeps_what_was_typed(self, site, open_page):
        page = open_page()
        site.enter(page, "coordinator")
        page.goto(f"{site.url}/engagements/1/milestones/create/")
        page.get_by_label("Titre").fill("Trop tôt")
        page.get_by_label("Prévu pour le").fill("2001-01-01")
        page.get_by_role("button", name="Ajouter le jalon").click()

        page.locator(".error").first.wait_for()
        assert page.get_by_label("Titre").input_value() == "Trop tôt"

    def test_walks_by_keyboard_alone(self, site, open_page):
        page = open_page()
        site.enter(page, "coordinator")
        page.goto(f"{site.url}/engagements/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("/")
        page.keyboard.type("elix")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("search"))

        assert "Elix" in page.locator("main").inner_text()


class TestAFunderReadsWhatChanged:
    def test_sees_the_claim_the_what_if_and_the_sentence(self, site, open_page):
        page = open_page()
        site.enter(page, "funder")
        page.goto(f"{site.url}/impact/")

        text = page.locator("main").inner_text()
        assert "référence non fournie" in text
        assert "×\u00a016,6" in text
        assert "[8,8\u00a0;\u00a035,1]" in text
        assert "Par personne, le taux n’a pas augmenté" in text
        assert "(fictive)" not in text.replace("Fondation Exemple (fictive)", "")

    def test_prints_without_navigation(self, site, open_page):
        page = open_page()
        site.enter(page, "funder")
        page.goto(f"{site.url}/impact/")
        page.emulate_media(media="print")

        assert not page.locator(".rail").is_visible()
        assert not page.locator(".top").is_visible()
        assert page.locator("main h1").is_visible()


def begin_a_request(page, site, name="Les Amis de l'Étang 🦆 (fictif)"):
    """From the first page to the one that checks; as a person, who takes a few seconds to read."""
    page.goto(f"{site.url}/ask/")
    page.get_by_label("Votre nom").fill("Odile Martin (fictive)")
    page.get_by_label("Votre e-mail").fill("odile@etang.example")
    page.wait_for_timeout(3_500)
    page.get_by_role("button", name="Commencer ma demande").click()
    page.get_by_label("Nom de la structure").fill(name)
    page.get_by_label("Forme juridique").select_option(label="Association loi 1901")
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_label("Type de besoin").select_option(index=1)
    page.get_by_label("Votre besoin, avec vos mots").fill(
        "Tout est dans un tableur <b>partagé</b>."
    )
    page.get_by_label("les personnes que nous aidons").check()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_label("une idée").check()
    page.get_by_label("oui, à temps plein").check()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    for group in page.get_by_role("group").all():
        group.get_by_role("radio").nth(1).check()
    page.get_by_role("button", name="Enregistrer et continuer").click()
    page.get_by_role("heading", name="Vérifier et envoyer").wait_for()


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
class TestTheFirstPageOfTheForm:
    def test_who_took_very_long_is_asked_once_more_and_corrects_the_address_before_sending(
        self, site, open_page, script, viewport
    ):
        page = open_page(viewport=viewport, script=script)
        page.goto(f"{site.url}/ask/")
        page.get_by_label("Votre nom").fill("Odile Rapide (fictive)")
        page.get_by_label("Votre e-mail").fill("odile@etnag.example")
        page.locator("[name=begun]").evaluate(
            "field => { field.value = ''; }"
        )  # as a tab from before an upgrade
        page.get_by_role("button", name="Commencer ma demande").click()
        page.get_by_text("Rien n’est perdu : appuyez encore une fois sur le bouton.").wait_for()
        assert page.get_by_label("Votre nom").input_value() == "Odile Rapide (fictive)"
        page.get_by_role("button", name="Commencer ma demande").click()
        page.get_by_label("Nom de la structure").wait_for()

        page.goto(f"{site.url}/ask/check/")
        page.get_by_text("odile@etnag.example", exact=True).wait_for()
        page.get_by_text("Cette adresse n’est pas la bonne").click()
        page.get_by_label("Votre e-mail").fill("odile")
        page.get_by_role("button", name="Corriger l’adresse").click()
        assert page.get_by_label("Votre e-mail").input_value() == "odile"
        page.get_by_label("Votre e-mail").fill("odile@etang.example")
        page.get_by_role("button", name="Corriger l’adresse").click()
        page.get_by_text("Désormais, nous vous écrivons à odile@etang.example.").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]

    def test_whose_browser_fills_the_hidden_field_reads_that_nothing_arrived(
        self, site, open_page, script, viewport
    ):
        page = open_page(viewport=viewport, script=script)
        page.goto(f"{site.url}/ask/")
        page.get_by_label("Votre nom").fill("Odile Remplie (fictive)")
        page.get_by_label("Votre e-mail").fill("odile@etang.example")
        page.locator("[name=website_2]").evaluate(
            "field => { field.value = 'https://etang.example'; }"
        )
        page.get_by_role("button", name="Commencer ma demande").click()

        page.get_by_role("heading", name="Votre demande n’a pas été reçue").wait_for()
        page.get_by_role("link", name="Première page").click()
        page.get_by_role("button", name="Commencer ma demande").wait_for()


class TestARequestBecomesAnEngagement:
    @pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
    def test_from_the_public_form_on_a_phone_to_the_open_engagement(
        self, site, open_page, nothing_found, script
    ):
        name = f"Les Amis de l'Étang {'🦆' if script else '🐸'} (fictif)"
        holder = open_page(viewport=PHONE, script=script)
        begin_a_request(holder, site, name)
        if script:
            nothing_found(holder)
        holder.get_by_role("button", name="Envoyer ma demande").click()
        holder.get_by_text("Votre demande est envoyée.").wait_for()
        if script:
            nothing_found(holder)

        desk = open_page(script=script)
        site.enter(desk, "desk")
        desk.goto(f"{site.url}/requests/?box=new&sort=-sent")
        desk.get_by_role("link", name=name, exact=True).click()
        desk.get_by_role("button", name="Qualifiée").click()
        desk.get_by_role("link", name="Proposer à un membre").click()
        desk.get_by_role("button", name=re.compile(r"^Proposer\s: Share it$")).click()
        desk.get_by_text("Proposée à Share it.").wait_for()

        coordinator = open_page(script=script)
        site.enter(coordinator, "coordinator")
        coordinator.goto(site.url)
        coordinator.get_by_role("link", name=name, exact=True).click()
        coordinator.get_by_role("link", name="Accepter", exact=True).click()
        coordinator.get_by_role("button", name="Accepter et ouvrir l’accompagnement").click()
        coordinator.get_by_text("L’accompagnement est ouvert, à l’étape de cadrage.").wait_for()
        assert coordinator.get_by_role("heading", level=1).inner_text() == name

        holder.reload()
        assert "Share it accompagne cette demande." in holder.locator("main").inner_text()

    def test_the_steps_under_axe_in_both_languages(self, site, open_page, nothing_found):
        for language, viewport in (("fr", PHONE), ("en", DESKTOP)):
            page = open_page(viewport=viewport, language=language, scheme="dark")
            page.goto(f"{site.url}/ask/")
            nothing_found(page)
            page.locator("[name=contact_name]").fill("Odile Martin (fictive)")
            page.locator("[name=email]").fill(f"odile-{language}@etang.example")
            page.wait_for_timeout(3_500)
            page.locator("main form.sheet button[type=submit]").click()
            for slug in ("organisation", "need", "project", "barriers"):
                page.goto(f"{site.url}/ask/step/{slug}/")
                nothing_found(page)
                assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"], (
                    slug
                )
            page.goto(f"{site.url}/ask/check/")
            nothing_found(page)


class TestThreeClicks:
    def test_replacing_the_lead_of_ones_engagement_takes_three_from_home(self, site, open_page):
        page = open_page()
        site.enter(page, "coordinator")
        page.goto(site.url)

        # One that the demo's lead has no part in: whoever is replaced writes no more, and other journeys need her.
        page.get_by_role("link", name="Suivi des ateliers").first.click()
        page.get_by_role("link", name="Remplacer").click()
        page.get_by_label("Ou une nouvelle personne").fill("Ana Torres (fictive)")
        page.get_by_role("button", name="Remplacer", exact=True).click()

        page.get_by_text("Ana Torres (fictive) est chef·fe de projet.").wait_for()


class TestARelay:
    """Vera leaves; the coordinator hands her mission over, and she writes to the one who takes it."""

    @pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
    def test_the_plan_of_a_relay_under_way_says_what_is_missing(
        self, site, open_page, nothing_found, viewport
    ):
        page = open_page(viewport=viewport, language="en")
        site.enter(page, "coordinator")
        page.goto(f"{site.url}/volunteering/engagements/2/relay/")

        page.get_by_role("heading", name=re.compile("without anybody from")).wait_for()
        assert page.get_by_text("Half written").is_visible()
        assert page.get_by_text("Alone, and leaves").first.is_visible()
        nothing_found(page)

    def test_somebody_who_leaves_is_replaced_with_days_side_by_side_and_a_note(
        self, site, open_page
    ):
        page = open_page(language="en")
        site.enter(page, "coordinator")
        page.goto(f"{site.url}/engagements/3/")
        vera = page.locator("#team li").filter(has_text="Vera Simon")
        vera.locator("details.menu summary").click()
        vera.get_by_role("link", name=re.compile("^Replace")).click()
        page.get_by_label("Who takes over").select_option(label="Hugo Perrin (fictif)")
        page.get_by_label("Working days side by side").fill("7")
        page.get_by_role("button", name="Hand the mission over").click()
        page.get_by_role("heading", name="Relay plan").wait_for()
        assert page.get_by_text("Hugo Perrin (fictif) is proposed and takes over").is_visible()

        page = open_page(viewport=PHONE, language="en")
        site.enter(page, "volunteer")
        page.goto(f"{site.url}/volunteering/assignments/3/relay-note/")
        page.get_by_label("What is in progress").fill("The login form")
        page.get_by_label("Where the accesses and the documents are").fill("In the safe")
        page.get_by_label("Whom to ask").fill("The lead")
        page.get_by_label("What only I know").fill("Nothing")
        page.get_by_role("button", name="Save the note").click()
        page.get_by_text("Relay note of Vera Simon").click()
        assert page.get_by_text("The login form").is_visible()


class TestStaffing:
    @pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
    def test_from_a_need_to_somebody_on_the_team(self, site, open_page, script):
        page = open_page(language="en", script=script)
        site.enter(page, "coordinator")
        page.goto(f"{site.url}/engagements/2/")
        page.get_by_role("link", name="State a need").click()
        page.get_by_label("Skill").select_option(label="Interface design")
        page.get_by_label("From").fill(timezone.localdate().isoformat())
        page.get_by_label("Until").fill((timezone.localdate() + timedelta(days=60)).isoformat())
        page.get_by_label("Days a week").fill("1")
        page.get_by_role("button", name="State the need").click()

        expect(page.get_by_text("nobody yet")).to_be_visible()
        page.get_by_role("link", name="Propose").first.click()
        page.get_by_role("button", name="Assign").click()

        page.get_by_role("link", name="Interface design").last.click()
        expect(page.get_by_text("100% to confirm")).to_be_visible()
        page.go_back()
        page.locator("#team").get_by_role("button", name="Confirm").last.click()
        page.get_by_role("link", name="Interface design").last.click()
        expect(page.get_by_text("covered", exact=True)).to_be_visible()


class TestAgreements:
    def test_what_is_missing_is_named_until_both_have_signed(self, site, open_page):
        page = open_page(language="en")
        site.enter(page, "coordinator")
        page.goto(f"{site.url}/volunteering/agreements/2/")
        expect(
            page.get_by_role("heading", name="things that the law wants are missing")
        ).to_be_visible()
        expect(page.get_by_role("link", name="Sign for the host")).to_have_count(0)

        page.get_by_role("link", name="Change", exact=True).click()
        page.get_by_label("Purpose").select_option("partnership")
        page.get_by_label("Missions entrusted").fill("Draw the pages")
        page.get_by_label("Wages, charges and expenses invoiced").fill("Nothing is invoiced")
        page.get_by_label("Way back to the post, no sanction for a refusal").check()
        page.get_by_label("Who answers for the working conditions (L1251-21)").check()
        page.get_by_role("button", name="Save the changes").click()
        page.get_by_role("link", name="Record the agreement").click()
        page.get_by_role("button", name="Record the agreement").click()

        expect(
            page.get_by_role("heading", name="Nothing that the law wants is missing")
        ).to_be_visible()
        page.get_by_role("link", name="Sign for the company").click()
        page.get_by_label("Signed by").fill("Ada Directrice")  # nobody is known to represent it
        page.get_by_role("button", name="Sign").click()
        page.get_by_role("link", name="Sign for the host").click()
        page.get_by_role("button", name="Sign").click()
        expect(page.get_by_text("signed by both")).to_be_visible()


class TestTheAttestationOfAnAssignment:
    def test_revoked_issued_anew_and_checked_without_an_account(
        self, site, open_page, nothing_found
    ):
        page = open_page(language="en")
        site.enter(page, "coordinator")
        page.goto(f"{site.url}/volunteering/attestations/1/")
        page.get_by_role("link", name="Revoke", exact=True).click()
        page.get_by_label("Why it no longer stands").fill("A milestone was missing")
        page.get_by_role("button", name="Revoke it for good").click()
        expect(page.locator(".state").get_by_text("revoked", exact=True)).to_be_visible()
        old = page.locator("a.address").get_attribute("href")

        page.goto(f"{site.url}/engagements/3/")
        page.locator("#team").get_by_role("link", name="Attestation Léo Garnier (fictif)").click()
        page.get_by_label("Function").fill("Director")
        page.get_by_role("button", name="Issue the attestation").click()
        expect(page.locator(".state").get_by_text("stands", exact=True)).to_be_visible()
        new = page.locator("a.address").get_attribute("href")

        reader = open_page(language="en", viewport=PHONE)
        for address, words in ((old, "was revoked"), (new, "genuine, and it stands")):
            reader.goto(site.url + address[address.index("/volunteering/") :])
            expect(reader.get_by_text(words)).to_be_visible()
            nothing_found(reader)
