"""People in common of two engagements: declared by who runs both, read by who reads both."""

from datetime import date
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from crm.domain.refusals import Refused, Stale
from crm.domain.roles import Role
from impact.models import Overlap
from impact.services import overlaps
from tests.api_client import ReadingClient
from tests.crm.factories import MembershipFactory, OrganisationFactory, UserFactory, person_as
from tests.impact.factories import (
    FundingFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
    OverlapFactory,
)

pytestmark = pytest.mark.django_db
TODAY = date(2026, 7, 3)


@pytest.fixture
def indicator():
    return IndicatorFactory(aggregation="unique")


@pytest.fixture
def followed(indicator, member):
    """A metric of the indicator on an engagement of the coordinator's member, with so many people published."""

    def follow(count, **engagement):
        facts = {
            f"engagement__{name}": value
            for name, value in ({"member": member} | engagement).items()
        }
        metric = MetricFactory(indicator=indicator, **facts)
        if count is not None:
            MeasurementFactory(metric=metric, count=count)
        return metric

    return follow


def declare(first, second, by, **facts):
    facts = {"people": 15, "source": "Both lists compared"} | facts
    return overlaps.declare_overlap(first, second, **facts, by=by, today=TODAY)


def refused(match):
    return pytest.raises(Refused, match=match)


class TestDeclaring:
    def test_writes_who_declared_what_when_and_how_it_is_known(self, followed, coordinator):
        overlap = declare(followed(60), followed(40), coordinator)

        assert (overlap.people, overlap.bound, overlap.source) == (
            15,
            "exactly",
            "Both lists compared",
        )
        assert (overlap.author, overlap.recorded_on) == (coordinator, TODAY)
        assert overlap.history.get().history_user == coordinator

    def test_a_pair_is_kept_in_one_order_whichever_is_named_first(self, followed, coordinator):
        first, second = followed(60), followed(40)

        overlap = declare(second, first, coordinator)

        assert (overlap.first, overlap.second) == (first, second)

    def test_a_pair_is_declared_once(self, followed, coordinator):
        first, second = followed(60), followed(40)
        declare(first, second, coordinator)

        with refused("declared already"):
            declare(second, first, coordinator)

    def test_never_more_than_the_smaller_of_the_two_figures(self, followed, coordinator):
        first, second = followed(60), followed(40)

        with refused("has counted 40 people"):
            declare(first, second, coordinator, people=41)
        assert declare(first, second, coordinator, people=40).people == 40

    def test_both_have_a_figure_first(self, followed, coordinator):
        with refused("no published figure"):
            declare(followed(60), followed(None), coordinator)

    def test_an_engagement_shares_nobody_with_itself(self, followed, coordinator):
        metric = followed(60)

        with refused("two different"):
            declare(metric, metric, coordinator)

    def test_two_indicators_have_nobody_in_common(self, followed, coordinator):
        other = MeasurementFactory(metric__indicator=IndicatorFactory(aggregation="unique")).metric

        with refused("same indicator"):
            declare(followed(60), other, coordinator)

    def test_what_simply_adds_up_has_nobody_in_common(self, coordinator):
        indicator = IndicatorFactory(aggregation="additive")
        first, second = (MeasurementFactory(metric__indicator=indicator).metric for _n in range(2))

        with refused("unique people alone"):
            declare(first, second, coordinator)

    def test_at_least_nobody_is_no_declaration(self, followed, coordinator):
        first, second = followed(60), followed(40)

        with refused("says nothing"):
            declare(first, second, coordinator, people=0, bound="at-least")
        assert declare(first, second, coordinator, people=0).is_exact

    @pytest.mark.parametrize(
        "wrong", [{"people": 0, "bound": "at-least"}, {"people": -1}, {"turned": True}]
    )
    def test_the_database_has_the_last_word(self, followed, wrong):
        first, second = followed(60), followed(40)
        if wrong.pop("turned", False):
            first, second = second, first

        with pytest.raises(IntegrityError), transaction.atomic():
            OverlapFactory(first=first, second=second, **wrong)


