"""Figures through the API: drafted, published, corrected, and refused with the pages' words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.domain.roles import Role
from impact.models import Measurement
from tests.api_client import keys, refused
from tests.crm.factories import UserFactory, person_as
from tests.engagements.factories import EngagementFactory
from tests.impact.factories import (
    FundingFactory,
    IndicatorFactory,
    MeasurementFactory,
    MetricFactory,
)
from tests.impact.sent_figures import BAD_FIGURES, figure

pytestmark = pytest.mark.django_db
ROOT = "/api/v1"


@pytest.fixture
def engagement(member, coordinator):
    return EngagementFactory(member=member, coordinator=coordinator, title="Forêt")


@pytest.fixture
def metric(engagement):
    return MetricFactory(engagement=engagement)


class TestMeasurements:
    def at(self, measurement, verb=""):
        return f"{ROOT}/measurements/{measurement.pk}/{verb}{'/' if verb else ''}"

    def test_is_recorded_as_a_draft_whatever_is_sent(self, api, metric, coordinator):
        response = api.post(f"{ROOT}/measurements/", figure(metric, status="published", corrects=1))
        assert refused(api.post(f"{ROOT}/measurements/", figure(metric, author=1))).keys() == {
            "author"
        }

        row = Measurement.objects.get()
        assert (response.status_code, response.data["status"]) == (201, "draft")
        assert (row.author, row.corrects) == (coordinator, None)

    @pytest.mark.parametrize(("field", "value"), BAD_FIGURES)
    def test_bad_input_is_told_at_its_field(self, api, metric, field, value):
        assert field in refused(api.post(f"{ROOT}/measurements/", figure(metric) | {field: value}))
        assert not Measurement.objects.exists()

    def test_a_window_that_is_not_over_is_refused(self, api, metric):
        tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()

        errors = refused(api.post(f"{ROOT}/measurements/", figure(metric, window_end=tomorrow)))

        assert errors == {"window_end": ["This window is not over yet."]}

    def test_a_share_wants_both_its_numbers_and_no_more_than_all(self, api, engagement):
        share = MetricFactory(engagement=engagement, indicator=IndicatorFactory(share=True))
        payload = figure(share, count=10)

        assert set(refused(api.post(f"{ROOT}/measurements/", payload))) == {"count"}
        assert set(refused(api.post(f"{ROOT}/measurements/", payload | {"total": 9}))) == {"count"}
        assert api.post(f"{ROOT}/measurements/", payload | {"total": 10}).status_code == 201

    def test_an_amount_is_asked_of_an_amount(self, api, engagement):
        metric = MetricFactory(engagement=engagement, indicator__kind="amount")

        assert set(refused(api.post(f"{ROOT}/measurements/", figure(metric)))) == {"amount"}
        payload = figure(metric, count=None, amount="12.50")
        assert api.post(f"{ROOT}/measurements/", payload).data["amount"] == "12.50"

    def test_two_figures_in_one_are_refused(self, api, metric):
        assert "Give one figure" in str(
            refused(api.post(f"{ROOT}/measurements/", figure(metric, amount="3")))
        )

    def test_is_published_once(self, api, metric):
        approved = MeasurementFactory(metric=metric, status="approved", approved_by=UserFactory())

        assert api.post(self.at(approved, "publish")).data["status"] == "published"
        assert "is “published”" in str(refused(api.post(self.at(approved, "publish"))))
        assert approved.history.count() == 2

    def test_what_is_published_is_neither_changed_nor_taken_away(self, api, metric):
        published = MeasurementFactory(metric=metric)

        refused(api.patch(self.at(published), {"count": 61}))
        refused(api.delete(self.at(published)))

        published.refresh_from_db()
        assert published.count == 60

    def test_is_corrected_by_a_new_row_and_once(self, api, metric):
        wrong = MeasurementFactory(metric=metric)
        payload = {
            name: value for name, value in figure(metric, count=61).items() if name != "metric"
        }

        response = api.post(self.at(wrong, "correct"), payload)

        wrong.refresh_from_db()
        assert (response.status_code, response.data["corrects"], response.data["count"]) == (
            201,
            wrong.pk,
            61,
        )
        assert (wrong.count, response.data["status"]) == (60, "draft")
        assert "corrected already" in str(refused(api.post(self.at(wrong, "correct"), payload)))

    @pytest.mark.parametrize(("field", "value"), [row for row in BAD_FIGURES if row[0] != "metric"])
    def test_a_bad_correction_is_told_at_its_field(self, api, metric, field, value):
        wrong = MeasurementFactory(metric=metric)

        payload = {name: told for name, told in figure(metric).items() if name != "metric"}
        assert field in refused(api.post(self.at(wrong, "correct"), payload | {field: value}))
        assert Measurement.objects.get() == wrong

    def test_a_lead_reads_drafts_and_does_not_publish_them(self, enter, metric):
        draft = MeasurementFactory(metric=metric, status="draft")
        lead = enter(person_as(Role.LEAD, metric.engagement.beneficiary))

        assert lead.get(self.at(draft)).status_code == 200
        assert refused(lead.post(self.at(draft, "publish")), 403) == {}
        draft.refresh_from_db()
        assert draft.status == "draft"

    def test_a_funder_reads_what_is_published_alone(self, enter, metric):
        funder = person_as(Role.FUNDER)
        FundingFactory(funder=funder.memberships.get().organisation, engagement=metric.engagement)
        published, draft = (
            MeasurementFactory(metric=metric),
            MeasurementFactory(metric=metric, status="draft"),
        )

        assert keys(enter(funder).get(f"{ROOT}/measurements/")) == [published.pk]
        assert enter(funder).get(self.at(draft)).status_code == 404
