from datetime import UTC, date, datetime
from decimal import Decimal

import factory

from impact.models import (
    Baseline,
    Breakdown,
    Claim,
    Funding,
    Indicator,
    Measurement,
    Metric,
    Overlap,
    ShareLink,
    Target,
)
from impact.selectors import reports
from impact.services.reports import publish_report
from tests.crm.factories import OrganisationFactory, UserFactory
from tests.engagements.factories import EngagementFactory

PUBLISHED_AT = datetime(2026, 7, 1, 10, tzinfo=UTC)


class IndicatorFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Indicator

    code = factory.Sequence(lambda n: f"indicator-{n}")
    name_fr = factory.Sequence(lambda n: f"Personnes aidées {n}")
    name_en = factory.Sequence(lambda n: f"People helped {n}")
    unit_fr = "personnes"
    unit_en = "people"
    kind = Indicator.Kind.COUNT
    aggregation = Indicator.Aggregation.ADDITIVE

    class Params:
        share = factory.Trait(kind="share", aggregation="never", unit_fr="%", unit_en="%")


class MetricFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Metric

    engagement = factory.SubFactory(EngagementFactory)
    indicator = factory.SubFactory(IndicatorFactory)


class BaselineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Baseline

    metric = factory.SubFactory(MetricFactory)
    method = Baseline.Method.MEASURED
    count = 10
    window_start = date(2024, 1, 1)
    window_end = date(2024, 12, 31)
    exposure_months = Decimal(12)
    source = "Spreadsheet of the team"
    grade = "counted"
    author = factory.SubFactory(UserFactory)
    recorded_on = date(2026, 1, 5)


class MeasurementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Measurement

    metric = factory.SubFactory(MetricFactory)
    status = Measurement.Status.PUBLISHED
    count = 60
    window_start = date(2026, 1, 1)
    window_end = date(2026, 6, 30)
    exposure_months = Decimal(6)
    source = "Platform's database"
    grade = "counted"
    author = factory.SubFactory(UserFactory)
    recorded_on = date(2026, 7, 1)
    published_at = factory.LazyAttribute(
        lambda row: PUBLISHED_AT if row.status == "published" else None
    )


class BreakdownFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Breakdown

    measurement = factory.SubFactory(MeasurementFactory)
    dimension = "gender"
    label_fr = factory.Sequence(lambda n: f"Groupe {n}")
    label_en = factory.Sequence(lambda n: f"Group {n}")
    count = 20
    position = factory.Sequence(lambda n: n)


class TargetFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Target

    metric = factory.SubFactory(MetricFactory)
    window_start = date(2026, 1, 1)
    window_end = date(2026, 6, 30)
    value = Decimal(50)
    set_on = date(2025, 12, 15)


class OverlapFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Overlap

    people = 5
    source = "Both lists compared"
    author = factory.SubFactory(UserFactory)
    recorded_on = date(2026, 7, 2)


class ClaimFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Claim

    metric = factory.SubFactory(MetricFactory)
    value = Decimal(16)
    kind = Claim.Kind.VOLUME
    stated_on = date(2022, 5, 2)
    statement_fr = "16 fois plus qu'à la main"
    statement_en = "16 times more than by hand"
    source = "Interview"


class FundingFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Funding

    funder = factory.SubFactory(OrganisationFactory, funder=True)
    engagement = factory.SubFactory(EngagementFactory)
    starts_on = date(2026, 1, 5)


class ShareLinkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ShareLink

    sent_to = "The board"
    digest = factory.Sequence(lambda n: f"{n:064d}")
    made_by = factory.SubFactory(UserFactory)
    made_at = datetime(2026, 7, 1, tzinfo=UTC)
    expires_at = datetime(2099, 7, 1, tzinfo=UTC)


def publish_as_read(engagement, *, by, today):
    """A report of what stands now, by somebody who has just read it."""
    return publish_report(
        engagement, by=by, today=today, seen=reports.seal_of(engagement, today=today)
    )
