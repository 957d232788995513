"""The pages of people in common: declared, changed, and no longer fitting."""

from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.domain.roles import Role
from impact.models import Overlap
from tests.crm.factories import MembershipFactory, OrganisationFactory
from tests.impact.factories import (
    FundingFactory,
    IndicatorFactory,
    MeasurementFactory,
    OverlapFactory,
)
from tests.impact.in_common import declare, following

pytestmark = pytest.mark.django_db


@pytest.fixture
def indicator():
    return IndicatorFactory(aggregation="unique")


@pytest.fixture
def followed(indicator, member):
    return following(indicator, member)


class TestPages:
    def page(self, name, row):
        return reverse(f"impact:overlap-{name}", args=[row.pk])

    def test_is_declared_changed_and_taken_away(self, client, followed, coordinator, indicator):
        first, second = followed(60), followed(40)
        client.force_login(coordinator)
        payload = {
            "first": second.pk,
            "second": first.pk,
            "bound": "exactly",
            "people": "15",
            "source": "Both lists",
        }

        answer = client.post(self.page("create", indicator), payload)
        assert (answer.status_code, answer["Location"]) == (302, self.page("list", indicator))
        overlap = Overlap.objects.get()
        assert overlap.first == first

        change = {
            "bound": "at-least",
            "people": "10",
            "source": "Both lists",
            "why": "Homonyms",
            "seen": 1,
        }
        assert client.post(self.page("change", overlap), change).status_code == 302
        html = client.get(
            self.page("list", indicator), headers={"accept-language": "en"}
        ).content.decode()
        assert "at least 10" in html
        assert "60 to 90" in html

        client.post(self.page("delete", overlap), {"seen": 2})
        assert not Overlap.objects.exists()

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"people": "41"}, "people"),
            ({"people": "-1"}, "people"),
            ({"people": "1e308"}, "people"),
            ({"people": "N/A"}, "people"),
            ({"source": ""}, "source"),
            ({"second": "987654321"}, "second"),
            ({"second": ""}, "second"),
            ({"bound": "about"}, "bound"),
        ],
    )
    def test_bad_input_is_told_at_its_field(
        self, client, followed, coordinator, indicator, change, field
    ):
        first, second = followed(60), followed(40)
        client.force_login(coordinator)
        payload = {
            "first": first.pk,
            "second": second.pk,
            "bound": "exactly",
            "people": "15",
            "source": "Both lists",
        }

        answer = client.post(self.page("create", indicator), payload | change)

        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
        assert not Overlap.objects.exists()

    def test_an_engagement_that_one_does_not_run_is_no_choice(
        self, client, followed, coordinator, indicator
    ):
        followed(60), followed(50)
        elsewhere = followed(40, member=OrganisationFactory(member=True))
        client.force_login(coordinator)

        form = client.get(self.page("create", indicator)).context["form"]

        assert elsewhere not in form.fields["second"].queryset
        assert form.fields["first"].queryset.count() == 2

    def test_one_engagement_alone_has_nothing_to_declare(
        self, client, followed, coordinator, indicator
    ):
        followed(60)
        client.force_login(coordinator)

        assert client.get(self.page("create", indicator)).status_code == 403

    def test_a_declaration_with_an_engagement_that_one_does_not_read_does_not_exist(
        self, client, followed, coordinator
    ):
        overlap = OverlapFactory(
            first=followed(60), second=followed(40, member=OrganisationFactory(member=True))
        )
        client.force_login(coordinator)

        assert client.get(self.page("change", overlap)).status_code == 404

    def test_who_reads_both_and_runs_one_changes_nothing(self, client, followed, coordinator):
        mine, other = followed(60), followed(40, member=OrganisationFactory(member=True))
        funder = FundingFactory(engagement=other.engagement).funder
        MembershipFactory(user=coordinator, organisation=funder, role=Role.FUNDER)
        overlap = OverlapFactory(first=mine, second=other)
        client.force_login(coordinator)

        assert client.get(self.page("change", overlap)).status_code == 403
        assert client.post(self.page("delete", overlap)).status_code == 403
        assert Overlap.objects.visible_to(coordinator).get() == overlap

    def test_what_simply_adds_up_has_no_such_page(self, client, coordinator):
        client.force_login(coordinator)

        assert (
            client.get(self.page("list", IndicatorFactory(aggregation="additive"))).status_code
            == 404
        )

    def test_one_that_no_longer_fits_says_so(self, client, followed, coordinator, indicator):
        first, second = followed(60), followed(40)
        declare(first, second, coordinator)
        MeasurementFactory(metric=second, corrects=second.measurements.get(), count=14)
        client.force_login(coordinator)

        html = client.get(
            self.page("list", indicator), headers={"accept-language": "en"}
        ).content.decode()

        assert "left out: more than a figure that is published now" in html

    @pytest.mark.parametrize("size", [1, 6])
    def test_statements_do_not_grow(self, client, followed, coordinator, indicator, size):
        metrics = [followed(60) for _n in range(size + 1)]
        for first, second in pairwise(metrics):
            declare(first, second, coordinator)
        client.force_login(coordinator)
        client.get(self.page("list", indicator))

        with CaptureQueriesContext(connection) as asked:
            client.get(self.page("list", indicator))

        assert len(asked) == 14
