"""A claim is read by whoever reads the impact of its engagement, in their language."""

import pytest
from django.utils import translation

from crm.domain.roles import Role
from impact.models import Claim
from tests.crm.factories import person_as
from tests.impact.factories import ClaimFactory, FundingFactory

pytestmark = pytest.mark.django_db


def test_is_read_with_the_impact_of_its_engagement_and_with_no_other():
    claim, elsewhere = ClaimFactory.create_batch(2)
    funder = person_as(Role.FUNDER, FundingFactory(engagement=claim.metric.engagement).funder)

    assert list(Claim.objects.visible_to(funder)) == [claim]
    assert list(Claim.objects.visible_to(person_as(Role.FUNDER))) == []
    assert list(Claim.objects.visible_to(person_as(Role.ADMINISTRATOR)).order_by("pk")) == [
        claim,
        elsewhere,
    ]


def test_is_said_in_french_where_nobody_said_it_in_english():
    claim = ClaimFactory(statement_fr="Seize fois plus", statement_en="")

    assert claim.statement == "Seize fois plus"
    claim.statement_en = "Sixteen times more"
    assert claim.statement == "Sixteen times more"
    with translation.override("fr"):
        assert claim.statement == "Seize fois plus"


def test_is_named_by_its_number_as_its_reader_writes_it():
    claim = ClaimFactory(value="2.5")
    claim.refresh_from_db()

    assert str(claim) == "2.5, 2 May 2022"
    with translation.override("fr"):
        assert str(claim) == "2,5, 2 mai 2022"
