"""Forms of every kind, sent with the button that the page draws."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.site import DESKTOP, PHONE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
class TestTheLanguage:
    def test_is_chosen_before_logging_in_where_one_stands(self, site, open_page, script):
        page = open_page(script=script)
        page.goto(f"{site.url}/login/?next=/engagements/")
        page.get_by_role("button", name="English").click()

        expect(page.get_by_role("heading", level=1, name="Log in")).to_be_visible()
        assert page.url.endswith("/login/?next=/engagements/")

    def test_is_chosen_on_the_page_that_one_reads(self, site, open_page, script):
        page = open_page(script=script, viewport=PHONE)
        site.enter(page, "coordinator")
        page.goto(f"{site.url}/engagements/?q=elix")
        page.locator("details.me summary").click()
        page.get_by_role("button", name="English").click()

        expect(page.get_by_role("heading", level=1, name="Engagements")).to_be_visible()
        assert page.url.endswith("/engagements/?q=elix")

    @pytest.mark.parametrize("path", ["/ask/enter/dead/", "/ask/follow/", "/ask/"])
    def test_is_chosen_by_whoever_has_no_account(self, site, open_page, script, path):
        page = open_page(script=script)
        page.goto(site.url + path)
        page.get_by_role("button", name="English").click()

        assert page.locator("html").get_attribute("lang") == "en"
        assert page.url == site.url + path

    def test_after_a_refusal_leads_back_to_the_form(self, site, open_page, script):
        page = open_page(script=script)
        page.goto(f"{site.url}/login/")
        page.fill("[name=username]", "nobody@relais.example")
        page.fill("[name=password]", "wrong")
        page.locator("main button[type=submit]").click()
        page.get_by_role("button", name="English").click()

        expect(page.get_by_role("heading", level=1, name="Log in")).to_be_visible()


class TestWhatAFunderHasRead:
    @pytest.mark.parametrize(
        ("path", "viewport"), [("/impact/news/", DESKTOP), ("/impact/", PHONE)]
    )
    def test_is_said_and_taken_back(self, site, open_page, path, viewport):
        page = open_page(viewport=viewport)
        site.enter(page, "funder")
        page.goto(site.url + path)
        page.get_by_role("button", name="J’ai tout lu").click()

        expect(page.get_by_role("button", name="J’ai tout lu")).to_have_count(0)
        page.goto(site.url + path)
        page.get_by_role("button", name=re.compile("^(Remettre|Rétablir)")).click()

        page.goto(site.url + path)
        expect(page.get_by_role("button", name="J’ai tout lu")).to_be_visible()


class TestBehindTheBackButton:
    """The browser asks for the page anew and puts back what was typed: it is still the form that was sent."""

    def add(self, site, page):
        page.get_by_role("button", name="Ajouter le jalon").click()
        page.wait_for_url(re.compile("#milestones"))

    def test_a_form_that_is_sent_again_has_made_one_row(self, site, open_page):
        page = open_page()
        site.enter(page, "coordinator")
        page.goto(f"{site.url}/engagements/2/milestones/create/")
        page.get_by_label("Titre").fill("Sent from behind")
        page.get_by_label("Prévu pour le").fill("2099-01-05")
        self.add(site, page)
        page.go_back()
        assert page.get_by_label("Titre").input_value() == "Sent from behind"
        self.add(site, page)

        expect(page.get_by_text("C’était déjà enregistré")).to_be_visible()
        expect(page.get_by_role("rowheader", name="Sent from behind")).to_have_count(1)

    def test_a_page_that_is_opened_or_loaded_anew_makes_another(self, site, open_page):
        page = open_page()
        site.enter(page, "coordinator")
        for anew in (lambda: None, page.reload):
            page.goto(f"{site.url}/engagements/2/milestones/create/")
            anew()
            page.get_by_label("Titre").fill("Twice on purpose")
            page.get_by_label("Prévu pour le").fill("2099-01-06")
            self.add(site, page)

        expect(page.get_by_role("rowheader", name="Twice on purpose")).to_have_count(2)
