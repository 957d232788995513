"""What would mislead: one outcome by page, API and table, in French and in English, and nothing is lost."""

from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from impact.models import Baseline, Measurement
from tests.api_client import ReadingClient
from tests.crm.factories import UserFactory
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import MetricFactory
from tests.impact.kinds import metric_of_kind

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]
TYPED = "Base « mensuelle » 🎉"
FACTS = {
    "count": "12",
    "window_start": "2024-01-01",
    "window_end": "2024-03-31",
    "population": "all",
    "grade": "counted",
    "source": TYPED,
}
COUNTS = {"counts_in_total": "on"}
COLUMNS = {
    "count": "nombre",
    "total": "sur",
    "percent": "%",
    "amount": "montant",
    "exposure_months": "mois",
    "window_start": "du",
    "window_end": "au",
    "population": "population",
    "grade": "preuve",
    "source": "source",
    "asked": "asked",
    "answered": "answered",
}
FAR = (timezone.localdate() + timedelta(days=400)).isoformat()
# what is sent of which kind of indicator, at which field it is told, and the words of ours that tell it
HARM = {
    "a negative count": ("count", {"count": "-1"}, "count", "", ""),
    "N/A": ("count", {"count": "N/A"}, "count", "", ""),
    "1e308": ("count", {"count": "1e308"}, "count", "", ""),
    "1e308 of an amount": ("amount", {"count": "", "amount": "1e308"}, "amount", "", ""),
    "NaN of an amount": ("amount", {"count": "", "amount": "NaN"}, "amount", "", ""),
    "a count too large to be true": ("count", {"count": str(10**10)}, "count", "", ""),
    "half a person": ("count", {"count": "1.5"}, "count", "", ""),
    "no figure at all": ("count", {"count": ""}, "count", "give the count", "donnez le nombre"),
    "no time at all": ("count", {"exposure_months": "0"}, "exposure_months", "", ""),
    "a share without its denominator": ("share", {}, "count", "out of how many", "sur combien"),
    "more than all": ("share", {"total": "11"}, "count", "more than 100 %", "dépasser 100"),
    "a share of nobody": ("share", {"total": "0", "count": "0"}, "total", "", ""),
    "105 %": ("share", {"count": "", "percent": "105"}, "percent", "", ""),
    "-5 %": ("share", {"count": "", "percent": "-5"}, "percent", "", ""),
    "a window that is reversed": (
        "count",
        {"window_end": "2023-12-31"},
        "window_end",
        "before it begins",
        "avant",
    ),
    "a window that is not over": (
        "count",
        {"window_end": FAR},
        "window_end",
        "not over yet",
        "pas encore terminée",
    ),
    "a day that does not exist": ("count", {"window_start": "2023-02-29"}, "window_start", "", ""),
    "less than before in a running count": (
        "running",
        {"count": "3"},
        "count",
        "cannot go down",
        "baisser",
    ),
    "an answer rate without a survey": (
        "count",
        {"asked": "9", "answered": "5"},
        "grade",
        "Only a survey",
        "enquête",
    ),
    "more answers than questions": (
        "count",
        {"grade": "surveyed", "asked": "5", "answered": "9"},
        "answered",
        "More people answered",
        "répondu",
    ),
    "no source": ("count", {"source": ""}, "source", "", ""),
    "a source without end": ("count", {"source": "x" * 301}, "source", "", ""),
}
OURS = {name: harm for name, harm in HARM.items() if harm[3]}


@pytest.fixture
def engagement(member):
    return EngagementFactory(member=member)


@pytest.fixture
def metric_of(engagement):
    return partial(metric_of_kind, engagement)


@pytest.fixture(params=["en", "fr"])
def language(request):
    return request.param


@pytest.fixture
def page(client, coordinator, language):
    client.force_login(coordinator)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    return client


@pytest.fixture
def api(coordinator, language):
    api = ReadingClient(headers={"accept-language": language})
    api.force_authenticate(coordinator)
    return api


def facts(changes):
    return {name: value for name, value in (FACTS | changes).items() if value != ""}


def shows(answer, value):
    """Whether what was typed stands in the form that comes back."""
    typed = [field.value() for field in answer.context["form"]]
    return value in typed


