"""Two funders of one engagement: whatever one of them does and gives, the other reads the same bytes.

One world at one hour, gone on in two ways that differ only in what funder B funds, gives, since when, reads, shares
and is noted about. Funder A opens everything that it can in both: each answer is the same, byte for byte, apart from
the tokens that differ between any two requests.
"""

import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from crm.domain.roles import Role
from crm.models import Interaction
from engagements.models import EngagementInteraction
from impact.models import Funding
from impact.services import last_reading, reports
from tests.access.expectations import FUNDER
from tests.access.routes import all_routes
from tests.access.test_access import EXPECTED, body_of
from tests.crm.factories import MembershipFactory, OrganisationFactory, UserFactory
from tests.engagements.factories import EngagementFactory, MilestoneTemplateFactory
from tests.impact.factories import (
    BaselineFactory,
    BreakdownFactory,
    ClaimFactory,
    FundingFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    OverlapFactory,
    TargetFactory,
    publish_as_read,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 7, 20, 9, tzinfo=UTC)
QUERIES = (
    "q=foret",
    "q=B",
    "stage=scoping",
    "stopped=no",
    "stopped=yes",
    "published=on",
    "ordering=-title&sort=-amount",
    "funder=2",
    "fundings__amount__gte=1",
    "last=1",
    "page_size=1",
)


class Undone(Exception):
    pass


@pytest.fixture(autouse=True)
def at_one_hour(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)


def build():
    """What both worlds hold: two engagements that A funds, figures, a correction, a report, and B as a funder."""
    member = OrganisationFactory(name="Share it", member=True)
    funders = {letter: OrganisationFactory(name=f"Funder {letter}", funder=True) for letter in "AB"}
    people = {letter: UserFactory(full_name=f"Person {letter}") for letter in "AB"}
    for letter, organisation in funders.items():
        MembershipFactory(user=people[letter], organisation=organisation, role=Role.FUNDER)
    coordinator = UserFactory(full_name="Camille")
    MembershipFactory(user=coordinator, organisation=member, role=Role.COORDINATOR)
    indicator = IndicatorFactory(name_en="Trees planted", name_fr="Arbres plantés")
    share = IndicatorFactory(share=True)
    unique = IndicatorFactory(aggregation="unique")
    engagements = []
    for title in ("Forêt", "Jardin", "Prairie", "Rivière"):
        engagement = EngagementFactory(title=title, member=member, coordinator=coordinator)
        metric = MetricFactory(engagement=engagement, indicator=indicator)
        BaselineFactory(metric=metric)
        wrong = MeasurementFactory(metric=metric, published_at=NOW - timedelta(days=5))
        MeasurementFactory(
            metric=metric, corrects=wrong, count=54, published_at=NOW - timedelta(days=4)
        )
        MeasurementFactory(
            metric=MetricFactory(engagement=engagement, indicator=share), count=6, total=10
        )
        ClaimFactory(metric=metric)
        TargetFactory(metric=metric)
        BreakdownFactory(measurement=metric.measurements.get(count=54), count=40)
        MeasurementFactory(metric=MetricFactory(engagement=engagement, indicator=unique), count=30)
        engagements.append(engagement)
    for engagement in engagements[:2]:
        FundingFactory(engagement=engagement, funder=funders["A"], amount=Decimal(50_000))
    return {
        "member": member,
        "funders": funders,
        "people": people,
        "coordinator": coordinator,
        "template": MilestoneTemplateFactory(),
        "engagements": engagements,
        "indicators": [indicator, share, unique],
        "overlap": overlap(engagements[0], engagements[1], unique),
        "reports": [
            publish_as_read(engagement, by=coordinator, today=date(2026, 7, 10))
            for engagement in (engagements[0], engagements[2])
        ],
    }


def overlap(one, other, indicator, **facts):
    first, second = (each.metrics.get(indicator=indicator) for each in (one, other))
    return OverlapFactory(first=first, second=second, **facts)


def first_world(world):
    """B gives a little to one engagement."""
    FundingFactory(
        engagement=world["engagements"][0], funder=world["funders"]["B"], amount=Decimal(1_000)
    )


