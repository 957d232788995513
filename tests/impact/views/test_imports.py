"""The page of a table: it is looked at first, and written when told."""

from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from crm.files.spreadsheets import workbook
from impact.models import Measurement
from impact.services import imports
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import IndicatorFactory, MetricFactory
from tests.impact.pasted import GOOD, HEAD, TODAY, planned

pytestmark = pytest.mark.django_db


@pytest.fixture
def engagement(member):
    return EngagementFactory(member=member)


@pytest.fixture
def jobs(engagement):
    indicator = IndicatorFactory(code="emplois", name_fr="Emplois trouvés", name_en="Jobs found")
    return MetricFactory(engagement=engagement, indicator=indicator)


@pytest.fixture
def share(engagement):
    return MetricFactory(
        engagement=engagement, indicator=IndicatorFactory(code="sorties", share=True)
    )


@pytest.fixture
def plan(engagement, jobs, share, coordinator):
    return partial(planned, engagement, coordinator)


def wrong(plan):
    return [(each.line, each.column, each.reason) for each in plan.errors]


class TestPage:
    @pytest.fixture
    def at(self, engagement, jobs, client, coordinator):
        client.force_login(coordinator)
        return reverse("impact:measurement-import", args=[engagement.pk])

    def test_looks_first_and_writes_when_told(self, client, at):
        looked = client.post(at, {"text": f"{HEAD}\n{GOOD}"})

        assert (looked.status_code, Measurement.objects.count()) == (200, 0)
        assert 'name="write"' in looked.content.decode()
        assert client.post(at, {"text": f"{HEAD}\n{GOOD}", "write": "1"}).status_code == 302
        assert Measurement.objects.count() == 1

    def test_a_wrong_cell_keeps_the_table_and_offers_no_writing(self, client, at):
        answer = client.post(at, {"text": f"{HEAD}\n{GOOD.replace('1 234', 'N/A')}"})

        page = answer.content.decode()
        assert (answer.status_code, 'name="write"' in page, "Base de la plateforme" in page) == (
            422,
            False,
            True,
        )

    def test_writing_a_table_that_went_wrong_meanwhile_says_so(
        self, client, at, engagement, coordinator
    ):
        imports.import_measurements(engagement, f"{HEAD}\n{GOOD}", by=coordinator, today=TODAY)

        answer = client.post(
            at, {"text": f"{HEAD}\n{GOOD}", "write": "1"}, headers={"accept-language": "en"}
        )

        assert answer.status_code == 422
        assert "recorded already" in answer.content.decode()

    def test_a_file_is_looked_at_like_a_paste(self, client, at):
        content = workbook([("Figures", HEAD.split("\t"), [GOOD.split("\t")])])

        page = client.post(at, {"file": SimpleUploadedFile("t.xlsx", content)}).content.decode()

        assert "Base de la plateforme" in page
        assert 'name="write"' in page

    def test_a_file_that_lies_about_its_type_is_refused(self, client, at):
        answer = client.post(at, {"file": SimpleUploadedFile("t.xlsx", b"\x00MZ not a table")})

        assert answer.status_code == 422

    @pytest.mark.parametrize("language", ["fr", "en"])
    def test_the_spreadsheet_to_fill_reads_back(
        self, client, at, engagement, jobs, share, language
    ):
        words = {"accept-language": language}
        content = client.get(
            reverse("impact:measurement-template", args=[engagement.pk]), headers=words
        ).content

        page = client.post(
            at, {"file": SimpleUploadedFile("t.xlsx", content)}, headers={"accept-language": "en"}
        )

        assert page.status_code == 422
        assert page.content.decode().count("<tr>") > 2
        assert "This heading is not known" not in page.content.decode()
        assert [wrong.line for wrong in page.context["plan"].errors if wrong.line == 1] == []

    def test_shows_the_groups_before_they_are_written(self, client, at):
        head = (
            "indicateur\tdu\tau\tnombre\tgroupes\tanyway asked\tanyway answered\tanyway yes\tsource"
        )
        row = "emplois\t2026-01\t2026-03\t120\tgenre ; <b>Femmes</b> ; 70 | genre ; Hommes ; 30\t30\t22\t6\tBase"

        page = client.post(
            at, {"text": f"{head}\n{row}"}, headers={"accept-language": "en"}
        ).content.decode()

        assert "2 groups: &lt;b&gt;Femmes&lt;/b&gt; 70, Hommes 30" in " ".join(page.split())
        assert "anyway: 6 of 22 who answered, 30 asked" in page