class TestChanging:
    @pytest.fixture
    def overlap(self, followed, coordinator):
        return declare(followed(60), followed(40), coordinator)

    def test_says_why_and_who_declares_it_now(self, overlap, coordinator):
        by = UserFactory()

        changed = overlaps.change_overlap(
            overlap, people=12, why="A third list", by=by, today=date(2026, 8, 1)
        )

        assert (changed.people, changed.author, changed.recorded_on) == (12, by, date(2026, 8, 1))
        assert changed.history.first().history_change_reason == "A third list"

    @pytest.mark.parametrize("given", [{"people": 12, "why": " "}, {"people": 41, "why": "More"}])
    def test_is_refused_without_a_reason_and_above_a_figure(self, overlap, coordinator, given):
        with pytest.raises(Refused):
            overlaps.change_overlap(overlap, **given, by=coordinator, today=TODAY)

        overlap.refresh_from_db()
        assert overlap.people == 15

    def test_two_people_at_once(self, overlap, coordinator):
        overlaps.change_overlap(overlap, people=12, why="A", by=coordinator, today=TODAY)

        with pytest.raises(Stale):
            overlaps.change_overlap(
                overlap, people=13, why="B", by=coordinator, today=TODAY, seen=1
            )

    def test_taken_away_it_stays_in_the_history(self, overlap, coordinator):
        overlaps.drop_overlap(overlap, by=coordinator)

        assert not Overlap.objects.exists()
        assert Overlap.history.first().history_user == coordinator


class TestWhoReads:
    def test_only_those_who_read_both_engagements(self, followed, coordinator):
        first, second = followed(60), followed(40)
        overlap = declare(first, second, coordinator)
        of_one, of_both = OrganisationFactory(funder=True), OrganisationFactory(funder=True)
        for funder, metric in ((of_one, first), (of_both, first), (of_both, second)):
            FundingFactory(funder=funder, engagement=metric.engagement)

        assert not Overlap.objects.visible_to(person_as(Role.FUNDER, of_one)).exists()
        assert Overlap.objects.visible_to(person_as(Role.FUNDER, of_both)).get() == overlap
        assert Overlap.objects.run_by(coordinator).get() == overlap


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


class TestApi:
    @pytest.fixture
    def api(self, coordinator):
        client = ReadingClient(headers={"accept-language": "en"})
        client.force_authenticate(coordinator)
        return client

    def test_declares_changes_lists_and_takes_away(self, api, followed):
        first, second = followed(60), followed(40)
        payload = {"first": second.pk, "second": first.pk, "people": 15, "source": "Both lists"}

        made = api.post("/api/v1/overlaps/", payload)
        assert made.status_code == 201
        assert (made.data["first"], made.data["bound"]) == (first.pk, "exactly")
        there = f"/api/v1/overlaps/{made.data['id']}/"
        changed = api.patch(there, {"people": 12, "why": "Homonyms", "seen": 1})
        assert (changed.status_code, changed.data["people"]) == (200, 12)
        assert (
            api.get("/api/v1/overlaps/", {"first__indicator": first.indicator_id}).data["results"][
                0
            ]["people"]
            == 12
        )
        assert api.delete(there).status_code == 204

    @pytest.mark.parametrize(
        ("change", "field"), [({"people": 41}, "people"), ({"bound": "about"}, "bound")]
    )
    def test_refuses_in_the_words_of_the_page(self, api, followed, change, field):
        payload = {
            "first": followed(60).pk,
            "second": followed(40).pk,
            "people": 15,
            "source": "Both lists",
        }

        answer = api.post("/api/v1/overlaps/", payload | change)

        assert (answer.status_code, list(answer.data["errors"])) == (400, [field])

    def test_a_metric_of_somebody_else_does_not_exist(self, api, followed):
        elsewhere = followed(40, member=OrganisationFactory(member=True))
        payload = {
            "first": followed(60).pk,
            "second": elsewhere.pk,
            "people": 15,
            "source": "Both lists",
        }

        answer = api.post("/api/v1/overlaps/", payload)

        assert (answer.status_code, list(answer.data["errors"])) == (400, ["second"])
