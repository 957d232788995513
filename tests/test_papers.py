"""Every PDF that leaves Relais, before a checker that is not ours: tagged, titled, its tables with their headings."""

from io import BytesIO

import pytest
from django.core.cache import cache
from django.urls import reverse
from pdfua import Severity, validate
from pypdf import PdfReader

from tests.access.expectations import PAGES
from tests.access.routes import all_routes
from tests.access.test_access import client_of, key_of
from tests.access.world import build_onlookers, build_world


def papers():
    """(route, its address in a world) of every page that answers with a PDF."""
    return [route for route in all_routes() if route.name.endswith("-pdf")]


def parts_of(element):
    """The kinds of the parts of a tagged document, with what is within each."""
    children = element.get("/K", [])
    for child in children if isinstance(children, list) else [children]:
        part = child.get_object()
        if isinstance(part, dict) and "/S" in part:
            yield part["/S"], part
            yield from parts_of(part)


@pytest.mark.large
@pytest.mark.one_database
@pytest.mark.django_db
def test_every_paper_is_read_aloud_well(tmp_path):
    cache.clear()
    world = build_world("A")
    build_onlookers(world)
    addresses = [(route.name, route.url(key_of(world, PAGES[route.name]))) for route in papers()]
    report = world.objects["report"]
    addresses.append(("report", reverse("impact:report-file", args=[report.pk, "pdf"])))
    wrong, read = [], 0
    for name, address in addresses:
        answers = (
            client_of(world, role).get(address)
            for role in ("administrator", "sponsor", "coordinator")
        )
        content = next(answer.content for answer in answers if answer.status_code == 200)
        file = tmp_path / f"{name.rpartition(':')[2]}.pdf"
        file.write_bytes(content)
        findings = validate(file).findings
        wrong += [
            f"{name}: {finding.message}"
            for finding in findings
            if finding.severity == Severity.ERROR
        ]
        tree = PdfReader(BytesIO(content)).trailer["/Root"]["/StructTreeRoot"]
        for kind, part in parts_of(tree):
            read += 1
            if kind == "/Table" and "/TH" not in {inner for inner, _part in parts_of(part)}:
                wrong.append(f"{name}: a table without a heading")
    assert wrong == [], "\n".join(wrong)
    assert len(addresses) >= 6
    assert read > 100
