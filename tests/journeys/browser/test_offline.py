"""The week without a network: it opens, keeps what is typed, leaves once, and says what has not left."""

import pytest

from tests.journeys.site import PHONE

pytestmark = pytest.mark.browser

WEEK = "/volunteering/week/"
# Resolves once the week can be opened without a network.
KEPT = """async () => {
  const files = async () => (await caches.has("relais-week"))
    ? (await (await caches.open("relais-week")).keys()).length : 0;
  while (await files() < 8) await new Promise((done) => setTimeout(done, 50));
}"""
UNSENT = "async () => (await unsent.all()).map(({ state }) => state).join()"
ON_DEVICE = """async () => [
  ...await caches.keys(),
  ...(await indexedDB.databases()).map(({ name }) => name),
  ...(await navigator.serviceWorker.getRegistrations()).map(({ scope }) => scope),
  ...Object.keys(localStorage),
]"""


@pytest.fixture
def device(site, open_page):
    """A phone of the volunteer on which the week was opened before; each call gives another one."""
    pages = []

    def device():
        page = open_page(viewport=PHONE)
        pages.append(page)
        site.enter(page, "volunteer")
        page.goto(site.url + WEEK)
        page.evaluate(KEPT)
        return page

    yield device
    for page in pages:
        page.complaints[:] = [told for told in page.complaints if "net::ERR" not in told]


def write(page, words):
    if page.locator("details.again").count():
        page.locator("details.again > summary").click()
    done(page).fill(words)


def done(page):
    return page.get_by_label("Fait")


def save(page):
    page.get_by_role("button", name="Enregistrer ma semaine").click()


def save_without_network(page, words):
    page.context.set_offline(True)
    write(page, words)
    save(page)
    page.get_by_text("Pas encore envoyée").wait_for()


def told(page, words):
    return page.locator(".message").get_by_text(words)


class TestWithoutANetwork:
    def test_the_week_opens_as_it_was_typed_and_leaves_once_the_network_is_back(self, site, device):
        page = device()
        page.context.set_offline(True)
        page.goto(site.url + WEEK)
        page.get_by_text("Pas de réseau").wait_for()
        write(page, "Écrit sous terre")
        page.reload()
        assert done(page).input_value() == "Écrit sous terre"

        save_without_network(page, "Enregistré sous terre")
        page.reload()
        page.get_by_text("Pas encore envoyée").wait_for()
        assert done(page).input_value() == "Enregistré sous terre"
        assert page.evaluate(UNSENT) == "waiting"

        page.context.set_offline(False)
        told(page, "Semaine enregistrée").wait_for()
        assert page.locator(".said").get_by_text("Enregistré sous terre").is_visible()
        assert (page.evaluate(UNSENT), page.evaluate("localStorage.length")) == ("", 0)

    def test_of_a_closed_page_it_leaves_when_the_next_one_opens(self, site, device):
        page = device()
        save_without_network(page, "Onglet fermé")
        context = page.context
        page.close()
        context.set_offline(False)

        page = context.new_page()
        page.goto(site.url + WEEK)

        told(page, "Semaine enregistrée").wait_for()
        assert done(page).input_value() == "Onglet fermé"
        page.reload()
        assert page.evaluate(UNSENT) == ""

    def test_whose_session_is_over_is_asked_to_log_in_and_it_leaves_then(self, site, device):
        page = device()
        save_without_network(page, "Session finie")
        page.context.clear_cookies(name="sessionid")
        page.context.set_offline(False)

        page.get_by_role("link", name="connectez-vous pour l’envoyer").click()
        told(page, "Votre semaine n’est pas encore envoyée").wait_for()
        assert page.evaluate("caches.keys()") == []
        page.fill("[name=username]", site.accounts["volunteer"]["email"])
        page.fill("[name=password]", site.accounts["volunteer"]["password"])
        page.click("main button[type=submit]")

        told(page, "Semaine enregistrée").wait_for()
        assert done(page).input_value() == "Session finie"

    def test_what_another_device_saved_meanwhile_is_not_overwritten(self, device):
        here, there = device(), device()
        save_without_network(here, "Ce téléphone")
        write(there, "L’autre téléphone")
        save(there)
        told(there, "Semaine enregistrée").wait_for()

        here.context.set_offline(False)

        here.locator(".errors").get_by_text("L’autre téléphone").wait_for()
        assert done(here).input_value() == "Ce téléphone"
        assert here.evaluate(UNSENT) == ""
        there.reload()
        assert done(there).input_value() == "L’autre téléphone"

    @pytest.mark.parametrize("role", [None, "coordinator"])
    def test_nothing_stays_for_whoever_comes_next(self, site, device, role):
        page = device()
        save_without_network(page, "Pour moi seul·e")
        if role:
            page.context.clear_cookies(name="sessionid")
        page.goto("about:blank")  # where nothing is sent from
        page.context.set_offline(False)

        if role:
            site.enter(page, role)
        else:
            page.goto(f"{site.url}/account/")
            page.locator("details.me summary").click()
            page.get_by_role("button", name="Se déconnecter").click()
            page.wait_for_url("**/login/")

        assert page.evaluate(ON_DEVICE) == []
