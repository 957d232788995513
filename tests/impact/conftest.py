"""An engagement with one published figure, its lead, its funder, and the report of it."""

from datetime import date

import pytest

from crm.domain.roles import Role
from tests.crm.factories import person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    BaselineFactory,
    FundingFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    publish_as_read,
)


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Job “platform” 🎉")


@pytest.fixture
def measured(engagement):
    metric = MetricFactory(
        engagement=engagement, indicator=IndicatorFactory(name_en="People back in work")
    )
    BaselineFactory(metric=metric)
    return MeasurementFactory(metric=metric)


@pytest.fixture
def lead(engagement):
    return person_as(Role.LEAD, engagement.beneficiary)


@pytest.fixture
def funder(engagement):
    return person_as(Role.FUNDER, FundingFactory(engagement=engagement).funder)


@pytest.fixture
def report(measured, engagement, coordinator):
    return publish_as_read(engagement, by=coordinator, today=date(2026, 7, 10))
