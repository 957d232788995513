"""From anywhere to anything by the keyboard: one field, and keys that can be turned off."""

import pytest

from tests.journeys.site import DESKTOP

pytestmark = pytest.mark.browser


@pytest.fixture
def page(site, open_page):
    page = open_page(viewport=DESKTOP)
    site.enter(page, "coordinator")
    return page


def test_a_name_leads_there(site, page, nothing_found):
    page.goto(f"{site.url}/search/?q=justice")  # where the same is found already
    page.keyboard.press("Control+k")
    field = page.get_by_role("dialog", name="Aller à…").get_by_role("searchbox")
    field.fill("equip")  # a place, without its accent
    assert page.locator("dialog .found a").first.inner_text() == "Équipe"

    field.fill("justice")
    found = page.locator("dialog").get_by_role("link", name="Justice Plurielle")
    found.first.wait_for()
    nothing_found(page)
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map((each) => each.id)")
    assert sorted(ids) == sorted(set(ids))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Justice Plurielle", level=1).wait_for()


def test_what_is_not_found_is_told_by_the_search_page(page):
    page.keyboard.press("Control+k")
    page.keyboard.type("xqzw")
    page.wait_for_function("!document.querySelector('dialog .found a')")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Résultats pour « xqzw »").wait_for()


def test_keys_of_one_letter_can_be_turned_off(site, page):
    page.goto(f"{site.url}/engagements/")
    page.keyboard.press("?")
    page.get_by_label("Utiliser les touches").uncheck()
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")

    for key in ("?", "/", "n"):
        page.keyboard.press(key)
    assert page.locator("dialog").count() == 0
    assert page.evaluate("document.activeElement.matches('input')") is False
    assert page.url == f"{site.url}/engagements/"

    page.keyboard.press("Control+k")
    page.get_by_label("Utiliser les touches").check()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_url("**/engagements/create/")
    page.keyboard.press("n")  # in a field it is a letter
    assert page.url.endswith("/engagements/create/")
