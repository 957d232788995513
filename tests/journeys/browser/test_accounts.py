"""What guards an account, and who lets people in, as somebody presses it."""

import re

import pytest

from tests.journeys.site import PHONE
from tests.totp import code

pytestmark = pytest.mark.browser


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
