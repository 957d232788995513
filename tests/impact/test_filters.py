"""The portfolio narrowed: by what the reader may choose from, with totals that follow and say so."""

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.domain.roles import Role
from crm.models import Sdg
from tests.access.test_access import body_of
from tests.api_client import ReadingClient
from tests.crm.factories import OrganisationFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    FundingFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
)

pytestmark = pytest.mark.django_db
PAGE = reverse("impact:summary")


@pytest.fixture
def funder():
    return OrganisationFactory(name="Fondation", funder=True)


@pytest.fixture
def reader(funder):
    return person_as(Role.FUNDER, funder)


@pytest.fixture
def goal():
    return Sdg.objects.create(
        number=15,
        name_fr="Vie terrestre",
        name_en="Life on land",
        colour="#3F7E44",
        text_colour="#FFFFFF",
    )


@pytest.fixture
def trees(goal):
    return IndicatorFactory(name_en="Trees planted", name_fr="Arbres plantés", sdg=goal)


@pytest.fixture
def portfolio(funder, trees):
    """A forest with trees published, a meadow with a draft, a garden that was stopped."""
    read = {
        "forest": EngagementFactory(
            title="Forêt",
            beneficiary__name="Œuvre des pins",
            beneficiary__is_beneficiary=True,
            in_build=True,
        ),
        "meadow": EngagementFactory(title="Prairie"),
        "garden": EngagementFactory(title="Jardin", stopped=True, stop_reason="Over"),
    }
    for engagement in read.values():
        FundingFactory(funder=funder, engagement=engagement)
    MeasurementFactory(metric=MetricFactory(engagement=read["forest"], indicator=trees), count=60)
    MeasurementFactory(metric=MetricFactory(engagement=read["garden"], indicator=trees), count=40)
    MeasurementFactory(metric=MetricFactory(engagement=read["meadow"]), status="draft")
    return read


@pytest.fixture
def api(reader):
    client = ReadingClient(headers={"accept-language": "en"})
    client.force_authenticate(reader)
    return client


def look(client, reader, **query):
    client.force_login(reader)
    return client.get(PAGE, query, headers={"accept-language": "en"})


def titles(response):
    return [section.engagement.title for section, _metrics in response.context_data["sections"]]


ASKED = [
    ({"q": "foret"}, ["Forêt"]),
    ({"q": "OEUVRE des"}, ["Forêt"]),
    ({"q": "nowhere"}, []),
    ({"stage": "build"}, ["Forêt"]),
    ({"stage": "stopped"}, ["Jardin"]),
    ({"stopped": "no"}, ["Forêt", "Prairie"]),
    ({"stopped": "yes"}, ["Jardin"]),
    ({"published": "on"}, ["Forêt", "Jardin"]),
    ({"published": "true", "stopped": "no"}, ["Forêt"]),
    ({"published": "false"}, ["Forêt", "Jardin", "Prairie"]),
    ({}, ["Forêt", "Jardin", "Prairie"]),
]


