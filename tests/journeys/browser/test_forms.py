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
