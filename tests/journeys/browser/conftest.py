import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.journeys.site import launch, new_page, running_site


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser):
    """Open pages; at the end none of them may have complained in its console."""
    pages = []

    def open_page(**options):
        pages.append(new_page(browser, **options))
        return pages[-1]

    yield open_page
    complaints = [
        complaint
        for page in pages
        for complaint in page.complaints
        if "status of 4" not in complaint
    ]
    for page in pages:
        page.context.close()
    assert complaints == []


@pytest.fixture
def nothing_found():
    """Ask axe-core about a page: WCAG 2.0 to 2.2, A and AA, and its best practices."""
    axe = Axe()

    def check(page):
        found = axe.run(page).response["violations"]
        told = [f"{v['id']}: {n['html'][:160]}" for v in found for n in v["nodes"]]
        assert told == [], f"{page.url}\n" + "\n".join(told)

    return check
