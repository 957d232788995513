"""The list of engagements as a coordinator works on it: filters, ticked rows, files."""

import csv
from pathlib import Path

import pytest

from tests.journeys.site import DESKTOP, PHONE

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["with-script", "without-script"])
def script(request):
    return request.param


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_rows_are_filtered_ticked_and_entrusted(site, open_page, nothing_found, viewport, script):
    page = open_page(viewport=viewport, script=script)
    site.enter(page, "coordinator")
    page.goto(f"{site.url}/engagements/")
    before = page.locator("tbody tr").count()
    if viewport == PHONE:
        page.get_by_text("Filtres").click()
    stages = page.get_by_label("Étape")
    if script:
        with page.expect_navigation():
            stages.select_option(label="Cadrage")
    else:
        stages.select_option(label="Cadrage")
        page.get_by_role("button", name="Filtrer").click()
    page.wait_for_url("**stage=scoping**")
    assert 1 < page.locator("tbody tr").count() < before

    boxes = page.locator("tbody input[type=checkbox]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    if script:
        nothing_found(page)
    page.get_by_role("button", name="Confier à").click()
    page.get_by_role("heading", name="Confier 2 accompagnements à quelqu’un").wait_for()
    page.locator("main input[type=checkbox]").nth(1).uncheck()
    page.get_by_label("Coordination").select_option(label="Camille Roche (fictive)")
    page.get_by_role("button", name="Confier").click()
    page.get_by_text("Enregistré").wait_for()


def test_what_is_ticked_leaves_as_a_file(site, open_page, tmp_path):
    page = open_page(viewport=DESKTOP)
    site.enter(page, "coordinator")
    page.goto(f"{site.url}/engagements/")
    page.locator("tbody input[type=checkbox]").nth(2).check()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Exporter").click()

    file = waiting.value
    assert file.suggested_filename.startswith("accompagnements-")
    file.save_as(tmp_path / file.suggested_filename)
    assert Path(tmp_path / file.suggested_filename).stat().st_size > 100


def test_the_whole_list_leaves_as_csv(site, open_page, tmp_path):
    page = open_page(viewport=DESKTOP)
    site.enter(page, "coordinator")
    page.goto(f"{site.url}/engagements/?stage=scoping")
    shown = page.locator("tbody tr").count()
    page.locator("main summary", has=page.locator("svg")).first.click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Cette liste en CSV").click()

    path = tmp_path / "list.csv"
    waiting.value.save_as(path)
    rows = list(csv.reader(path.read_text("utf-8-sig").splitlines(), delimiter=";"))
    assert len(rows) == shown + 1


@pytest.mark.parametrize(
    ("viewport", "script"),
    [(PHONE, True), (DESKTOP, False)],
    ids=["phone", "desktop-without-script"],
)
def test_a_view_is_saved_found_again_and_removed(site, open_page, nothing_found, viewport, script):
    page = open_page(viewport=viewport, script=script)
    site.enter(page, "coordinator")
    page.goto(f"{site.url}/engagements/?needs=late&sort=-title")
    page.get_by_role("link", name="Enregistrer cette vue").click()
    page.get_by_role("button", name="Enregistrer la vue").click()
    page.get_by_label("Nom").fill("En retard")
    page.get_by_role("button", name="Enregistrer la vue").click()
    page.get_by_text("La vue est enregistrée.").wait_for()

    page.get_by_role("link", name="Accompagnements").locator("visible=true").first.click()
    page.get_by_role("link", name="En retard", exact=True).click()
    page.wait_for_url("**needs=late&sort=-title")
    page.locator(".kept details.more summary").click()
    if script:
        nothing_found(page)
    page.get_by_role("button", name="Retirer cette vue").click()
    page.get_by_text("« En retard » est retirée").wait_for()
    assert page.get_by_role("link", name="En retard", exact=True).count() == 0