@pytest.mark.usefixtures("portfolio")
class TestFilters:
    @pytest.mark.parametrize(("asked", "found"), ASKED, ids=str)
    def test_page_and_api_narrow_in_the_same_way(self, client, reader, api, asked, found):
        assert titles(look(client, reader, **asked)) == found
        assert [
            row["title"] for row in api.get("/api/v1/impact/", asked).json()["results"]
        ] == found

    def test_by_indicator_and_by_goal(self, client, reader, trees, goal):
        assert titles(look(client, reader, indicator=trees.pk)) == ["Forêt", "Jardin"]
        assert titles(look(client, reader, sdg=goal.pk)) == ["Forêt", "Jardin"]

    def test_only_what_the_reader_follows_can_be_chosen(self, client, reader, trees):
        other = MeasurementFactory(metric__indicator__name_en="Secret plan").metric
        FundingFactory(engagement=other.engagement)

        form = look(client, reader).context_data["filter"].form

        assert (
            str(form["indicator"]).count("<option") == 3
        )  # all, the trees, and the one of the draft
        assert "Secret plan" not in str(form["indicator"])

    @pytest.mark.parametrize("name", ["indicator", "sdg"])
    def test_what_cannot_be_chosen_is_as_if_it_did_not_exist(self, client, reader, api, name):
        other = MeasurementFactory(metric__indicator__name_en="Secret plan").metric
        answers = [
            api.get("/api/v1/impact/", {name: key}) for key in (other.indicator_id, 987_654_321)
        ]

        assert [answer.status_code for answer in answers] == [400, 400]
        assert str(answers[0].json()["errors"]) == str(answers[1].json()["errors"])
        assert (
            "Secret plan" not in look(client, reader, **{name: other.indicator_id}).content.decode()
        )

    def test_totals_follow_and_say_so(self, client, reader):
        whole = look(client, reader)
        narrowed = look(client, reader, stopped="no", q="foret")

        assert [line.total.low for line in whole.context_data["portfolio"].totals] == [100]
        assert [line.total.low for line in narrowed.context_data["portfolio"].totals] == [60]
        page = " ".join(narrowed.content.decode().split())
        assert "Only 1 engagement, and its totals:" in page
        assert (
            "Search: <strong>foret</strong> · Stopped or not: <strong>without those that stopped</strong>"
            in page
        )
        assert "and its totals" not in whole.content.decode()
        assert "and their totals" not in whole.content.decode()

    def test_the_pager_keeps_the_filter(self, client, reader, funder):
        for n in range(12):
            FundingFactory(funder=funder, engagement=EngagementFactory(title=f"Haie {n:02}"))

        first = look(client, reader, q="haie", stopped="no")

        assert len(titles(first)) == 10
        following = client.get(PAGE + first.context_data["page"].next)
        assert titles(following) == ["Haie 10", "Haie 11"]
        assert "q=haie&stopped=no" in first.context_data["page"].next

    def test_nothing_found_leads_back_to_all(self, client, reader):
        page = look(client, reader, q="nowhere").content.decode()

        assert "Nothing matches" in page
        assert "No engagement to read about yet" not in page
        assert f'href="{PAGE}">Show all' in page

    @pytest.mark.parametrize("name", ["q", "stage", "sdg", "indicator", "stopped", "published"])
    @pytest.mark.parametrize("value", ["\0", "9" * 400, "x" * 5_000, "-1", "[]"])
    def test_no_value_breaks_the_page(self, client, reader, name, value):
        assert look(client, reader, **{name: value}).status_code == 200

    @pytest.mark.parametrize("size", [1, 7])
    def test_statements_do_not_grow(
        self, client, reader, funder, trees, django_assert_num_queries, size
    ):
        for n in range(size):
            metric = MetricFactory(engagement__title=f"Haie {n}", indicator=trees)
            MeasurementFactory(metric=metric, published_at=timezone.now())
            FundingFactory(funder=funder, engagement=metric.engagement)
        look(client, reader)

        with django_assert_num_queries(23):
            response = client.get(PAGE, {"q": "haie", "indicator": trees.pk, "published": "on"})

        assert len(titles(response)) == size


def test_two_funders_of_the_same_engagements_read_the_same_bytes(client, portfolio, reader, trees):
    """But for their own name: what each of them gives, and since when, leaves no trace."""
    other = OrganisationFactory(name="Fonds", funder=True)
    for engagement in portfolio.values():
        FundingFactory(funder=other, engagement=engagement, amount=1, starts_on="2020-01-01")
    second = person_as(Role.FUNDER, other, full_name=reader.full_name)

    for asked in ({"stopped": "no"}, {"indicator": trees.pk}, {"q": "a"}, {"published": "on"}):
        assert body_of(look(client, reader, **asked)) == body_of(look(client, second, **asked))