@pytest.mark.parametrize("name", HARM)
class TestAFigure:
    def test_is_told_at_its_field_and_what_was_typed_stays(self, page, metric_of, name, language):
        kind, sent, field, *words = HARM[name]
        metric = metric_of(kind)
        before = Measurement.objects.count()

        answer = page.post(
            reverse("impact:measurement-create", args=[metric.pk]), FACTS | COUNTS | sent
        )

        errors = answer.context["form"].errors
        assert (answer.status_code, list(errors), Measurement.objects.count()) == (
            422,
            [field],
            before,
        )
        assert words[language == "fr"] in str(errors[field][0])
        assert all(
            shows(answer, value)
            for at, value in (FACTS | sent).items()
            if at in answer.context["form"].fields
        )

    def test_is_told_by_the_api_at_the_same_field(self, api, page, metric_of, name, language):
        kind, sent, field, *words = HARM[name]
        metric = metric_of(kind)
        before = Measurement.objects.count()

        answer = api.post(
            "/api/v1/measurements/", facts(sent) | {"metric": metric.pk}, format="json"
        )

        assert (answer.status_code, list(answer.data["errors"])) == (400, [field])
        assert Measurement.objects.count() == before
        if name in OURS:
            form = page.post(
                reverse("impact:measurement-create", args=[metric.pk]), FACTS | COUNTS | sent
            ).context["form"]
            assert answer.data["errors"][field] == form.errors[field]
            assert words[language == "fr"] in str(answer.data["errors"][field][0])

    def test_is_told_in_a_table_at_its_row_and_column_and_no_row_is_written(
        self, api, metric_of, name, language
    ):
        kind, sent, field, *words = HARM[name]
        metric = metric_of(kind)
        before = Measurement.objects.count()
        bad = facts(sent)
        good = facts(
            {"window_start": "2024-04-01", "window_end": "2024-06-30", "count": "40"} | GOOD[kind]
        )
        columns = [each for each in COLUMNS if each in bad or each in good or each == field]
        rows = [[COLUMNS[each] for each in columns], [good.get(each, "") for each in columns]]
        rows.append([bad.get(each, "") for each in columns])
        text = "\n".join("\t".join(row) for row in rows)

        body = {"engagement": metric.engagement_id, "text": text, "dry_run": False}
        answer = api.post("/api/v1/measurements/import/", body, format="json")

        wrong = answer.data["wrong"]
        assert (answer.data["written"], Measurement.objects.count()) == (False, before)
        assert {each["line"] for each in wrong} == {3}
        assert len(wrong) == 1
        assert words[language == "fr"] in wrong[0]["reason"]
        assert wrong[0]["column"]


GOOD = {
    "count": {},
    "running": {},
    "share": {"total": "80"},
    "amount": {"count": "", "amount": "40"},
}
BASELINE_HARM = [name for name, harm in HARM.items() if harm[0] != "running"]


@pytest.mark.parametrize("name", BASELINE_HARM)
def test_a_baseline_is_looked_at_the_same_way(page, api, metric_of, name):
    kind, sent, field, *_words = HARM[name]
    metric = metric_of(kind)
    payload = FACTS | {"method": "declared"} | sent

    answer = page.post(reverse("impact:baseline-create", args=[metric.pk]), payload)
    response = api.post(
        "/api/v1/baselines/",
        facts(sent) | {"metric": metric.pk, "method": "declared"},
        format="json",
    )

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert (response.status_code, list(response.data["errors"])) == (400, [field])
    assert not Baseline.objects.exists()


class TestSomebodyElses:
    """Nothing tells that it is there."""

    def test_page_api_and_table_say_what_they_say_of_nothing(self, page, api, metric_of):
        other = MetricFactory()
        nothing = 987_654_321
        pages = ["measurement-create", "baseline-create"]

        def answers(metric, engagement):
            responses = [
                page.post(reverse(f"impact:{name}", args=[metric]), FACTS) for name in pages
            ]
            responses.append(
                page.post(reverse("impact:measurement-import", args=[engagement]), {"text": "x"})
            )
            sent = facts({"metric": metric, "method": "declared"})
            responses += [
                api.post(f"/api/v1/{route}/", sent, format="json")
                for route in ("measurements", "baselines")
            ]
            responses.append(
                api.post(
                    "/api/v1/measurements/import/",
                    {"engagement": engagement, "text": "x"},
                    format="json",
                )
            )
            return [
                (
                    each.status_code,
                    each.content.replace(str(metric).encode(), b"").replace(
                        str(engagement).encode(), b""
                    ),
                )
                for each in responses
            ]

        theirs = answers(other.pk, other.engagement_id)

        assert [status for status, _body in theirs] == [404, 404, 404, 400, 400, 400]
        assert [body for status, body in theirs if status == 400] == [
            body for status, body in answers(nothing, nothing) if status == 400
        ]
        assert not Measurement.objects.exists()


def test_a_stranger_is_told_nothing_at_any_of_the_doors(metric_of):
    client = Client()
    client.force_login(UserFactory())
    metric = metric_of("count")

    assert (
        client.post(reverse("impact:measurement-create", args=[metric.pk]), FACTS).status_code
        == 404
    )
