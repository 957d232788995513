"""Totals over many engagements on the page of all of them."""

import pytest
from django.urls import reverse

from crm.domain.roles import Role
from tests.access.test_access import body_of
from tests.crm.factories import person_as
from tests.impact.factories import (
    FundingFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    OverlapFactory,
)

pytestmark = pytest.mark.django_db


class TestThePage:
    def read_by(self, client, person):
        """The page, with one space wherever its source has a break."""
        client.force_login(person)
        page = client.get(reverse("impact:summary"), headers={"accept-language": "en"})
        return " ".join(body_of(page).split())

    @pytest.fixture
    def funded(self):
        """Two engagements of one funder that follow unique people, 60 and 40, and the funder's person."""
        funding = FundingFactory()
        indicator = IndicatorFactory(aggregation="unique", unit_en="people")
        first = MetricFactory(indicator=indicator, engagement=funding.engagement)
        second = MetricFactory(
            indicator=indicator, engagement=FundingFactory(funder=funding.funder).engagement
        )
        MeasurementFactory(metric=first, count=60)
        MeasurementFactory(metric=second, count=40)
        return first, second, person_as(Role.FUNDER, funding.funder)

    def test_says_between_what_and_what(self, client, funded):
        page = self.read_by(client, funded[-1])

        assert "60 to 100 people" in page
        assert "from “all the same people” to “none in common”" in page

    @pytest.mark.parametrize("role", Role.values)
    def test_opens_for_those_who_read_no_engagement(self, client, role):
        client.force_login(person_as(role))

        assert client.get(reverse("impact:summary")).status_code == 200

    def test_says_what_narrowed_it_and_how_wide_it_was(self, client, funded):
        first, second, funder = funded
        OverlapFactory(first=first, second=second, people=15, bound="at-least")

        page = self.read_by(client, funder)

        assert "60 to 85 people" in page
        assert "narrowed by 1 declaration of people in common (60 to 100 without it)" in page

    def test_says_what_is_left_out_and_why(self, client, funded):
        first, second, funder = funded
        OverlapFactory(first=first, second=second, people=41)

        page = self.read_by(client, funder)

        assert "60 to 100 people" in page
        assert (
            "1 declaration left out. There cannot be more people in common than either count has."
            in page
        )

    def test_a_funder_reads_the_same_bytes_whatever_is_declared_out_of_its_sight(
        self, client, funded
    ):
        first, _second, funder = funded
        elsewhere = MetricFactory(indicator=first.indicator)
        MeasurementFactory(metric=elsewhere, count=90)
        before = self.read_by(client, funder)

        OverlapFactory(first=first, second=elsewhere, people=60)

        assert self.read_by(client, funder) == before
        everything = self.read_by(client, person_as(Role.ADMINISTRATOR))
        assert "90 to 130 people" in everything

    def test_only_those_who_run_two_of_them_are_asked_to_declare(self, client, funded):
        first, second, funder = funded
        invitation = "Declare people in common"

        assert invitation not in self.read_by(client, funder)
        assert invitation in self.read_by(client, person_as(Role.ADMINISTRATOR))
        assert invitation not in self.read_by(
            client, person_as(Role.COORDINATOR, first.engagement.member)
        )
        second.engagement.member = first.engagement.member
        second.engagement.save()
        assert invitation in self.read_by(
            client, person_as(Role.COORDINATOR, first.engagement.member)
        )
