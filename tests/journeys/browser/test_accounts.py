"""What guards an account, and who lets people in, as somebody presses it."""

import re

import pytest

from tests.journeys.site import DESKTOP, PHONE
from tests.totp import code

pytestmark = pytest.mark.browser
PASSKEY_LOG_IN, USE_PASSKEY = "Se connecter avec une clé d’accès", "Utiliser ma clé d’accès"
NOT_USED = "La clé d’accès n’a pas été utilisée."


class TestASecondFactor:
    @pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
    def test_is_set_up_asked_for_at_the_next_log_in_and_removed(
        self, site, open_page, nothing_found, script
    ):
        page = open_page(viewport=PHONE, script=script)
        site.enter(page, "sponsor")
        page.goto(f"{site.url}/account/")
        page.get_by_role("link", name="Mettre en place un second facteur").click()
        secret = page.locator("main code").inner_text()
        page.get_by_label("Code").fill(code(secret, -1))
        page.get_by_role("button", name="Mettre en place").click()
        if script:
            nothing_found(page)
        codes = page.locator("main code, main li").all_inner_texts()
        assert len([each for each in codes if re.fullmatch(r"[\w-]{8,}", each.strip())]) >= 10

        page.context.clear_cookies()
        site.enter(page, "sponsor")
        if script:
            nothing_found(page)
        page.get_by_label("Code").fill("000000")
        page.get_by_role("button", name="Se connecter").click()
        page.locator(".error").first.wait_for()
        page.get_by_label("Code").fill(code(secret))
        page.get_by_role("button", name="Se connecter").click()
        page.goto(f"{site.url}/account/")
        page.get_by_role("link", name="Retirer le second facteur").click()
        page.get_by_role("button", name="Le retirer").click()
        page.get_by_role("link", name="Mettre en place un second facteur").wait_for()


class TestAnAdministrator:
    def test_gives_somebody_a_role_and_sees_what_it_opens(self, site, open_page):
        page = open_page()
        site.enter(page, "administrator")
        page.goto(site.url)
        page.locator(".menu.me summary").click()
        page.locator(".menu.me").get_by_role("link", name="Personnes et accès").click()
        page.get_by_label("Rechercher").first.fill("camille")
        page.get_by_role("button", name="Filtrer").click()
        page.locator("tbody th a").first.click()
        page.get_by_role("link", name="Donner un rôle").click()
        page.locator("main [name=q]").fill("share")
        page.get_by_role("main").get_by_role("button", name="Rechercher").click()
        page.get_by_role("link", name=re.compile("^Choisir")).first.click()
        assert page.locator("main form").count() == 1

    def test_reads_the_mails_that_wait_and_what_they_say(self, site, open_page):
        page = open_page(viewport=PHONE)
        site.enter(page, "administrator")
        page.goto(f"{site.url}/background/")
        page.get_by_role("link", name="Voir les e-mails").click()
        page.get_by_role("link", name="Textes des e-mails").click()

        assert page.get_by_text("Vous recevez ce message").count() > 25


class TestAPasskey:
    @pytest.fixture
    def page(self, open_page, request):
        """A browser on a device that asks for the finger of its owner."""
        page = open_page(viewport=request.param)
        devices = page.context.new_cdp_session(page)
        devices.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        self.device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.devices = devices
        return page

    def show_finger(self, shown):
        self.devices.send("WebAuthn.setUserVerified", self.device | {"isUserVerified": shown})

    @pytest.mark.parametrize("page", [PHONE, DESKTOP], ids=["phone", "desktop"], indirect=True)
    def test_is_added_lets_in_alone_and_as_a_second_step_and_is_removed(
        self, site, page, nothing_found
    ):
        site.enter(page, "sponsor")
        page.goto(f"{site.url}/account/")
        page.get_by_role("link", name="Ajouter une clé d’accès").click()
        nothing_found(page)
        page.get_by_label("Nom").fill("Mon téléphone")
        page.get_by_role("button", name="L’ajouter").click()
        page.get_by_role("heading", name="Codes de secours").wait_for()

        page.context.clear_cookies()
        page.goto(f"{site.url}/login/")
        page.get_by_role("link", name=PASSKEY_LOG_IN).click()
        nothing_found(page)
        assert not page.get_by_text(NOT_USED).is_visible()
        self.show_finger(False)
        page.get_by_role("button", name=USE_PASSKEY).click()
        page.get_by_role("alert").get_by_text(NOT_USED).wait_for()
        nothing_found(page)
        self.show_finger(True)
        page.get_by_role("button", name=USE_PASSKEY).click()
        page.wait_for_url(f"{site.url}/")

        page.context.clear_cookies()
        site.enter(page, "sponsor")
        nothing_found(page)
        page.get_by_role("button", name=USE_PASSKEY).click()
        page.wait_for_url(f"{site.url}/")
        page.goto(f"{site.url}/account/")
        nothing_found(page)
        page.get_by_role("link", name="Retirer Mon téléphone").click()
        page.get_by_role("button", name="Retirer la clé d’accès").click()
        page.get_by_text("Aucune clé d’accès.").wait_for()

    def test_without_script_the_page_says_what_else_there_is(self, site, open_page):
        page = open_page(viewport=PHONE, script=False)
        page.goto(f"{site.url}/login/")
        page.locator("form.language button[lang=fr]").click()
        page.get_by_role("link", name=PASSKEY_LOG_IN).click()

        page.get_by_text("Une clé d’accès demande JavaScript").wait_for()
        assert not page.get_by_text(NOT_USED).is_visible()
        assert page.get_by_role("button", name=USE_PASSKEY).count() == 0
        page.get_by_role("link", name="Se connecter avec un code reçu par e-mail").click()
        assert page.url.startswith(f"{site.url}/login/code/")
