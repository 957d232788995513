"""Take the pictures of the guides: python3 dev.py screens."""

import tempfile

from playwright.sync_api import sync_playwright

from tests.journeys.site import DESKTOP, PHONE, ROOT, launch, new_page, running_site

PICTURES = [
    ("coordinator", "/", DESKTOP, "coordinator-today"),
    ("coordinator", "/engagements/", DESKTOP, "coordinator-list"),
    ("coordinator", "/engagements/3/", DESKTOP, "coordinator-engagement"),
    ("coordinator", "/engagements/2/roadmap/", DESKTOP, "coordinator-roadmap"),
    ("coordinator", "/engagements/8/autonomy/", DESKTOP, "coordinator-autonomy"),
    ("coordinator", "/volunteering/engagements/2/relay/", DESKTOP, "coordinator-relay"),
    ("coordinator", "/volunteering/needs/2/", DESKTOP, "coordinator-need"),
    ("coordinator", "/volunteering/agreements/2/", DESKTOP, "coordinator-agreement"),
    ("coordinator", "/volunteering/attestations/1/", DESKTOP, "coordinator-attestation"),
    ("sponsor", "/volunteering/statement/", DESKTOP, "sponsor-statement"),
    ("lead", "/engagements/2/autonomy/", PHONE, "lead-autonomy"),
    ("volunteer", "/volunteering/week/", PHONE, "volunteer-week"),
    ("lead", "/", PHONE, "lead-today"),
    ("lead", "/volunteering/months/3/", PHONE, "lead-month"),
    ("lead", "/impact/baselines/4/", PHONE, "lead-baseline"),
    ("sponsor", "/volunteering/months/", DESKTOP, "sponsor-months"),
    ("funder", "/impact/", DESKTOP, "funder-summary"),
    ("funder", "/impact/reports/1/", DESKTOP, "funder-report"),
    ("funder", "/impact/compare/?indicator=8", DESKTOP, "funder-compare"),
    ("coordinator", "/impact/metrics/4/targets/", DESKTOP, "coordinator-targets"),
    ("desk", "/requests/", DESKTOP, "desk-inbox"),
    ("desk", "/requests/5/refer/", DESKTOP, "desk-refer"),
    ("administrator", "/people-and-access/", DESKTOP, "administrator-people"),
    ("administrator", "/people-and-access/3/access/", DESKTOP, "administrator-access"),
    ("administrator", "/background/", DESKTOP, "administrator-background"),
    (None, "/ask/", PHONE, "holder-begin"),
]


def main():
    folder = ROOT / "docs" / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        running_site(data) as site,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        for role, path, viewport, name in PICTURES:
            page = new_page(browser, viewport=viewport)
            if role:
                site.enter(page, role)
            page.goto(site.url + path)
            page.screenshot(path=folder / f"{name}.jpg", type="jpeg", quality=60)
            page.context.close()
        browser.close()


if __name__ == "__main__":
    main()