def second_world(world):
    """B gives much to all of them, since long ago, reads, shares, and is noted about."""
    forest, garden, meadow, river = world["engagements"]
    b, reader = world["funders"]["B"], world["people"]["B"]
    for engagement in (forest, garden, meadow):
        FundingFactory(
            engagement=engagement, funder=b, amount=Decimal(7_654_321), starts_on=date(2019, 1, 1)
        )
    FundingFactory(
        engagement=river, funder=b, reads_until=date(2020, 1, 1), starts_on=date(2019, 1, 1)
    )
    FundingFactory(engagement=forest, funder=OrganisationFactory(name="Funder C", funder=True))
    for engagement in (forest, meadow):
        overlap(engagement, river, world["indicators"][2], people=29)
    last_reading.mark_read(reader, upto=NOW - timedelta(days=4), at=NOW)
    for report in world["reports"]:
        _link, path = reports.share_report(
            report, sent_to="The board of B", until=date(2026, 9, 1), by=reader, at=NOW
        )
        reports.share_report(
            report, sent_to="Of B", until=date(2026, 8, 1), by=world["coordinator"], at=NOW
        )
        link = reports.open_share_link(path.rstrip("/").rsplit("/", 1)[-1], at=NOW)
        reports.count_view(link, at=NOW)
        reports.revoke_share_link(link, by=reader, at=NOW)
    reports.share_report(
        world["reports"][0], sent_to="Again", until=date(2026, 9, 1), by=reader, at=NOW
    )
    noted = Interaction.objects.create(
        organisation=b,
        kept_by=world["member"],
        author=world["coordinator"],
        kind="call",
        happened_on=date(2026, 7, 1),
        text="B gives more.",
    )
    EngagementInteraction.objects.create(interaction=noted, engagement=forest)
    Client().force_login(reader)


def addresses(world):
    """Everything that a funder may open, with each object of the world and each query that may come after it."""
    keys = {
        "": [None],
        "template": [world["template"].pk],
        "engagement": [row.pk for row in world["engagements"]],
        "report": [row.pk for row in world["reports"]],
        "indicator": [row.pk for row in world["indicators"]],
        "unique indicator": [world["indicators"][2].pk],
        "overlap": [world["overlap"].pk],
    }
    metrics = [
        metric
        for engagement in world["engagements"]
        for metric in engagement.metrics.order_by("pk")
    ]
    keys["metric"] = [row.pk for row in metrics]
    keys["baseline"] = [row.pk for metric in metrics for row in metric.baselines.order_by("pk")]
    keys["measurement"] = [
        row.pk for metric in metrics for row in metric.measurements.order_by("pk")
    ]
    keys["target"] = [row.pk for metric in metrics for row in metric.targets.order_by("pk")]
    keys["funding"] = list(
        Funding.objects.filter(funder=world["funders"]["A"])
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for route in sorted(all_routes(), key=lambda route: route.name):
        row = EXPECTED[route.name]
        if FUNDER not in row.get:
            continue
        for key in keys[row.of]:
            yield route.url(key, row.words)
            if not row.of and "impact" in route.url(key):
                yield from (f"{route.url(key, row.words)}?{query}" for query in QUERIES)
    for indicator in keys["indicator"]:
        for name in ("impact:compare", "impact:summary", "api:impact-compare", "api:impact-list"):
            yield f"{reverse(name)}?indicator={indicator}"
    for report in keys["report"]:
        yield from (
            reverse("impact:report-file", args=[report, kind]) for kind in ("pdf", "xlsx", "json")
        )
        yield from (reverse("impact:report-figure", args=[report, place]) for place in (1, 2, 3))


def seen(world, differ, language):
    """{address: (status, kind, body)} that A reads once the world differs; what made it differ is taken back."""
    found = {}
    asked = list(addresses(world))
    cache.clear()
    try:
        with transaction.atomic():
            differ(world)
            client = Client(headers={"accept-language": language})
            client.force_login(world["people"]["A"])
            for url in asked:
                response = client.get(url)
                found[url] = (response.status_code, response["Content-Type"], body_of(response))
                if url.startswith("/api/") and "?" not in url:
                    found[f"OPTIONS {url}"] = (
                        client.options(url).status_code,
                        "",
                        body_of(client.options(url)),
                    )
            raise Undone
    except Undone:
        return found


@pytest.mark.large
@pytest.mark.one_database
@pytest.mark.parametrize("language", ["fr", pytest.param("en", marks=pytest.mark.thorough)])
def test_a_funder_reads_the_same_bytes_whatever_the_other_one_does(language, capsys):
    world = build()

    first, second = (seen(world, differ, language) for differ in (first_world, second_world))

    differing = [url for url in first if first[url] != second[url]]
    opened = [url for url, (status, _kind, _body) in first.items() if status == 200]
    size = sum(len(body.encode()) for _status, _kind, body in first.values())
    with capsys.disabled():
        sys.stdout.write(
            f"\n{language}: {len(opened)} answers, {size:,} bytes compared, {len(differing)} differ\n"
        )
    assert differing == []
    assert len(opened) > 150
    assert "Forêt" in first[reverse("impact:summary")][2]
    assert all("Prairie" not in body for _status, _kind, body in first.values())


@pytest.mark.large
@pytest.mark.one_database
def test_the_comparison_sees_a_difference():
    """A guard that was never seen failing proves nothing."""
    world = build()

    def gives_more(world):
        Funding.objects.filter(funder=world["funders"]["A"]).update(amount=Decimal(60_000))

    first, second = (seen(world, differ, "en") for differ in (lambda world: None, gives_more))

    assert {url.partition("?")[0] for url in first if first[url] != second[url]} >= {
        "/api/v1/fundings/"
    }
