"""Whatever is typed, the workbook to fill holds no live formula."""

import pytest
from django.urls import reverse

from tests.impact.factories import IndicatorFactory, MetricFactory
from tests.impact.live_formulas import TEXTS, assert_dead

pytestmark = [pytest.mark.large, pytest.mark.one_database, pytest.mark.django_db]


@pytest.mark.parametrize("text", TEXTS)
def test_the_workbook_to_fill(client, coordinator, member, text):
    indicator = IndicatorFactory(name_fr=text, name_en=text)
    metric = MetricFactory(engagement__member=member, indicator=indicator)
    client.force_login(coordinator)

    content = client.get(
        reverse("impact:measurement-template", args=[metric.engagement_id])
    ).content

    assert_dead(content)
